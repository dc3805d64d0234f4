"""What signals does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from signals import alerting, uploads
from signals.models import Signal


@reaction("upload.received", in_transaction=False)
def read_upload(event: Event) -> None:
    uploads.read_one(event.subject_id)


@reaction("signal.matched")
def tell_who_searches(event: Event) -> None:
    """Tell who keeps a search for the signal or follows it, unless it was withdrawn meanwhile.

    Not before it was matched: who is told of a match is not told again.
    """
    signal = Signal.objects.approved().filter(public_id=event.subject_id).first()
    if signal:
        alerting.tell_at_once(signal)
