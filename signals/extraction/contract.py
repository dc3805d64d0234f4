"""What an extractor is. Settings choose one by dotted path (EXTRACTOR)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

AGENDA_CHARACTERS = 6_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One stored segment of a transcript, as an extractor sees it. Times in seconds."""

    index: int
    start: float
    end: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one segment's text: text[first:last] of the segment with that index."""

    index: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Found:
    """A signal an extractor proposes. Nothing is stored unless every span lies in the stored text.

    spans are in order and in neighbouring segments; their texts joined by a space are the quote.
    start and end (seconds) bound the stretch in which the need is discussed, quote included.
    kind, category, speaker_role and amount_kind are values of signals.words, strength is 1 to 3,
    confidence 0 to 1. amount_kind, amount_years and amount_said are of the amount: what kind of sum
    it is, over how many years, and how that was said. written is what the extractor quoted where
    that is not word for word what was said; difference says it in words.
    """

    spans: tuple[Span, ...]
    start: float
    end: float
    title: str
    summary: str
    kind: str
    category: str
    strength: int
    confidence: float
    speaker: str = ""
    speaker_role: str = "unknown"
    amount: Decimal | None = None
    amount_kind: str = ""
    amount_years: int | None = None
    amount_said: str = ""
    timeframe: str = ""
    difference: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when the meeting was held, and what was to be spoken of. held_on is an ISO date
    or "". agenda is a stranger's text, cut to AGENDA_CHARACTERS.
    """

    jurisdiction: str = ""
    body: str = ""
    held_on: str = ""
    agenda: str = ""


class Findings(list[Found]):
    """What was found by an extractor that could not read to the end.

    stopped says why, share how much it has read (0 to 1). Extracting again reads the rest.
    """

    def __init__(self, found: Iterable[Found], *, stopped: str, share: float) -> None:
        super().__init__(found)
        self.stopped = stopped
        self.share = share


class Extractor(Protocol):
    """Finds signals in the segments of one transcript, the most confident first.

    bar is the confidence from which a signal is proposed; those below it are ranked for the
    reader who reads on.
    """

    name: str
    version: str
    bar: float

    def extract(
        self,
        heard: Sequence[Heard],
        setting: Setting,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> list[Found]:
        """Return what was found, as Findings if not all was read.

        progress is called with the share done, 0 to 1.
        """
