"""Queue entry points."""

from civstart.events import outbox


def deliver(delivery_id: int) -> None:
    outbox.deliver(delivery_id)
