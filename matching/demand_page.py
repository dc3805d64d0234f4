"""The staff page of demand: needs that nobody in the directory serves, by category and place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civstart.lib import tables
from civstart.places.models import Region
from matching import demand as topic
from matching.demand import Asked
from matching.models import MatchRun
from signals.models import Signal
from signals.words import Category, Kind, Strength
from startups.models import Startup

PAGE = 25
DAYS = (30, 90, 180, 365)
USUAL = 180
MOST_ROWS = 10_000
CHUNK = 500
NEAR = 3  # shown of those that came nearest
NAMED = {"days": "choice of days", "region": "state"}  # what a page calls it
COLUMNS = (
    "Title",
    "Place",
    "Kind",
    "Category",
    "Strength",
    "Amount",
    "Approved",
    "Why nobody fits",
    "Nearest",
    "Best score",
    "Would fit but for",
    "Page",
)


@dataclass(frozen=True, slots=True)
class Read:
    """What an address asks for, and a sentence about what in it means nothing."""

    asked: Asked
    error: str = ""


def read(request: HttpRequest) -> Read:
    """Read the filters of the query. What means nothing is left out, and named."""
    get = {name: str(value).strip() for name, value in request.GET.items()}
    wrong = []

    def one_of(name: str, known: Any) -> str:
        value = get.get(name, "")
        if value and value not in known:
            wrong.append(f"{NAMED.get(name, name)} “{value[:40]}”")
            return ""
        return value

    days = one_of("days", {*(str(one) for one in DAYS), "all"})
    strength = one_of("strength", {str(one) for one in Strength.values})
    asked = Asked(
        days=None if days == "all" else int(days or USUAL),
        category=one_of("category", Category.values),
        region=one_of("region", Region.objects.values_list("code", flat=True)),
        kind=one_of("kind", Kind.values),
        strength=int(strength) if strength else None,
    )
    said = f"There is no {' and no '.join(wrong)}, so that was left out." if wrong else ""
    return Read(asked, said)


@require_safe
def demand(request: HttpRequest) -> HttpResponse:
    """Needs that nobody serves, added up, and one by one below."""
    found = read(request)
    page = Paginator(topic.listed(found.asked), PAGE).get_page(request.GET.get("page"))
    signals = list(page.object_list)
    runs = topic.latest(signals)
    near = _near(runs)
    context = {
        **admin.site.each_context(request),
        "title": "Demand",
        "asked": found.asked,
        "error": found.error,
        "demand": topic.measure(found.asked),
        "days": [*((str(days), f"{days} days") for days in DAYS), ("all", "All")],
        "chosen_days": "all" if found.asked.days is None else str(found.asked.days),
        "chips": _chips(found.asked),
        "page": page,
        "rows": [(signal, runs[signal.pk], near[signal.pk]) for signal in signals],
    }
    status = 400 if found.error else 200
    return render(request, "matching/staff/demand.html", context, status=status)


def _near(runs: Mapping[int, MatchRun]) -> dict[int, list[dict[str, Any]]]:
    """Return who came near each need: those that lack one thing, else those with most points."""
    near = {key: run.near_misses or run.abstention.nearest[:NEAR] for key, run in runs.items()}
    slugs = {one["startup"] for found in near.values() for one in found}
    names = dict(Startup.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return {
        key: [one | {"name": names.get(one["startup"], one["startup"])} for one in found]
        for key, found in near.items()
    }


def _chips(asked: Asked) -> list[tuple[str, str]]:
    """Return the filters in force: the parameter that each has in the address, and its words."""
    words = {
        "category": asked.category and Category(asked.category).label,
        "region": asked.region,
        "kind": asked.kind and Kind(asked.kind).label,
        "strength": asked.strength and Strength(asked.strength).label,
    }
    return [(name, str(label)) for name, label in words.items() if label]


@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The needs that nobody serves as CSV, at most 10,000 of them."""
    found = read(request)
    if found.error:
        return HttpResponse(f"{found.error}\n", status=400, content_type="text/plain")
    answer = StreamingHttpResponse(
        tables.lines(COLUMNS, _rows(found.asked)), content_type="text/csv; charset=utf-8"
    )
    name = f"civstart-demand-{timezone.now():%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(asked: Asked) -> Iterator[list[object]]:
    """Yield what the table holds. Two queries for each 500 needs."""
    ids = list(topic.listed(asked).values_list("pk", flat=True)[:MOST_ROWS])
    for first in range(0, len(ids), CHUNK):
        signals = list(topic.listed(asked).filter(pk__in=ids[first : first + CHUNK]))
        runs = topic.latest(signals)
        yield from (_row(signal, runs[signal.pk]) for signal in signals)


def _row(signal: Signal, run: MatchRun) -> list[object]:
    nearest = run.abstention.nearest
    return [
        signal.shown_title,
        str(signal.jurisdiction),
        signal.get_kind_display(),
        signal.get_category_display(),
        signal.get_strength_display(),
        "" if signal.amount is None else f"{signal.amount:.2f}",
        f"{signal.decided_at:%Y-%m-%d}" if signal.decided_at else "",
        run.abstention.why,
        nearest[0]["startup"] if nearest else "",
        "" if run.best_score is None else run.best_score,
        "; ".join(f"{one['startup']}: {one['missing']}" for one in run.near_misses),
        f"{settings.SITE_URL}/signals/{signal.public_id}/",
    ]
