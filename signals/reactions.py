"""What signals does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from signals import uploads


@reaction("upload.received", in_transaction=False)
def read_upload(event: Event) -> None:
    uploads.read_one(event.subject_id)
