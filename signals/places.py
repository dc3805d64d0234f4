"""What is known of governments: how much each said, of what, in which meetings, by when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from civstart.places.models import Jurisdiction, Region
from signals import coverage, deadlines
from signals.coverage import Coverage
from signals.models import Body, Meeting, Signal, Thread
from signals.words import Category

SIGNALS_SHOWN = 8
THREADS_SHOWN = 12
MEETINGS_SHOWN = 10
DEADLINES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class State:
    """A state with its approved signals and the places that said them."""

    region: Region
    signals: int
    places: int


def states() -> list[State]:
    """Return the states that said something, the most first. Two queries."""
    rows = (
        Signal.objects.approved()
        .order_by()
        .values_list("jurisdiction__region", "jurisdiction")
        .annotate(signals=Count("*"))
    )
    signals: Counter[int] = Counter()
    places: Counter[int] = Counter()
    for region, _, count in rows:  # a count of distinct places would sort all signals
        signals[region] += count
        places[region] += 1
    regions = Region.objects.in_bulk()
    found = [State(regions[pk], signals[pk], places[pk]) for pk in signals]
    return sorted(found, key=lambda one: (-one.signals, one.region.name))


def heard(*, state: str = "", name: str = "") -> QuerySet[Jurisdiction]:
    """Return the places of which meetings are known, those that said most first."""
    signals = Signal.objects.approved().filter(jurisdiction=OuterRef("pk")).order_by()
    counts = signals.values("jurisdiction").annotate(count=Count("*")).values("count")
    rows = Jurisdiction.objects.select_related("region").filter(
        Exists(Body.objects.filter(jurisdiction=OuterRef("pk")))
    )
    if state:
        rows = rows.filter(region__code__iexact=state)
    if name:
        rows = rows.filter(name__icontains=name)
    return rows.annotate(signal_count=Coalesce(counts, 0)).order_by("-signal_count", "name", "pk")


@dataclass(frozen=True, slots=True)
class Told:
    """A thread as startups see it: by the title of its newest approved signal."""

    thread: Thread
    newest: Signal
    heard_count: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a place's page shows."""

    place: Jurisdiction
    total: int
    categories: list[tuple[str, str, int]]
    signals: Sequence[Signal]
    threads: Sequence[Told]
    meetings: Sequence[Meeting]
    bodies: list[Coverage]
    deadlines: list[tuple[date, Signal]]


def known(place: Jurisdiction) -> Known:
    """Return what is known of the place. Twelve queries, however much that is."""
    approved = Signal.objects.approved().filter(jurisdiction=place)
    counts = approved.order_by().values_list("category").annotate(count=Count("*"))
    labels = dict(Category.choices)
    categories = [(value, str(labels[value]), count) for value, count in counts]
    newest = approved.order_by("-decided_at", "-pk")
    return Known(
        place=place,
        total=sum(count for _, _, count in categories),
        categories=sorted(categories, key=lambda one: (-one[2], one[1])),
        signals=list(newest.for_lists()[:SIGNALS_SHOWN]),
        threads=_threads(place),
        meetings=list(meetings().filter(body__jurisdiction=place)[:MEETINGS_SHOWN]),
        bodies=coverage.rows(place),
        deadlines=_deadlines(place),
    )


def _threads(place: Jurisdiction) -> list[Told]:
    """Return the needs of the place that were heard last and are still open, then closed ones."""
    newest = Signal.objects.approved().filter(thread=OuterRef("pk")).order_by("-decided_at")
    rows = Thread.objects.filter(jurisdiction=place).annotate(
        heard_count=Count("signals", filter=Q(signals__status=Signal.Status.APPROVED)),
        last_heard=Max("signals__decided_at", filter=Q(signals__status=Signal.Status.APPROVED)),
        newest_id=Subquery(newest.values("pk")[:1]),
    )
    shown = rows.filter(heard_count__gt=0).order_by(
        F("closed_at").asc(nulls_first=True), "-last_heard"
    )
    threads = list(shown[:THREADS_SHOWN])
    ids = {one.pk: getattr(one, "newest_id") for one in threads}  # noqa: B009
    signals = Signal.objects.defer("search").in_bulk(ids.values())
    counts = {one.pk: getattr(one, "heard_count") for one in threads}  # noqa: B009
    return [Told(one, signals[ids[one.pk]], counts[one.pk]) for one in threads]


def meetings() -> QuerySet[Meeting]:
    """Return meetings with the quality of their best text and what came of them."""
    signals = (
        Signal.objects.approved()
        .filter(meeting=OuterRef("pk"))
        .order_by()
        .values("meeting")
        .annotate(count=Count("*"))
        .values("count")
    )
    return Meeting.objects.select_related("body").annotate(
        quality=Max("transcripts__quality", filter=Q(transcripts__is_current=True)),
        seconds=Max("transcripts__duration_seconds", filter=Q(transcripts__is_current=True)),
        signal_count=Coalesce(signals, 0),
        document_count=Count("documents", distinct=True),
    )


def _deadlines(place: Jurisdiction) -> list[tuple[date, Signal]]:
    """Return the next days by which something is wanted, the soonest first."""
    rows = deadlines.to_come(Signal.objects.approved().filter(jurisdiction=place))
    named = rows.select_related("meeting", "jurisdiction__region").defer("search", "heard")
    return deadlines.dated(named[:DEADLINES_SHOWN])
