"""Checking a found signal against what was heard, before anything of it is believed."""

import math
from collections.abc import Mapping, Sequence

from civstart.lib.errors import CivStartError
from signals.extraction.contract import Found, Heard, Span
from signals.words import (
    KINDS_WITH_TERM,
    LONGEST_TERM,
    AmountKind,
    Category,
    Kind,
    SpeakerRole,
    Strength,
)

SHORTEST_QUOTE, LONGEST_QUOTE = 6, 80  # words
SHORTEST_TITLE, LONGEST_TITLE = 6, 14


class NotHeard(CivStartError):
    """A signal an extractor proposed does not stand up to the transcript."""


def verify(found: Found, heard: Sequence[Heard]) -> None:
    """Return quietly if the signal holds against the segments; raise NotHeard saying why not."""
    if reason := fault(found, heard):
        raise NotHeard(f'The signal "{found.title}" was dropped: {reason}.')


def fault(found: Found, heard: Sequence[Heard]) -> str:
    """Return why the signal must not be stored, or "" if it holds."""
    segments = {one.index: one for one in heard}
    return (
        _span_fault(found.spans, segments)
        or _quote_fault(quote(found.spans, segments))
        or _time_fault(found, segments)
        or _word_fault(found)
        or _number_fault(found)
    )


def quote(spans: Sequence[Span], heard: Mapping[int, Heard]) -> str:
    """Return the words at the spans, joined by spaces."""
    return " ".join(heard[span.index].text[span.first : span.last] for span in spans)


def _span_fault(spans: Sequence[Span], heard: Mapping[int, Heard]) -> str:
    if not spans:
        return "it has no quote"
    for span in spans:
        if span.index not in heard:
            return f"segment {span.index} does not exist"
        if not 0 <= span.first < span.last <= len(heard[span.index].text):
            return f"characters {span.first} to {span.last} lie outside segment {span.index}"
    order = {index: place for place, index in enumerate(heard)}
    places = [order[span.index] for span in spans]
    if places != list(range(places[0], places[0] + len(places))):
        return "its quote is not from neighbouring segments in order"
    return ""


def _quote_fault(words_said: str) -> str:
    count = len(words_said.split())
    if SHORTEST_QUOTE <= count <= LONGEST_QUOTE:
        return ""
    return f"its quote has {count} words, not {SHORTEST_QUOTE} to {LONGEST_QUOTE}"


def _time_fault(found: Found, heard: Mapping[int, Heard]) -> str:
    if not (math.isfinite(found.start) and math.isfinite(found.end)):
        return "its times are not numbers"
    first, last = heard[found.spans[0].index], heard[found.spans[-1].index]
    begin, finish = min(h.start for h in heard.values()), max(h.end for h in heard.values())
    if not begin <= found.start <= found.end <= finish:
        return f"{found.start:.1f} s to {found.end:.1f} s lies outside the meeting"
    if found.start > first.end or found.end < last.start:
        return f"its quote lies outside {found.start:.1f} s to {found.end:.1f} s"
    return ""


def _word_fault(found: Found) -> str:
    for value, words in (
        (found.kind, Kind.values),
        (found.category, Category.values),
        (found.speaker_role, SpeakerRole.values),
    ):
        if value not in words:
            return f'"{value}" is not one of {", ".join(words)}'
    count = len(found.title.split())
    if not SHORTEST_TITLE <= count <= LONGEST_TITLE:
        return f"its title has {count} words, not {SHORTEST_TITLE} to {LONGEST_TITLE}"
    return ""


def _number_fault(found: Found) -> str:
    if found.strength not in Strength.values:
        return f"its strength is {found.strength}, not 1 to 3"
    if not 0 <= found.confidence <= 1:
        return f"its confidence is {found.confidence}, not 0 to 1"
    if found.amount is not None and not (found.amount.is_finite() and found.amount > 0):
        return f"its amount is {found.amount}, not a sum of money"
    return _price_fault(found)


def _price_fault(found: Found) -> str:
    if found.amount_kind and found.amount_kind not in AmountKind.values:
        return f'"{found.amount_kind}" is not one of {", ".join(AmountKind.values)}'
    if found.amount is None and (found.amount_kind or found.amount_years is not None):
        return "it names the kind of a sum, and no sum"
    if found.amount_years is not None and not (
        found.amount_kind in KINDS_WITH_TERM and 1 <= found.amount_years <= LONGEST_TERM
    ):
        return f"its amount is over {found.amount_years} years, which no such sum is"
    return ""
