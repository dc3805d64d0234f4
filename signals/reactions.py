"""What signals does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from signals import automatic, uploads
from signals.models import Signal


@reaction("upload.received", in_transaction=False)
def read_upload(event: Event) -> None:
    uploads.read_one(event.subject_id)


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
