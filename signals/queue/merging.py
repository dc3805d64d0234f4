"""Two signals of one need become one; or each stays and both join one thread."""

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, sampling, threads, withdrawal
from signals.models import Change, Merger, Review, Signal, Thread
from signals.queue import absorbing, editing


class CannotMerge(CivStartError):
    """The two are not to be merged, or a merge cannot be undone."""


@transaction.atomic
def merge(signal: Signal, *, into: Signal, by: User) -> tuple[Review, withdrawal.Withdrawn]:
    """Merge the signal into another of its government; return the decision and who was told of it.

    It is rejected as a duplicate and points to the survivor, which carries the quotes of both. If
    it was approved, its matches are taken back; the survivor, if approved, is matched anew. Raise
    CannotMerge or ChangedMeanwhile.
    """
    row, survivor = _both(signal, into)
    _check(row, survivor)
    before = {
        "status": row.status,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decided_by": row.decided_by_id,
    }
    into_words = {"into": survivor.title}
    with history.changing(row, history.What.MERGED, by=by, told=into_words):
        row.status, row.decided_at, row.decided_by = Signal.Status.REJECTED, timezone.now(), by
        row.save(update_fields=["status", "decided_at", "decided_by"])
    with history.changing(survivor, history.What.MERGED, by=by, told={"took_over": row.title}):
        copies = absorbing.quotes(row, survivor)
    sampling.overtake(row, by=by)
    Merger.objects.create(signal=row, into=survivor, by=by)
    made = Review.objects.create(
        signal=row,
        decision=Review.Decision.MERGE,
        reason=Review.Reason.DUPLICATE,
        note=f"Into “{survivor.title}”"[:300],
        by=by,
    )
    Change.objects.create(
        review=made, before=before, after={"into": str(survivor.public_id), "copies": copies}
    )
    outbox.record("signal.merged", subject=row, by=by, data={"into": str(survivor.public_id)})
    told = withdrawal.of(row, by=by)
    for one in (row, survivor):
        threads.settle_of(one, by=by)
    signal.refresh_from_db()
    return made, told


def _both(signal: Signal, into: Signal) -> tuple[Signal, Signal]:
    """Hold both, always in the same order, so that two who merge crosswise do not wait for ever."""
    rows = {one.pk: editing.locked(one) for one in sorted((signal, into), key=lambda one: one.pk)}
    return rows[signal.pk], rows[into.pk]


def _check(row: Signal, survivor: Signal) -> None:
    editing.check_unmerged(row)
    editing.check_unmerged(survivor)
    if row.pk == survivor.pk:
        raise CannotMerge("A signal cannot be merged into itself. Choose another one.")
    if row.jurisdiction_id != survivor.jurisdiction_id:
        raise CannotMerge(
            f'"{row.title}" was said by {row.jurisdiction}, "{survivor.title}" by '
            f"{survivor.jurisdiction}. Only signals of one government can be merged."
        )
    if survivor.status == Signal.Status.REJECTED:
        raise CannotMerge(
            f'"{survivor.title}" was rejected by {survivor.decided_by}. Reopen it, or choose '
            "another one."
        )
    if row.mergers.exists():
        raise CannotMerge(
            f'Others were merged into "{row.title}". Merge in the other direction, so that their '
            "quotes stay together."
        )


def undo(signal: Signal, change: Change, *, by: User) -> None:
    """Take the two apart again. Raise CannotMerge if the survivor's matches cite the quotes."""
    merger = Merger.objects.filter(signal=signal).select_related("into").first()
    if merger is not None:
        survivor = editing.locked(merger.into)
        gives = {"gave_back": signal.title}
        with history.changing(survivor, history.What.UNDONE, by=by, told=gives):
            if not absorbing.give_back(change.after["copies"], survivor):
                raise CannotMerge(
                    f'Matches of "{survivor.title}" cite the quote by now. Reopen that one first.'
                )
        merger.delete()
        threads.settle_of(survivor, by=by)
        outbox.record(
            "signal.unmerged", subject=signal, by=by, data={"from": str(survivor.public_id)}
        )
    before = change.before
    signal.status, signal.decided_at = before["status"], before["decided_at"]
    signal.decided_by_id = before["decided_by"]
    signal.save(update_fields=["status", "decided_at", "decided_by"])
    signal.refresh_from_db()
    threads.settle_of(signal, by=by)
    again = signal.status == Signal.Status.APPROVED
    outbox.record("signal.approved" if again else "signal.reopened", subject=signal, by=by)


@transaction.atomic
def join(signal: Signal, *, thread: Thread, by: User) -> Review:
    """Put the signal into the thread; both it and the thread's others stay. Raise WrongThread."""
    row = editing.locked(signal)
    editing.check_unmerged(row)
    before = str(row.thread.public_id) if row.thread else ""
    alone = row.thread is not None and row.thread.signals.count() == 1
    threads.move(row, thread, by=by)
    made = Review.objects.create(
        signal=row, decision=Review.Decision.THREAD, note=f"“{thread.title}”"[:300], by=by
    )
    Change.objects.create(
        review=made,
        before={"thread": "" if alone else before},
        after={"thread": str(thread.public_id)},
    )
    return made


def undo_join(signal: Signal, change: Change, *, by: User) -> None:
    """Put the signal back into the thread it came from, or into one of its own."""
    before = change.before["thread"]
    left = Thread.objects.filter(public_id=before).first() if before else None
    if left is None:
        threads.split(signal, by=by)
    else:
        threads.move(signal, left, by=by)
