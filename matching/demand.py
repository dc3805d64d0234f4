"""Demand: the needs governments voiced that nobody in the directory serves, added up.

A need counts once, by its latest match run: if that ended in an abstention and no startup was told
of the signal since. Signals that were withdrawn are left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone

from civstart.places.models import Jurisdiction, Region
from matching.models import Match, MatchRun
from signals.models import Signal
from signals.words import Category, Kind, Strength

MOST_STATES = 10
MOST_PLACES = 8
MOST_THINGS = 8
MONTHS = 12
SHADES = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Which needs are added up: approved within so many days, of these words; "" and None: any."""

    days: int | None = 180
    category: str = ""
    region: str = ""
    kind: str = ""
    strength: int | None = None

    @property
    def since(self) -> datetime | None:
        return None if self.days is None else timezone.now() - timedelta(days=self.days)

    def signals(self, *, ever: bool = False) -> QuerySet[Signal]:
        """Return the approved signals asked for; ever: whenever they were approved."""
        exact = {
            "category": self.category,
            "jurisdiction__region__code": self.region,
            "kind": self.kind,
            "strength": self.strength,
        }
        rows = Signal.objects.approved().filter(
            **{name: value for name, value in exact.items() if value}
        )
        return rows if ever or self.since is None else rows.filter(decided_at__gte=self.since)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many needs of a category a state has that nobody serves. shade: 0 for none, 1 to 4."""

    region: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Line:
    """A category's needs: all of them, those of each state shown, and those of other states."""

    category: str
    label: str
    count: int
    cells: tuple[Cell, ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of something go unserved, and what it is called. value: as filters take it."""

    label: str
    count: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """Needs approved in a month: all that were matched, and those nobody serves."""

    month: date
    matched: int
    unserved: int

    @property
    def share(self) -> int:
        """Of those matched, in percent."""
        return round(100 * self.unserved / self.matched) if self.matched else 0


@dataclass(frozen=True)
class Demand:
    """The whole page: counts of needs that nobody serves, however they are cut."""

    matched: int
    unserved: int
    states: Sequence[Region] = ()
    lines: Sequence[Line] = ()
    places: Sequence[Share] = ()
    kinds: Sequence[Share] = ()
    strengths: Sequence[Share] = ()
    things: Sequence[Share] = ()
    months: Sequence[Month] = ()
    sums: dict[str, Any] = field(default_factory=dict)

    @property
    def has_more_states(self) -> bool:
        return any(line.elsewhere for line in self.lines)


def unserved(signals: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return those of the signals that nobody in the directory serves."""
    return signals.filter(_is_unserved())


def _is_unserved() -> Q:
    told = Match.objects.filter(signal=OuterRef("pk")).exclude(status=Match.Status.WITHDRAWN)
    return Q(Exists(_last_words().filter(signal=OuterRef("pk")))) & ~Q(Exists(told))


def _last_words() -> QuerySet[MatchRun]:
    """Return the runs that found nobody and that no later run of the same signal followed."""
    later = MatchRun.objects.filter(signal=OuterRef("signal"), pk__gt=OuterRef("pk"))
    return MatchRun.objects.filter(~Exists(later), abstention__isnull=False)


def _is_matched() -> Exists:
    return Exists(MatchRun.objects.filter(signal=OuterRef("pk")))


def measure(asked: Asked) -> Demand:
    """Add up what is asked for. Seven queries, however many signals there are."""
    rows = unserved(asked.signals())
    matched = asked.signals().filter(_is_matched()).count()
    groups = _groups(rows)
    if not groups:
        return Demand(matched, 0)
    states = Region.objects.in_bulk([pk for pk, _ in _summed(groups, "region")[:MOST_STATES]])
    places = Jurisdiction.objects.select_related("region").in_bulk(
        [pk for pk, _ in _summed(groups, "place")[:MOST_PLACES]]
    )
    return Demand(
        matched=matched,
        unserved=sum(group.count for group in groups),
        states=list(states.values()),
        lines=_lines(groups, list(states.values())),
        places=[
            Share(str(places[pk]), count) for pk, count in _summed(groups, "place")[:MOST_PLACES]
        ],
        kinds=[Share(str(Kind(one).label), n, one) for one, n in _summed(groups, "kind")],
        strengths=[
            Share(str(Strength(one).label), n, str(one)) for one, n in _summed(groups, "strength")
        ],
        things=_things(rows),
        months=_months(asked),
        sums=rows.filter(amount__isnull=False).aggregate(count=Count("pk"), most=Max("amount")),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """So many needs that have all of this in common."""

    category: str
    region: int
    place: int
    kind: str
    strength: int
    count: int


def _groups(rows: QuerySet[Signal]) -> list[_Group]:
    """Count all cuts in one pass over the signals. One query."""
    names = ("category", "jurisdiction__region", "jurisdiction", "kind", "strength")
    grouped = rows.order_by().values_list(*names).annotate(count=Count("pk"))
    return [_Group(*values) for values in grouped]


def _summed(groups: Sequence[_Group], name: str) -> list[tuple[Any, int]]:
    """Return each value with its count, the largest first."""
    sums: Counter[Any] = Counter()
    for group in groups:
        sums[getattr(group, name)] += group.count
    return sorted(sums.items(), key=lambda one: (-one[1], str(one[0])))


def _lines(groups: Sequence[_Group], states: Sequence[Region]) -> list[Line]:
    counts: Counter[tuple[str, int]] = Counter()
    for group in groups:
        counts[group.category, group.region] += group.count
    darkest = max(counts.values())
    lines = []
    for category, total in _summed(groups, "category"):
        own = [(state.code, counts[category, state.pk]) for state in states]
        cells = tuple(Cell(code, count, _shade(count, darkest)) for code, count in own)
        elsewhere = total - sum(count for _, count in own)
        lines.append(Line(category, str(Category(category).label), total, cells, elsewhere))
    return lines


def _shade(count: int, darkest: int) -> int:
    return -(-SHADES * count // darkest)  # rounded up: one need is seen


def _things(rows: QuerySet[Signal]) -> list[Share]:
    """Return the one thing near misses lack, by how many needs it would have served."""
    runs = _last_words().filter(signal__in=rows.values("pk"))
    sql, parameters = runs.values("signal_id", "near_misses").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(miss ->> 'thing', miss ->> 'missing') AS thing,
                count(DISTINCT run.signal_id)
            FROM ({sql}) AS run, jsonb_array_elements(run.near_misses) AS miss
            GROUP BY thing ORDER BY 2 DESC, 1 LIMIT %s
            """,
            [*parameters, MOST_THINGS],
        )
        return [Share(thing, count) for thing, count in cursor.fetchall()]


# --- By month ---------------------------------------------------------------------------------


def _months(asked: Asked) -> list[Month]:
    """Return the months from the first need on, at most the last twelve, whatever days are asked
    for.
    """
    months = list(_last_months(timezone.now().date()))
    began = datetime.combine(months[0], time.min, tzinfo=UTC)
    rows = (
        asked.signals(ever=True)
        .filter(_is_matched(), decided_at__gte=began)
        .annotate(is_unserved=ExpressionWrapper(_is_unserved(), output_field=BooleanField()))
        .order_by()
        .values_list(TruncMonth("decided_at", tzinfo=UTC))
        .annotate(matched=Count("pk"), unserved=Count("pk", filter=Q(is_unserved=True)))
    )
    found = {month.date(): (matched, none) for month, matched, none in rows}
    first = min(found, default=months[-1])
    return [Month(one, *found.get(one, (0, 0))) for one in months if one >= first]


def _last_months(today: date) -> Iterator[date]:
    for back in reversed(range(MONTHS)):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield date(year, month + 1, 1)


# --- One by one -------------------------------------------------------------------------------


def listed(asked: Asked) -> QuerySet[Signal]:
    """Return the needs that nobody serves, the newest first, with their place and body."""
    rows = unserved(asked.signals()).select_related("jurisdiction__region", "meeting__body")
    return rows.defer("search").order_by(F("decided_at").desc(), "-pk")


def latest(signals: Sequence[Signal]) -> dict[int, MatchRun]:
    """Return the run that found nobody for each of the signals, with its abstention. One query."""
    runs = MatchRun.objects.filter(signal__in=[one.pk for one in signals])
    runs = runs.select_related("abstention").order_by("signal_id", "-pk").distinct("signal_id")
    return {run.signal_id: run for run in runs}
