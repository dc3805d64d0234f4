"""Queue entry points."""

from signals.sources import polling


def poll_due_sources() -> None:
    polling.start_due()


def poll_source(source_id: int, *, asked: bool = False) -> None:
    polling.poll(source_id, asked=asked)
