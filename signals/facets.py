"""How many signals each choice of each filter would show, counted in one pass over the rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, Value, When
from django.utils import timezone

from signals import bands, keeping
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
    """Count in two queries, or tell what was counted since anything last happened.

    The question must be valid.
    """
    asked = {name: sorted(chosen.data.getlist(name)) for name in sorted(chosen.filters)}
    asked.pop("order", None)
    return keeping.kept("facets", asked, lambda: _with_weeks(_count(chosen), chosen))


def _count(chosen: SignalFilter) -> Counts:
    names = list(chosen.conditions)
    sql, parameters = _rows(chosen, names)
    sets = ", ".join(f"({name})" for name in SETS)
    keys = ", ".join(SETS)
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_passes(names, left_out)})" for left_out in SETS.values()
    )
    dropped = "".join(f", count(*) FILTER (WHERE {_passes(names, (name,))})" for name in names)
    everything = _passes(names, ())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT GROUPING({keys}), {keys}, {counts}, count(*) FILTER (WHERE {everything}),"
            # A price for one of many adds up with nothing.
            f" sum(amount) FILTER (WHERE amount_kind <> '{AmountKind.PER_UNIT}' AND {everything}),"
            f" count(*) FILTER (WHERE is_recent AND {everything}){dropped}"
            f" FROM ({sql}) AS found WHERE {_counts_somewhere(names)}"
            f" GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        return _read(cursor.fetchall(), names)


def _rows(chosen: SignalFilter, names: Iterable[str]) -> tuple[str, tuple[Any, ...]]:
    """Return the query of the rows that are counted: what they are, and which filters they pass."""
    now = timezone.now()
    rows = Signal.objects.approved().order_by()
    if chosen.form.cleaned_data.get("q"):
        rows = rows.filter(chosen.found)
    columns: dict[str, Any] = {
        **_COLUMNS,
        "band": bands.amount_band(),
        "days": bands.said_band(today=now.date()),
        "is_recent": _whether(Q(decided_at__gte=now - RECENT)),
    }
    for name in names:
        columns[f"passes_{name}"] = _whether(chosen.conditions[name])
    own = ("kind", "category", "stage", "strength", "amount", "amount_kind")
    sql, parameters = rows.values(*own, **columns).query.sql_with_params()
    return sql, parameters


def _whether(condition: Q) -> Case:
    return Case(When(condition, Value(True)), default=Value(False), output_field=BooleanField())


def _counts_somewhere(names: list[str]) -> str:
    """Return the condition of rows that any count takes: others need not be sorted into sets."""
    left_out = {*SETS.values(), *((name,) for name in names)}
    return " OR ".join(sorted({f"({_passes(names, one)})" for one in left_out}))


def _passes(names: Iterable[str], left_out: Iterable[str]) -> str:
    asked = [f"passes_{name}" for name in names if name not in left_out]
    return " AND ".join(asked) or "true"


def _read(rows: list[tuple[Any, ...]], names: list[str]) -> Counts:
    """Sort the rows: each belongs to the set whose bit in GROUPING is not set.

    Sums over all are those over the kinds: each row has one. A set of nothing, (), would make
    the database sort all rows instead of hashing them.
    """
    found = Counts(by={name: Counter() for name in SETS}, without=dict.fromkeys(names, 0))
    width = len(SETS)
    for grouping, *rest in rows:
        values, others = rest[:width], rest[width : 2 * width]
        shown, named, recent, *dropped = rest[2 * width :]
        (place,) = (at for at in range(width) if not grouping >> (width - 1 - at) & 1)
        name, value = list(SETS)[place], values[place]
        if others[place]:
            found.by[name][value] = others[place]
        if name == "place":
            found.places += shown > 0
        if name == "kind":
            found.total += shown
            found.named = (found.named or 0) + named if named is not None else found.named
            found.recent += recent
            for left_out, count in zip(names, dropped, strict=True):
                found.without[left_out] += count
    return found


def _with_weeks(counts: Counts, chosen: SignalFilter) -> Counts:
    now = timezone.now()
    rows = chosen.qs.filter(decided_at__gt=now - timedelta(weeks=bands.WEEKS)).order_by()
    counts.weeks = [0] * bands.WEEKS
    for week, count in rows.values_list(bands.week(now=now)).annotate(count=Count("*")):
        counts.weeks[min(week, bands.WEEKS) - 1] += count
    return counts
