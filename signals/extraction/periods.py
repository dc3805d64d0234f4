"""Stretches of time by their names, seen from a day: "next fiscal year", "Q3". Pure."""

import re
from calendar import day_name, month_name, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from signals.extraction.amounts import SMALL, TENS

MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
DAYS = {name.lower(): number for number, name in enumerate(day_name)}
SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}  # their first months
COUNTS = SMALL | TENS | {"a": 1, "an": 1, "couple": 2}
QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_MONTH = f"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\\.?"
_YEAR = r"(?P<year>20\d\d)"
_QUARTER = "quarter"
_WHICH = r"(?:(?P<which>this|current|next|upcoming|coming|the|following) )?"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date


def period(words: str, today: date, fiscal_start: int) -> Period | None:
    """Return the stretch of time the words name, seen from today; None if they name none.

    Raise ValueError for a day no calendar has.
    """
    said = re.sub(
        r"^(?:(?:with)?in|on|at|during|for|over|around|about|sometime) ", "", words.lower()
    )
    said = re.sub(r"^(?:in|on|during|the course of) ", "", said)
    if part := _PART.match(said):
        whole = period(said[part.end() :], today, fiscal_start)
        return _PARTS[part[1] or part[2]](whole, today) if whole else None
    for pattern, make in _NAMED:
        if found := pattern.fullmatch(said.strip(" ,.")):
            return make(found.groupdict() | {"": found[0]}, today, fiscal_start)
    return None


# --- Parts of a period --------------------------------------------------------------------------

_PART = re.compile(
    r"^(?:the )?(?:very )?(?:(end|close|beginning|start|middle|first half|second half) of "
    r"(?=\S)|(early|late|later|mid)(?: in| into)?[ -]+)"
)


