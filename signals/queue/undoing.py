"""Taking back a decision, for some minutes, by who made it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from signals import history, review
from signals.models import Review, Signal
from signals.queue import editing, merging, parting

Decision = Review.Decision
UNDOABLE = (
    Decision.APPROVE,
    Decision.REJECT,
    Decision.EDIT,
    Decision.SPLIT,
    Decision.MERGE,
    Decision.THREAD,
)
WORDS = {
    Decision.APPROVE: "the approval of “{title}”",
    Decision.REJECT: "the rejection of “{title}”",
    Decision.EDIT: "the edit of “{title}”",
    Decision.SPLIT: "the split of “{title}”",
    Decision.MERGE: "the merge of “{title}”",
    Decision.THREAD: "the move of “{title}” to another thread",
}


class CannotUndo(CivStartError):
    """The decision is too old, not the person's own, or others built on it."""


def since() -> datetime:
    """The moment from which on decisions can be undone."""
    return timezone.now() - timedelta(minutes=settings.REVIEW_UNDO_MINUTES)


def latest(by: User) -> Review | None:
    """Return the person's last decision that can still be undone, if there is one."""
    return (
        Review.objects.filter(by=by, at__gte=since(), undone_at=None, decision__in=UNDOABLE)
        # What a split left on the second signal is undone with the first.
        .exclude(decision=Decision.SPLIT, change=None)
        .select_related("signal")
        .order_by("-at", "-pk")
        .first()
    )


@transaction.atomic
def undo(made: Review, *, by: User) -> str:
    """Take the decision back; return what became of it, as a sentence.

    Raise CannotUndo, or CannotMerge and CannotRejoin where others built on it; then nothing
    changes.
    """
    signal = editing.locked(made.signal)
    made = Review.objects.select_for_update(of=("self",)).select_related("by").get(pk=made.pk)
    _check(made, signal, by)
    Review.objects.filter(pk=made.pk).update(undone_at=timezone.now())
    said = f"Undid {WORDS[Decision(made.decision)].format(title=signal.title)}."
    if made.decision in (Decision.APPROVE, Decision.REJECT):
        told = review.reopen(signal, by=by, decision=Decision.UNDO)
        return f"{said} {told.words}".strip()
    back = {
        Decision.EDIT: editing.undo,
        Decision.SPLIT: parting.undo,
        Decision.MERGE: merging.undo,
        Decision.THREAD: merging.undo_join,
    }[Decision(made.decision)]
    if made.decision == Decision.THREAD:
        back(signal, made.change, by=by)  # a thread's own verbs write the history
    else:
        with history.changing(signal, history.What.UNDONE, by=by, note=said):
            back(signal, made.change, by=by)
    Review.objects.create(signal=signal, decision=Decision.UNDO, by=by)
    return said


def _check(made: Review, signal: Signal, by: User) -> None:
    if made.undone_at:
        raise CannotUndo("That was undone already.")
    if made.decision not in UNDOABLE:
        raise CannotUndo(f"“{made.get_decision_display()}” is no decision that can be undone.")
    if made.by_id != by.pk:
        raise CannotUndo(f"That was {made.by}'s decision; only {made.by} can undo it.")
    if made.at < since():
        raise CannotUndo(
            f"That was at {made.at:%H:%M} UTC. A decision can be undone for "
            f"{settings.REVIEW_UNDO_MINUTES:g} minutes; reopen “{signal.title}” instead."
        )
    later = (
        signal.reviews.filter(pk__gt=made.pk, undone_at=None)
        .exclude(decision=Decision.UNDO)
        .select_related("by")
        .first()
    )
    if later:
        raise CannotUndo(
            f"{later.by} {later.get_decision_display().lower()} “{signal.title}” after that, at "
            f"{later.at:%H:%M} UTC. Nothing was changed."
        )
