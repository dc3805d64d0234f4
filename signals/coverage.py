"""Which bodies are heard, how late, and which have gone silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils import timezone

from civstart.places.models import Jurisdiction
from signals import ingest
from signals.models import Body, Source, SourceRun

SILENT_INTERVALS = 2.5
FAILING_SHOWN = 5
FEWEST_GAPS = 2  # below this nobody can say what is usual
LOOKED_BACK = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came of one body, and when. usual_days is the median gap between its meetings."""

    jurisdiction: Jurisdiction
    body: str
    last_held: date | None
    last_read: datetime | None
    usual_days: float | None
    source: Source | None
    run: SourceRun | None
    today: date

    @property
    def lag_days(self) -> int | None:
        """Days since the last meeting of which something came."""
        return (self.today - self.last_held).days if self.last_held else None

    @property
    def is_silent(self) -> bool:
        """Whether nothing came for two and a half usual intervals."""
        if self.lag_days is None or self.usual_days is None:
            return False
        return self.lag_days > SILENT_INTERVALS * self.usual_days

    @property
    def is_failing(self) -> bool:
        return bool(self.source and self.source.is_active and self.source.failures)

    @property
    def intervals(self) -> float:
        """The lag in usual intervals; 0 if nobody knows."""
        return (self.lag_days or 0) / self.usual_days if self.usual_days else 0.0


def rows(place: Jurisdiction | None = None) -> list[Coverage]:
    """Return a row for each body, or each of the place, that is known or watched.

    Three queries for any number.
    """
    today = timezone.now().date()
    watched = _watched(place)
    runs = {run.source_id: run for run in SourceRun.objects.last_of_each()}
    found = [_of_body(body, today, watched, runs) for body in _bodies(today, place)]
    heard = {(row.jurisdiction.pk, row.body) for row in found}
    for key, source in watched.items():
        if key[1] and key not in heard:
            place, run = source.jurisdiction, runs.get(source.pk)
            found.append(Coverage(place, key[1], None, None, None, source, run, today))
    return found


def attention(request: HttpRequest) -> dict[str, object]:
    """Return the sources that failed the last time, for the start page. One query."""
    failing = Source.objects.failing().select_related("jurisdiction__region").defer("memory")
    return {"failing_sources": failing.with_last_error().order_by("-failures")[:FAILING_SHOWN]}


def attention_count() -> int:
    """How many sources in use failed the last time. One query."""
    return Source.objects.failing().count()


def _bodies(today: date, place: Jurisdiction | None) -> Iterable[Body]:
    past = Q(meetings__held_on__lte=today, meetings__held_on__gt=today - LOOKED_BACK)
    bodies = Body.objects.filter(jurisdiction=place) if place else Body.objects.all()
    return bodies.select_related("jurisdiction__region").annotate(
        days=ArrayAgg("meetings__held_on", filter=past, distinct=True, default=[]),
        last_read=Max("meetings__transcripts__created_at"),
        last_held=Max("meetings__held_on", filter=Q(meetings__held_on__lte=today)),
    )


def _watched(place: Jurisdiction | None) -> dict[tuple[int, str], Source]:
    """Return the sources by jurisdiction and body, a failing one before others.

    The body is "" where Legistar is asked for all of them.
    """
    found: dict[tuple[int, str], Source] = {}
    rows = Source.objects.filter(is_active=True).select_related("jurisdiction__region")
    if place:
        rows = rows.filter(jurisdiction=place)
    for source in rows.order_by("failures", "pk"):
        of_all = source.kind == Source.Kind.LEGISTAR
        usual = "" if of_all else ingest.usual_body(source.jurisdiction)
        found[source.jurisdiction_id, source.body or usual] = source
    return found


def _of_body(
    body: Body,
    today: date,
    watched: Mapping[tuple[int, str], Source],
    runs: Mapping[int, SourceRun],
) -> Coverage:
    source = watched.get((body.jurisdiction_id, body.name)) or watched.get(
        (body.jurisdiction_id, "")
    )
    return Coverage(
        jurisdiction=body.jurisdiction,
        body=body.name,
        last_held=body.last_held,  # type: ignore[attr-defined]
        last_read=body.last_read,  # type: ignore[attr-defined]
        usual_days=usual_interval(body.days),  # type: ignore[attr-defined]
        source=source,
        run=runs.get(source.pk) if source else None,
        today=today,
    )


def usual_interval(days: Iterable[date]) -> float | None:
    """Return the median gap between days, None if there are too few to tell."""
    ordered = sorted(set(days))
    gaps = [(after - before).days for before, after in pairwise(ordered)]
    return median(gaps) if len(gaps) >= FEWEST_GAPS else None
