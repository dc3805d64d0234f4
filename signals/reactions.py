"""What signals does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from signals import alerting, automatic, finding, reading_on, uploads
from signals.models import Signal, Transcript


@reaction("upload.received", in_transaction=False)
def read_upload(event: Event) -> None:
    uploads.read_one(event.subject_id)


@reaction("transcript.reading_asked", in_transaction=False)
def read_on(event: Event) -> None:
    transcript = Transcript.objects.filter(public_id=event.subject_id).first()
    stopped = finding.stopped_run(transcript) if transcript else None
    # A run of later on is what this event asked for: it is not paid for twice.
    if transcript and stopped and stopped.started_at < event.happened_at:
        reading_on.read_on(transcript)


@reaction("signal.matched")
def tell_who_searches(event: Event) -> None:
    """Tell who keeps a search for the signal or follows it, unless it was withdrawn meanwhile.

    Not before it was matched: who is told of a match is not told again.
    """
    rows = Signal.objects.approved().select_for_update(of=("self",), no_key=True)
    signal = rows.filter(public_id=event.subject_id).first()  # an undo waits, and takes it back
    if signal:
        alerting.tell_at_once(signal)


@reaction("upload.finished")
def approve_found(event: Event) -> None:
    """Approve what a trusted source brought."""
    automatic.approve_found(event.subject_id)


@reaction("signal.rejected")
def recheck_rules(event: Event) -> None:
    """Look again at the rule that approved the signal before somebody rejected it."""
    signal = Signal.objects.filter(public_id=event.subject_id).first()
    if signal:
        automatic.recheck(signal)
