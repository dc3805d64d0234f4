"""What a reader of a source is. Settings choose one for each kind by path (SOURCE_READERS)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from signals.models import Source


@dataclass(frozen=True, slots=True)
class Item:
    """A file that a source offers.

    key tells it from all others and is another one when the file was changed. fetch returns its
    bytes and raises a CivStartError: Refused if asking again is useless. kind is that of a
    document, "" if unknown.
    """

    key: str
    name: str
    fetch: Callable[[], bytes]
    url: str = ""
    body: str = ""
    held_on: date | None = None
    title: str = ""
    video_url: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source offers now, oldest first.

    memory is what the reader wants to be told the next time. It is kept once every item was taken.
    """

    items: list[Item]
    memory: dict[str, str] = field(default_factory=dict)


class Reader(Protocol):
    """Lists the files of a source. Raise a CivStartError if it cannot be read."""

    def __call__(self, source: Source) -> Listing: ...
