"""Second looks: a decided signal before somebody else who is not told what was decided.

Nothing the public sees changes by a look. Where two disagree, a third person settles it; only then
the decision may change.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import automatic, history, review
from signals.models import Review, SecondLook, SecondLookQuerySet, Signal

Status = SecondLook.Status
Decision = Review.Decision
DECISIONS = (Decision.APPROVE, Decision.REJECT)
FEWEST_FOR_A_THIRD = 3


class NotYours(CivStartError):
    """The look is for somebody else, or it is over."""


class DecisionMissing(CivStartError):
    """No decision was given, or a rejection has no reason."""


def waiting_for(user: User) -> SecondLookQuerySet:
    """Return the looks the person may take, oldest first. The queue shows how many there are."""
    return SecondLook.objects.for_person(user).order_by("created_at", "pk")


def waiting_count(user: User) -> int:
    return waiting_for(user).count()


@transaction.atomic
def judge(look: SecondLook, *, decision: str, by: User, reason: str = "", note: str = "") -> bool:
    """Store what the person decided without knowing the first decision; return whether they agree.

    The signal's status stays. Raise NotYours if the look is over or not for this person,
    DecisionMissing without a decision or reason.
    """
    _check(decision, reason)
    locked = SecondLook.objects.select_for_update().get(pk=look.pk)
    if locked.status != Status.WAITING:
        raise NotYours(_said_by_whom(locked))
    if not SecondLook.objects.for_person(by).filter(pk=look.pk).exists():
        raise NotYours(
            f'You decided on "{locked.signal}" yourself. A second look is for somebody else; '
            "take the next one."
        )
    agreed = decision == locked.first_decision
    locked.status = Status.AGREED if agreed else Status.DISAGREED
    locked.decision, locked.by, locked.at = decision, by, timezone.now()
    locked.reason = reason if decision == Decision.REJECT else ""
    locked.note = note[:300]
    locked.save()
    history.write(
        locked.signal,
        history.What.LOOKED_AGAIN,
        by=by,
        note=note,
        before={"decision": locked.first_decision},
        after={"decision": decision, "reason": locked.reason},
    )
    outbox.record("second_look.decided", subject=locked, by=by, data={"agreed": agreed})
    automatic.recheck(locked.signal)
    look.refresh_from_db()
    return agreed


def _check(decision: str, reason: str) -> None:
    if decision not in DECISIONS:
        raise DecisionMissing(f"{decision!r} is no decision. Approve or reject the signal.")
    if decision == Decision.REJECT and reason not in Review.Reason.values:
        raise DecisionMissing(
            f'"{reason}" is no reason to reject a signal. '
            f"Choose one of: {', '.join(Review.Reason.labels)}."
        )


def _said_by_whom(look: SecondLook) -> str:
    if look.by is None:
        return f'"{look.signal}" was reopened meanwhile; there is nothing to compare any more.'
    return f'{look.by} looked at "{look.signal}" again before you. Nothing was changed.'


def may_settle(look: SecondLook, user: User) -> bool:
    """Whether the person may settle the disagreement: a third one, where there is a third.

    A team of two settles it between themselves, after a talk.
    """
    if user.pk not in (look.first_by_id, look.by_id):
        return True
    staff = User.objects.filter(is_staff=True, is_active=True).count()
    return staff < FEWEST_FOR_A_THIRD


@transaction.atomic
def settle(look: SecondLook, *, decision: str, by: User, reason: str = "", note: str = "") -> bool:
    """Settle a disagreement; return whether the signal's decision changed by it.

    Raise NotYours if it is settled already or the person is one of the two, DecisionMissing
    without a decision or reason.
    """
    _check(decision, reason)
    locked = SecondLook.objects.select_for_update().get(pk=look.pk)
    if locked.status != Status.DISAGREED:
        raise NotYours(f'The disagreement on "{locked.signal}" is settled already.')
    if not may_settle(locked, by):
        raise NotYours(
            f'You are one of the two who disagree on "{locked.signal}". Ask a third to settle it.'
        )
    locked.status, locked.settled_decision = Status.SETTLED, decision
    locked.settled_by, locked.settled_at = by, timezone.now()
    locked.settled_note = note[:300]
    locked.save()
    changes = decision != locked.first_decision
    history.write(
        locked.signal,
        history.What.SETTLED,
        by=by,
        note=note,
        before={"decision": locked.first_decision},
        after={"decision": decision, "reason": reason if decision == Decision.REJECT else ""},
    )
    if changes:
        _decide_anew(locked.signal, decision, reason, note, by=by)
    outbox.record("second_look.settled", subject=locked, by=by, data={"changed": changes})
    automatic.recheck(locked.signal)
    look.refresh_from_db()
    return changes


def _decide_anew(signal: Signal, decision: str, reason: str, note: str, *, by: User) -> None:
    review.reopen(signal, by=by)
    if decision == Decision.APPROVE:
        review.approve(signal, by=by)
    else:
        review.reject(signal, reason=reason, note=note, by=by)


def disputed() -> SecondLookQuerySet:
    """Return the disagreements to be talked about, with all their rows show. Newest first."""
    rows = SecondLook.objects.disputed().select_related(
        "signal__jurisdiction__region", "review", "first_by", "by"
    )
    return rows.order_by(F("at").desc(), "-pk")
