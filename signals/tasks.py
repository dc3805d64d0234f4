"""Queue entry points."""

from signals import digests
from signals.sources import polling


def poll_due_sources() -> None:
    polling.start_due()


def poll_source(source_id: int, *, asked: bool = False) -> None:
    polling.poll(source_id, asked=asked)


def send_digests() -> None:
    digests.make_due()
