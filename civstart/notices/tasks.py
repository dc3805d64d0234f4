"""Queue entry points."""

from civstart.notices import digests


def send_digests() -> None:
    digests.send_due()
