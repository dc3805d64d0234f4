"""Times as people say them, resolved to days: "by the end of March" in a meeting of February 2026
is 2026-03-31. Pure.

What names no day ("soon", "in a few years") stays unresolved, and so does everything without the
day of the meeting. A fiscal year is named by the calendar year in which it ends.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from signals.extraction.periods import period

USUAL_FISCAL_START = 7  # July: the fiscal year of 46 of the 50 states, and of most cities
DOUBT = "The fiscal year is taken to begin in July."

_BY = r"by|no later than|not later than|at the latest by|due(?: by| on| in)?|up until|until|till"
_BEFORE = r"before|prior to|ahead of"
_EXPIRES = (
    r"(?:expir\w+|ends|ending|closes?|closing|runs? out|deadline(?: is| of)?)(?: on| in| by)?"
)
_FROM = r"starting(?: in| on| from)?|beginning(?: in| on)?|effective|as of|from|since|after"
_LEAD = re.compile(
    rf"^(?:(?P<by>{_BY}|{_EXPIRES}|through)|(?P<before>{_BEFORE})|(?P<from>{_FROM}))\b\s*",
    re.IGNORECASE,
)
# Words of the sentence right before a timeframe which make it a deadline.
_DUE_BEFORE = re.compile(
    rf"\b(?:{_BY}|{_BEFORE}|{_EXPIRES}|due date|mandated?|required?)\W+(?:\w+\W+){{0,1}}$",
    re.IGNORECASE,
)
_NOT_DUE = re.compile(r"^(?:after|starting|beginning|effective|as of|from|since)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Due:
    """From when and by when, both days included; either may be open. doubt is a sentence or ""."""

    first: date | None
    last: date | None
    is_deadline: bool = False
    doubt: str = ""


def resolve(
    timeframe: str, *, said_on: date | None, fiscal_start: int | None = None, quote: str = ""
) -> Due | None:
    """Return the days a timeframe means, said in a meeting of that day; None if it names none.

    fiscal_start is the month in which the jurisdiction's fiscal year begins, None if nobody knows.
    quote is what the timeframe was taken from: "expires in June" makes of "in June" a deadline.
    """
    words = " ".join(timeframe.replace("\u2019", "'").split()).strip(" .,;:\"'\u201c\u201d")
    if said_on is None or not words:
        return None
    try:
        found = _resolved(words, said_on, fiscal_start or USUAL_FISCAL_START, _before(words, quote))
    except (ValueError, OverflowError):  # a 31 June, a year 99999
        return None
    if (
        found is None
        or fiscal_start
        or not re.search(r"\b(?:fiscal|fy|budget)", words, re.IGNORECASE)
    ):
        return found
    return Due(found.first, found.last, found.is_deadline, DOUBT)


def _before(words: str, quote: str) -> str:
    said = " ".join(quote.split())
    at = said.casefold().find(words.casefold())
    return said[:at] if at > 0 else ""


def _resolved(words: str, said_on: date, fiscal_start: int, before: str) -> Due | None:
    lead = _LEAD.match(words)
    rest = words[lead.end() :] if lead else words
    found = period(rest, said_on, fiscal_start)
    if found is None:
        return None
    if lead and lead["before"]:
        return Due(None, found.first - timedelta(days=1), is_deadline=True)
    if lead and lead["from"]:
        is_after = lead[0].lower().startswith("after")
        return Due(found.last + timedelta(days=1) if is_after else found.first, None)
    is_within = words.lower().startswith("within")
    is_due = bool(lead) or is_within or bool(_DUE_BEFORE.search(before))
    if is_due and not _NOT_DUE.match(words):
        return Due(None, found.last, is_deadline=True)
    return Due(found.first, found.last)
