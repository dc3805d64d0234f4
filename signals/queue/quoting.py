"""Finding the words a reviewer chose in what was said. A quote is verbatim or it is none."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from civstart.lib.errors import CivStartError
from signals.extraction.verify import LONGEST_QUOTE, SHORTEST_QUOTE
from signals.models import Segment, Signal, Transcript

_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d\u00a0", "''\"\" ")
SHOWN_WORDS = 6  # of what does not occur, in the error


class NotAQuote(CivStartError):
    """The words are not a quote of 6 to 80 words that stands in the transcript."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters first to last of a segment's text."""

    segment: Segment
    first: int
    last: int

    @property
    def words(self) -> str:
        return self.segment.text[self.first : self.last]


def find(words: str, signal: Signal) -> list[Span]:
    """Return where the words stand in the signal's meeting, one span a segment, in order.

    Spaces and the shape of quotation marks do not matter; everything else does. Of several places
    the one nearest to the signal counts. Raise NotAQuote naming what is wrong. Reads one or two
    transcripts.
    """
    wanted = words.replace("\0", "").split()
    _check_length(wanted)
    texts = [_Said(transcript) for transcript in _transcripts(signal)]
    for said in texts:
        if spans := said.spans(wanted, near=signal.start_seconds):
            return spans
    raise NotAQuote(_what_does_not_occur(wanted, texts))


def _check_length(wanted: Sequence[str]) -> None:
    count = len(wanted)
    if not count:
        raise NotAQuote("The quote is empty. Select its words in what was said, or type them.")
    if count < SHORTEST_QUOTE:
        raise NotAQuote(
            f"The quote has {count} word{'' if count == 1 else 's'}; "
            f"it needs at least {SHORTEST_QUOTE}. Take in more of what was said."
        )
    if count > LONGEST_QUOTE:
        raise NotAQuote(
            f"The quote has {count} words; at most {LONGEST_QUOTE} are allowed. "
            "Keep the words that say the need."
        )


def _transcripts(signal: Signal) -> list[Transcript]:
    """The newest text of the kind the signal was heard in, then the very text if it is older."""
    piece = signal.evidence.select_related("segment__transcript").order_by("position").first()
    if piece is None:
        return list(signal.meeting.transcripts.filter(is_current=True))
    heard_in = piece.segment.transcript
    newest = signal.meeting.transcripts.filter(format=heard_in.format, is_current=True).first()
    return [newest, heard_in] if newest and newest.pk != heard_in.pk else [heard_in]


class _Said:
    """All that was said in a transcript as one text, and the way back to its segments."""

    def __init__(self, transcript: Transcript) -> None:
        rows = transcript.segments.select_related("speaker").order_by("index")
        self.segments = list(rows)
        texts = [segment.text for segment in self.segments]
        self.text = " ".join(texts).translate(_STRAIGHT)
        self.starts = [0, *accumulate(len(text) + 1 for text in texts)][: len(texts)]

    def spans(self, wanted: Sequence[str], *, near: float) -> list[Span]:
        places = list(re.finditer(_pattern(wanted), self.text))
        if not places:
            return []
        best = min(places, key=lambda place: abs(self._seconds(place.start()) - near))
        return list(self._cut(best.start(), best.end()))

    def has(self, wanted: Sequence[str]) -> bool:
        return re.search(_pattern(wanted), self.text) is not None

    def _number(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1

    def _seconds(self, at: int) -> float:
        return self.segments[self._number(at)].start_seconds

    def _cut(self, first: int, last: int) -> list[Span]:
        found = []
        for number in range(self._number(first), self._number(last - 1) + 1):
            segment, start = self.segments[number], self.starts[number]
            begin, end = max(first - start, 0), min(last - start, len(segment.text))
            if segment.text[begin:end].strip():
                found.append(Span(segment, begin, end))
        return found


def _pattern(wanted: Sequence[str]) -> str:
    return r"\s+".join(re.escape(word.translate(_STRAIGHT)) for word in wanted)


def _what_does_not_occur(wanted: Sequence[str], texts: Sequence[_Said]) -> str:
    """Say from which word on it departs from what was said, after its longest true beginning."""
    true = 0
    for said in texts:
        low, high = 0, len(wanted)
        while low < high:  # the longest beginning that occurs, by halving
            middle = (low + high + 1) // 2
            low, high = (middle, high) if said.has(wanted[:middle]) else (low, middle - 1)
        true = max(true, low)
    odd = " ".join(wanted[true : true + SHOWN_WORDS])
    rest = " ..." if len(wanted) > true + SHOWN_WORDS else ""
    if not true:
        return (
            f"“{odd}{rest}” was not said in this meeting. A quote is word for word what the "
            "transcript has: select it there."
        )
    before = " ".join(wanted[max(0, true - 4) : true])
    return (
        f"After “{before}” the transcript does not go on with “{odd}{rest}”. A quote is word for "
        "word what was said, in one piece: select it there."
    )
