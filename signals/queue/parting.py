"""A signal that holds two needs becomes two."""

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, threads
from signals.models import Change, Review, Signal
from signals.queue import editing, evidence, quoting
from signals.queue.quoting import NotAQuote

KEPT = (
    "meeting_id",
    "jurisdiction_id",
    "run_id",
    "kind",
    "category",
    "strength",
    "confidence",
    "speaker_name",
    "speaker_role",
)


class CannotRejoin(CivStartError):
    """The second signal has a life of its own by now."""


@transaction.atomic
def split(signal: Signal, *, title: str, quote: str, by: User) -> tuple[Signal, Review]:
    """Store the second need as a signal that waits for review; return it and the decision.

    Raise BadTitle, NotAQuote or ChangedMeanwhile; the first need stays as it is.
    """
    wanted = editing.checked_title(title)
    row = editing.locked(signal)
    editing.check_unmerged(row)
    if wanted == row.title:
        raise editing.BadTitle("That is the title of the first need. Name the second one.")
    spans = quoting.find(quote, row)
    own = [(one["segment_id"], one["first"], one["last"]) for one in evidence.as_rows(row)]
    if [(span.segment.pk, span.first, span.last) for span in spans] == own:
        raise NotAQuote("Those are the words of the first need. Select those of the second one.")
    second = _store(row, wanted, spans, by)
    made = Review.objects.create(
        signal=row, decision=Review.Decision.SPLIT, note=f"Into “{wanted}”"[:300], by=by
    )
    Change.objects.create(review=made, after={"second": str(second.public_id), "title": wanted})
    history.write(row, history.What.SPLIT, by=by, after={"second": wanted})
    outbox.record("signal.split", subject=row, by=by, data={"second": str(second.public_id)})
    return second, made


def _store(row: Signal, title: str, spans: list[quoting.Span], by: User) -> Signal:
    second = Signal(
        title=title,
        amount=evidence.amount_in(spans),
        start_seconds=spans[0].segment.start_seconds,
        end_seconds=spans[-1].segment.end_seconds,
        **{name: getattr(row, name) for name in KEPT},
    )
    second.save()
    evidence.create(second, spans)
    Review.objects.create(
        signal=second, decision=Review.Decision.SPLIT, note=f"From “{row.title}”"[:300], by=by
    )
    outbox.record("signal.found", subject=second, by=by, data={"confidence": second.confidence})
    threads.Joiner(row.jurisdiction).attach(second)
    found = history.What.FOUND
    history.write(second, found, by=by, note=f"From “{row.title}”", after=history.state_of(second))
    return second


def undo(signal: Signal, change: Change, *, by: User) -> None:
    """Reject the second signal, whose history stays. Raise CannotRejoin if somebody used it."""
    second = Signal.objects.filter(public_id=change.after["second"]).first()
    if second is not None:
        later = second.reviews.exclude(decision=Review.Decision.SPLIT).first()
        if later or second.status != Signal.Status.PENDING or second.mergers.exists():
            who = f"{later.by} {later.get_decision_display().lower()}" if later else "Somebody used"
            raise CannotRejoin(
                f"{who} “{second.title}” since. Undo that first, or reject the one you do not want."
            )
        note = f"The split of “{signal.title}” was undone"[:300]
        with history.changing(second, history.What.REJECTED, by=by, note=note):
            second.status = Signal.Status.REJECTED
            second.decided_at, second.decided_by = timezone.now(), by
            second.save(update_fields=["status", "decided_at", "decided_by"])
        Review.objects.create(
            signal=second,
            decision=Review.Decision.REJECT,
            reason=Review.Reason.DUPLICATE,
            note=note,
            by=by,
        )
        threads.settle_of(second, by=by)
    outbox.record(
        "signal.rejoined", subject=signal, by=by, data={"removed": change.after["second"]}
    )
