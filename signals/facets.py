"""How many signals each choice of each filter would show, counted in one pass over the rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.utils import timezone

from signals import bands
from signals.filters import SignalFilter
from signals.models import Signal
from signals.words import AmountKind

RECENT = timedelta(days=30)
# What is counted by, and which filters a count leaves out: those that choose among its values.
SETS: dict[str, tuple[str, ...]] = {
    "kind": ("kind",),
    "category": ("category",),
    "stage": ("stage",),
    "strength": ("strength",),
    "region": ("state", "place"),
    "place": ("place",),
    "band": ("amount", "amount_from", "amount_to"),
    "amount_kind": ("amount_kind",),
    "days": ("said", "said_from", "said_to"),
}
# Rows are sorted by two things at once, as each sorting of 50,000 rows costs as much as reading
# them. Few of their values occur together, and the planner knows that: it expects 200 of what
# is reckoned. A place tells its region.
SORTED = (
    ("kind", "week"),
    ("strength", "band"),
    ("amount_kind", "days"),
    ("stage", "category"),
    ("place",),
)
_KEYS = tuple(name for together in SORTED for name in together)
_COLUMNS = {
    "region": F("jurisdiction__region"),
    "place": F("jurisdiction"),
}


@dataclass(slots=True)
class Counts:
    """What a question finds, and what it would find with one of its filters chosen otherwise.

    recent: approved in the last 30 days. weeks: in each of the last 12, the oldest first.
    without: by filter, what is found when it is dropped.
    """

    total: int = 0
    places: int = 0
    named: Decimal | None = None
    recent: int = 0
    by: dict[str, Counter[Any]] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)
    weeks: list[int] = field(default_factory=list)


def counted(chosen: SignalFilter) -> Counts:
    """Count in one query, or tell what was counted since anything last happened.

    The question must be valid.
    """
    return chosen.kept("facets", lambda: _count(chosen))


def _count(chosen: SignalFilter) -> Counts:
    names = list(chosen.conditions)
    sql, parameters = _rows(chosen, names)
    keys = ", ".join(_KEYS)
    sets = ", ".join(f"({', '.join(together)})" for together in SORTED)
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_passes(names, left_out)})" for left_out in SETS.values()
    )
    dropped = "".join(f", count(*) FILTER (WHERE {_passes(names, (name,))})" for name in names)
    everything = _passes(names, ())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT GROUPING({keys}), {keys}, min(region), {counts},"
            f" count(*) FILTER (WHERE {everything}),"
            # A price for one of many adds up with nothing.
            f" sum(amount) FILTER (WHERE amount_kind <> '{AmountKind.PER_UNIT}' AND {everything}),"
            f" count(*) FILTER (WHERE is_recent AND {everything}){dropped}"
            # OFFSET keeps the planner from guessing by what the expressions are made of.
            f" FROM ({sql} OFFSET 0) AS found GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        return _read(cursor.fetchall(), names)


def _rows(chosen: SignalFilter, names: Iterable[str]) -> tuple[str, tuple[Any, ...]]:
    """Return the query of the rows that are counted: what they are, and which filters they pass."""
    now = timezone.now()
    rows = Signal.objects.approved().filter(_counts_somewhere(chosen.conditions)).order_by()
    if chosen.form.cleaned_data.get("q"):
        rows = rows.filter(chosen.found)
    columns: dict[str, Any] = {
        **_COLUMNS,
        "band": bands.amount_band(),
        "days": bands.said_band(today=now.date()),
        "is_recent": _whether(Q(decided_at__gte=now - RECENT)),
        "week": bands.week(now=now),
    }
    for name in names:
        columns[f"passes_{name}"] = _whether(chosen.conditions[name])
    own = ("kind", "category", "stage", "strength", "amount", "amount_kind")
    sql, parameters = rows.values(*own, **columns).query.sql_with_params()
    return sql, parameters


def _whether(condition: Q) -> Case:
    return Case(When(condition, Value(True)), default=Value(False), output_field=BooleanField())


def _counts_somewhere(conditions: Mapping[str, Q]) -> Q:
    """Return the condition of rows that any count takes: others need not be sorted into sets."""
    found = Q()
    for left_out in {(), *SETS.values(), *((name,) for name in conditions)}:
        asked = [one for name, one in conditions.items() if name not in left_out]
        if not asked:
            return Q()
        found |= reduce(and_, asked)
    return found


def _passes(names: Iterable[str], left_out: Iterable[str]) -> str:
    asked = [f"passes_{name}" for name in names if name not in left_out]
    return " AND ".join(asked) or "true"


def _read(rows: list[tuple[Any, ...]], names: list[str]) -> Counts:
    """Add up the rows: each belongs to those that are sorted together whose bits in GROUPING are
    not set.

    Sums over all are those over the kinds: each row has one. A set of nothing, (), would make
    the database sort all rows instead of hashing them.
    """
    found = Counts(by={name: Counter() for name in SETS}, without=dict.fromkeys(names, 0))
    found.weeks = [0] * bands.WEEKS
    places = set()
    for grouping, *rest in rows:
        values = dict(zip((*_KEYS, "region"), rest, strict=False))
        others = dict(zip(SETS, rest[len(values) :], strict=False))
        shown, named, recent, *dropped = rest[len(values) + len(SETS) :]
        together = _together(grouping)
        for name in together:
            if name in SETS and others[name]:
                found.by[name][values[name]] += others[name]
        if "place" in together and shown:
            places.add(values["place"])
        if "kind" in together:
            found.total += shown
            found.named = (found.named or 0) + named if named is not None else found.named
            found.recent += recent
            if values["week"]:
                found.weeks[min(values["week"], bands.WEEKS) - 1] += shown
            for left_out, count in zip(names, dropped, strict=True):
                found.without[left_out] += count
    found.places = len(places)
    return found


def _together(grouping: int) -> tuple[str, ...]:
    last = len(_KEYS) - 1
    found = tuple(name for at, name in enumerate(_KEYS) if not grouping >> (last - at) & 1)
    return (*found, "region") if "place" in found else found
