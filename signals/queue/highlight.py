"""What in a quote is a sum of money or a time, so that the eye finds it."""

import re
from collections.abc import Iterator
from decimal import Decimal

from signals.extraction import amounts

LONGEST_NUMBER = 7  # words
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_TIME = re.compile(
    rf"\b(?:{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+(?:19|20)\d\d)?"
    r"|(?:19|20)\d\d"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?"
    r"|(?:next|this|last|coming)\s+"
    r"(?:week|month|quarter|year|spring|summer|fall|autumn|winter|fiscal year)"
    r"|fiscal (?:year )?(?:20)?\d\d|fy\s?(?:20)?\d\d"
    r"|(?:in|within|over)\s+(?:the next\s+)?(?:\w+\s+)?\w+\s+(?:days|weeks|months|years))\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"may", re.IGNORECASE)


def spans(
    text: str, timeframe: str = "", amount: Decimal | None = None
) -> list[tuple[int, int, str]]:
    """Return (first, last, "amount" or "time") in order; where two overlap the earlier stands.

    timeframe and amount are what the signal is known to name.
    """
    sums = amounts.sums(text)
    found = [(money.first, money.last, "amount") for money in sums]
    if amount is not None and all(money.amount != amount for money in sums):
        found += _spoken(text, amount)
    found += [(*place.span(), "time") for place in _TIME.finditer(text) if not _is_verb(place[0])]
    if timeframe and (at := text.find(timeframe)) >= 0:
        found.append((at, at + len(timeframe), "time"))
    return list(_apart(sorted(found, key=lambda span: (span[0], -span[1]))))


def _spoken(text: str, amount: Decimal) -> list[tuple[int, int, str]]:
    """Find the amount where nobody said dollars: "four hundred and twelve thousand"."""
    words = [(place.start(), place.end()) for place in re.finditer(r"[\w$.,-]*\w", text)]
    begins = [at for at, (first, last) in enumerate(words) if amounts.may_begin(text[first:last])]
    for length in range(1, LONGEST_NUMBER + 1):
        for at in begins:
            if at + length > len(words):
                break
            first, last = words[at][0], words[at + length - 1][1]
            if amounts.largest(f"{text[first:last]} dollars") == amount:
                return [(first, last, "amount")]
    return []


def _is_verb(words: str) -> bool:
    """Whether it is the "may" of "we may need"."""
    return _MAY.fullmatch(words) is not None


def _apart(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    reached = 0
    for first, last, what in found:
        if first >= reached:
            yield first, last, what
            reached = last
