"""By when a signal has to be answered, where its words name a day.

The one place that knows: pages, order, filter and calendar all ask here.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Q, QuerySet, Value, When

from signals.models import Signal
from signals.models.signals import NAMES_A_DAY

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SPELT = re.compile(
    rf"\b({'|'.join(_MONTHS)})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}})\b)?", re.IGNORECASE
)
_LATE = timedelta(days=31)  # so long after a day without a year, the next year is meant


def deadline(signal: Signal) -> date | None:
    """Return the day its timeframe names, None if it names none. Needs the meeting.

    A day without a year is the next one after the meeting.
    """
    return named_day(signal.timeframe, said_on=signal.meeting.held_on)


def named_day(words: str, *, said_on: date | None) -> date | None:
    """Return the day the words name: 2026-12-10, December 10, 2026, or Dec 10 after said_on."""
    if iso := _ISO.search(words):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if spelt := _SPELT.search(words):
        month, day = _MONTHS[spelt[1].lower()], int(spelt[2])
        if spelt[3]:
            return _day(int(spelt[3]), month, day)
        if said_on is None:
            return None
        found = _day(said_on.year, month, day)
        is_past = found is not None and found < said_on - _LATE
        return _day(said_on.year + 1, month, day) if is_past else found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming(*, today: date) -> list[tuple[date, int]]:
    """Return the days still to come and the approved signals they belong to, the soonest first.

    One query over those whose words name a day, by an index of their own.
    """
    rows = (
        Signal.objects.approved()
        .filter(NAMES_A_DAY)
        .values_list("pk", "timeframe", "meeting__held_on")
    )
    days = ((named_day(words, said_on=held_on), pk) for pk, words, held_on in rows)
    return sorted((day, pk) for day, pk in days if day is not None and day >= today)


def within(days: int, *, today: date) -> Q:
    """Return what a signal fulfils that is due from today until so many days from now."""
    last = today + timedelta(days=days)
    return Q(pk__in=[pk for day, pk in coming(today=today) if day <= last])


def soonest_first(rows: QuerySet[Signal], *, today: date) -> list[object]:
    """Return what to order the rows by, so that the next deadline comes first and none last."""
    return in_order([pk for _, pk in coming(today=today)])


def in_order(ids: Sequence[int]) -> list[object]:
    """Return what to order by, so that these come first, in this order."""
    if not ids:
        return []
    listed: ArrayField[list[int], list[int]] = ArrayField(BigIntegerField())
    place = Func(
        Value(list(ids), output_field=listed),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )
    # Only those listed are looked for in the list: the others would be compared with all of it.
    return [Case(When(pk__in=list(ids), then=place)).asc(nulls_last=True)]


def dated(signals: Iterable[Signal]) -> list[tuple[date, Signal]]:
    """Return those that have a deadline, the soonest first."""
    found = [(day, one) for one in signals if (day := deadline(one))]
    return sorted(found, key=lambda pair: (pair[0], pair[1].pk))
