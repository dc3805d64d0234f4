"""How the days a timeframe means are written. Pure."""

from datetime import date

from django.utils.formats import date_format


def in_words(first: date | None, last: date | None, *, is_deadline: bool) -> str:
    """Return "by 31 Mar 2026", "on 17 Feb 2026", "1 Sep to 30 Nov 2026", "from 1 Jul 2026"."""
    if last is None:
        return f"from {_day(first)}" if first else ""
    if is_deadline:
        return f"by {_day(last)}"
    if first is None:
        return f"until {_day(last)}"
    if first == last:
        return f"on {_day(last)}"
    is_one_year = first.year == last.year
    return f"{date_format(first, 'j M') if is_one_year else _day(first)} to {_day(last)}"


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else ""
