"""What in a quote is a sum of money or a time, so that the eye finds it."""

import re
from collections.abc import Iterator

from signals.extraction import amounts

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_TIME = re.compile(
    rf"\b(?:{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+(?:19|20)\d\d)?"
    r"|(?:19|20)\d\d"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?"
    r"|(?:next|this|last|coming)\s+(?:week|month|quarter|year|spring|summer|fall|autumn|winter|"
    r"fiscal year)"
    r"|fiscal (?:year )?(?:20)?\d\d|fy\s?(?:20)?\d\d"
    r"|(?:in|within|over)\s+(?:the next\s+)?(?:\w+\s+)?(?:\d+|\w+)\s+(?:days|weeks|months|years))\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"may", re.IGNORECASE)


def spans(text: str, timeframe: str = "") -> list[tuple[int, int, str]]:
    """Return (first, last, "amount" or "time") in order; where two overlap the earlier stands."""
    found = [(money.first, money.last, "amount") for money in amounts.sums(text)]
    found += [(*place.span(), "time") for place in _TIME.finditer(text) if not _is_verb(place[0])]
    if timeframe and (at := text.find(timeframe)) >= 0:
        found.append((at, at + len(timeframe), "time"))
    return list(_apart(sorted(found, key=lambda span: (span[0], -span[1]))))


def _is_verb(words: str) -> bool:
    """Whether it is the "may" of "we may need"."""
    return _MAY.fullmatch(words) is not None


def _apart(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    reached = 0
    for first, last, what in found:
        if first >= reached:
            yield first, last, what
            reached = last
