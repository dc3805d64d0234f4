"""Staff decisions on signals. Whoever decides first wins; the other is told who and when."""

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, sampling, threads, withdrawal
from signals.models import AutoRule, Review, Signal
from signals.queue import absorbing


class AlreadyDecided(CivStartError):
    """Somebody was faster, or the signal is not in a state that allows the decision."""


class ReasonMissing(CivStartError):
    """A rejection without a reason."""


@transaction.atomic
def approve(signal: Signal, *, by: User) -> Review:
    """Approve the signal, so that startups are matched and told.

    Raise AlreadyDecided if someone was faster.
    """
    with history.changing(signal, history.What.APPROVED, by=by):
        _decide(signal, Signal.Status.APPROVED, by)
    made = Review.objects.create(signal=signal, decision=Review.Decision.APPROVE, by=by)
    sampling.draw(made)
    outbox.record("signal.approved", subject=signal, by=by)
    threads.settle_of(signal, by=by)
    return made


@transaction.atomic
def approve_by_rule(
    signal: Signal, rule: AutoRule, measured: dict[str, object], *, by: User
) -> None:
    """Approve the signal by the rule; by is the user who stands for the site.

    The review keeps the rule and the figures it stood on. Raise AlreadyDecided if a person was
    faster.
    """
    told = {"rule": str(rule), **measured}
    with history.changing(signal, history.What.APPROVED, by=by, told={"automatic": told}):
        _decide(signal, Signal.Status.APPROVED, by)
    decided = Review.objects.create(
        signal=signal, decision=Review.Decision.APPROVE, by=by, rule=rule, measured=measured
    )
    sampling.draw(decided)
    outbox.record("signal.approved", subject=signal, by=by, data={"automatic": True})
    threads.settle_of(signal, by=by)


@transaction.atomic
def reject(signal: Signal, *, reason: str, by: User, note: str = "") -> Review:
    """Reject the signal.

    Raise AlreadyDecided if someone was faster, ReasonMissing without a known reason.
    """
    if reason not in Review.Reason.values:
        raise ReasonMissing(
            f'"{reason}" is no reason to reject a signal. '
            f"Choose one of: {', '.join(Review.Reason.labels)}."
        )
    told = {"reason": reason}
    with history.changing(signal, history.What.REJECTED, by=by, note=note, told=told):
        _decide(signal, Signal.Status.REJECTED, by)
    made = Review.objects.create(
        signal=signal, decision=Review.Decision.REJECT, reason=reason, note=note[:300], by=by
    )
    sampling.draw(made)
    outbox.record("signal.rejected", subject=signal, by=by, data={"reason": reason})
    threads.settle_of(signal, by=by)
    return made


@transaction.atomic
def reopen(
    signal: Signal, *, by: User, decision: str = Review.Decision.REOPEN
) -> withdrawal.Withdrawn:
    """Put a decided signal back into the queue and take back what its approval led to.

    Return who was told of it already. Raise AlreadyDecided if it waits there already.
    """
    with history.changing(signal, history.What.REOPENED, by=by):
        reopened = (
            Signal.objects.filter(pk=signal.pk)
            .exclude(status=Signal.Status.PENDING)
            .update(status=Signal.Status.PENDING, decided_at=None, decided_by=None)
        )
        if not reopened:
            raise AlreadyDecided(f'"{signal.title}" is waiting for review already.')
    sampling.overtake(signal, by=by)
    Review.objects.create(signal=signal, decision=decision, by=by)
    outbox.record("signal.reopened", subject=signal, by=by)
    signal.refresh_from_db()
    absorbing.release(signal)
    threads.settle_of(signal, by=by)
    return withdrawal.of(signal, by=by)


def _decide(signal: Signal, status: Signal.Status, by: User) -> None:
    won = Signal.objects.filter(pk=signal.pk, status=Signal.Status.PENDING).update(
        status=status, decided_at=timezone.now(), decided_by=by
    )
    signal.refresh_from_db()
    if not won:
        raise AlreadyDecided(said_by_whom(signal))


def said_by_whom(signal: Signal) -> str:
    """Return who decided the signal and when, as a sentence."""
    if signal.decided_at is None:
        return f'"{signal.title}" was reopened this very moment. Look at it again.'
    when = f"{signal.decided_at:%H:%M on %-d %b %Y} UTC"
    merger = getattr(signal, "merger", None)
    if merger is not None:
        return (
            f'{merger.by} merged "{signal.title}" into "{merger.into}" at {when}. '
            "Nothing was changed; look at that one."
        )
    done = signal.get_status_display().lower()
    return f'{signal.decided_by} {done} "{signal.title}" at {when}. Nothing was changed.'