def _third(whole: Period, number: int) -> Period:
    """Return a third of the period, from 0: by months where it has three or more, else by days."""
    months = (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1
    if months >= 3:
        first = add_months(whole.first, number * months // 3)
        return Period(first, add_months(whole.first, (number + 1) * months // 3) - _DAY)
    days = (whole.last - whole.first).days + 1
    first = whole.first + timedelta(days=number * days // 3)
    return Period(first, whole.first + timedelta(days=(number + 1) * days // 3) - _DAY)


def _half(whole: Period, number: int) -> Period:
    months = (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1
    middle = (
        add_months(whole.first, months // 2)
        if months > 1
        else whole.first + ((whole.last - whole.first) // 2)
    )
    return Period(middle, whole.last) if number else Period(whole.first, middle - _DAY)


def _start(whole: Period, today: date) -> Period:
    return Period(whole.first, whole.first)


_DAY = timedelta(days=1)
_PARTS: dict[str, Callable[[Period, date], Period]] = {
    "end": lambda whole, today: Period(_third(whole, 2).first, whole.last),
    "close": lambda whole, today: Period(_third(whole, 2).first, whole.last),
    "beginning": _start,
    "start": _start,
    "middle": lambda whole, today: _third(whole, 1),
    "mid": lambda whole, today: _third(whole, 1),
    "early": lambda whole, today: _third(whole, 0),
    "late": lambda whole, today: _third(whole, 2),
    "later": lambda whole, today: Period(max(whole.first, min(today, whole.last)), whole.last),
    "first half": lambda whole, today: _half(whole, 0),
    "second half": lambda whole, today: _half(whole, 1),
}


# --- Named periods ------------------------------------------------------------------------------

type_of_groups = dict[str, str | None]


def _iso(said: type_of_groups, today: date, start: int) -> Period:
    day = date.fromisoformat(str(said[""]))
    return Period(day, day)


def _american(said: type_of_groups, today: date, start: int) -> Period:
    """Month/day, with or without a year."""
    month, day, year = (int(part) for part in f"{said['']}/0".split("/")[:3])
    found = _on(month, day, 2000 + year if 0 < year < 100 else year or None, today)
    return Period(found, found)


def _day_of_month(said: type_of_groups, today: date, start: int) -> Period:
    year = int(said["year"]) if said["year"] else None
    day = _on(MONTHS[str(said["month"])], int(str(said["day"])), year, today)
    return Period(day, day)


def _on(month: int, day: int, year: int | None, today: date) -> date:
    """Return the day of that year; without a year the first one from today on."""
    found = date(year or today.year, month, day)
    return found.replace(year=today.year + 1) if year is None and found < today else found


def _month(said: type_of_groups, today: date, start: int) -> Period:
    month = MONTHS[str(said["month"])]
    if said["year"]:
        return months_from(date(int(said["year"]), month, 1), 1)
    found = months_from(date(today.year, month, 1), 1)
    is_over = found.first <= today if said["which"] == "next" else found.last < today
    return months_from(date(today.year + 1, month, 1), 1) if is_over else found


def _season(said: type_of_groups, today: date, start: int) -> Period:
    """Three whole months; a winter belongs to the year in which it begins."""
    first = SEASONS[str(said["season"])]
    if said["year"]:
        return months_from(date(int(said["year"]), first, 1), 3)
    rows = [months_from(date(today.year + more, first, 1), 3) for more in (-1, 0, 1)]
    if said["which"] == "next":
        return next(one for one in rows if one.first > today)
    return next(one for one in rows if one.last >= today)


def _quarter(said: type_of_groups, today: date, start: int) -> Period:
    if said["which"]:
        now = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        return months_from(add_months(now, 0 if said["which"] in _NOW else 3), 3)
    named = str(said["number"])
    number = int(named) if named.isdecimal() else QUARTERS[named]
    year = int(said["year"]) if said["year"] else today.year
    found = months_from(date(year, 3 * number - 2, 1), 3)
    return (
        found
        if said["year"] or found.last >= today
        else months_from(add_months(found.first, 12), 3)
    )


def _fiscal(said: type_of_groups, today: date, start: int) -> Period:
    if named := said["year"]:
        year = int(named) if len(named) == 4 else 2000 + int(named)
    else:
        year = today.year + (today.month >= start > 1)
        year += 0 if said["which"] in _NOW else 1
    return months_from(date(year - (start > 1), start, 1), 12)


_NOW = {"this", "current", "the", None}


def _calendar(said: type_of_groups, today: date, start: int) -> Period:
    """A day, a week, a month or a year of the calendar: this one or the next."""
    step = 0 if said["which"] in _NOW else 1
    match said["unit"]:
        case "week":
            first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return Period(first if step else today, first + timedelta(days=6))
        case "month":
            return months_from(add_months(today.replace(day=1), step), 1)
    return months_from(date(today.year + step, 1, 1), 12)


def _calendar_end(said: type_of_groups, today: date, start: int) -> Period:
    day = date(today.year, 12, 31)
    return Period(day, day)


def _year(said: type_of_groups, today: date, start: int) -> Period:
    return months_from(date(int(str(said["year"])), 1, 1), 12)


def _weekday(said: type_of_groups, today: date, start: int) -> Period:
    """Return the day after today that is called so; with "next" that of the following week."""
    number = DAYS[str(said["day"])]
    if said["which"] == "next":
        day = today - timedelta(days=today.weekday()) + timedelta(weeks=1, days=number)
    else:
        day = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return Period(day, day)


def _near(said: type_of_groups, today: date, start: int) -> Period:
    day = today + (_DAY if said[""] == "tomorrow" else timedelta())
    return Period(day, day)


def _ahead(said: type_of_groups, today: date, start: int) -> Period | None:
    """So long from today: "six months", "6 to 7 years"."""
    fewest = _count(str(said["count"]))
    most = _count(str(said["most"])) if said["most"] else fewest
    if not fewest or not most:
        return None
    unit = str(said["unit"])
    return Period(_after(today, fewest, unit), _after(today, most, unit))


def _span(said: type_of_groups, today: date, start: int) -> Period | None:
    """From today so long: "the next three years"."""
    ahead = _ahead(said, today, start)
    return Period(today, ahead.last) if ahead else None


def _count(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    tens, _, ones = word.removeprefix("a ").partition("-")
    return COUNTS[tens] + COUNTS.get(ones, 0) if tens in COUNTS else None


def _after(today: date, count: int, unit: str) -> date:
    match unit:
        case "day":
            return today + timedelta(days=count)
        case "week":
            return today + timedelta(weeks=count)
        case "month" | "quarter":
            return add_months(today, count * (3 if unit == "quarter" else 1))
    return add_months(today, 12 * count)


def add_months(day: date, count: int) -> date:
    """Return the same day so many months later, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_from(first: date, count: int) -> Period:
    return Period(first, add_months(first, count) - _DAY)


_NUMBER = r"\d{1,3}|[a-z]+(?:-[a-z]+)?|a couple"
_LENGTH = (
    rf"(?P<count>{_NUMBER})(?: of)?(?: (?:to|or) (?P<most>{_NUMBER}))?[ -]"
    r"(?P<unit>day|week|month|quarter|year)s?"
)
_DAYS = "|".join(DAYS)
_NAMES: tuple[tuple[str, Callable[[type_of_groups, date, int], Period | None]], ...] = (
    (r"20\d\d-\d\d-\d\d", _iso),
    (r"\d{1,2}/\d{1,2}(?:/(?:20)?\d\d)?", _american),
    (r"today|tonight|tomorrow|now", _near),
    (
        rf"(?:the )?{_MONTH},? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?:of )?{_YEAR})?",
        _day_of_month,
    ),
    (
        rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},?(?: {_YEAR})?",
        _day_of_month,
    ),
    (rf"{_WHICH}{_MONTH},?(?: of)?(?: {_YEAR})?", _month),
    (rf"{_WHICH}(?P<season>{'|'.join(SEASONS)})(?:,? (?:of )?{_YEAR})?", _season),
    (rf"{_WHICH}(?P<number>){_QUARTER}(?P<year>)", _quarter),
    (
        rf"(?P<which>)(?:the )?(?P<number>{'|'.join(QUARTERS)}) {_QUARTER}(?: of)?(?: {_YEAR})?",
        _quarter,
    ),
    (rf"(?P<which>)q(?P<number>[1-4])(?: of)?,?(?: {_YEAR})?", _quarter),
    (
        r"(?P<which>)(?:the )?(?:fiscal(?: year)?|fy)[ -]?'?(?P<year>(?:20)?\d\d)(?: budget)?",
        _fiscal,
    ),
    (rf"{_WHICH}(?P<year>)(?:fiscal year|fy|budget year|budget cycle)(?: budget)?", _fiscal),
    (rf"{_WHICH}(?:calendar )?(?P<unit>week|month|year)", _calendar),
    (r"(?P<which>this|the )?(?P<unit>year)'?s end", _calendar_end),
    (rf"(?:calendar |the )?(?:year )?{_YEAR}", _year),
    (rf"(?:(?P<which>this|next|coming) )?(?P<day>{_DAYS})", _weekday),
    (rf"(?:the )?(?:next|coming|following) {_LENGTH}", _span),
    (rf"(?:about )?{_LENGTH}(?: from (?:now|today))?", _ahead),
)
_NAMED = tuple((re.compile(pattern), make) for pattern, make in _NAMES)
