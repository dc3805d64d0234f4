"""The staff page of what a re-match changed, signal by signal, and the same as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civstart.accounts.access import person
from civstart.lib import tables
from civstart.places.models import Region
from matching import differing, policies, rematch_pages
from matching.differing import Asked, Kind
from matching.models import Rematch, RematchedPair, RematchedSignal
from startups.models import Startup

PAGE = 25
FAILURES_SHOWN = 20
MOST_SIGNALS = 10_000
CHUNK = 500
LONGEST_NAME = 120
COLUMNS = (
    "Change",
    "Signal",
    "Place",
    "State",
    "Startup",
    "Score before",
    "Score after",
    "Rank before",
    "Rank after",
    "Parts that moved",
    "Why",
    "Told",
    "Answer",
    "Policy before",
    "Policy after",
    "Page",
)
CHANGES = {"added": "New", "dropped": "Gone", "moved": "Moved"}


@dataclass(frozen=True, slots=True)
class Read:
    """What an address asks for, and a sentence about what in it means nothing."""

    asked: Asked
    error: str = ""


def read(request: HttpRequest) -> Read:
    """Read the filters of the query. What means nothing is left out, and named."""
    kind, place, name = (_said(request, one) for one in ("kind", "place", "startup"))
    wrong = []
    if kind and kind not in Kind.values:
        wrong.append(f"kind of change “{kind[:40]}”")
        kind = ""
    if place and not Region.objects.filter(code=place).exists():
        wrong.append(f"state “{place[:40]}”")
        place = ""
    startup = _startup(name) if name else None
    if name and startup is None:
        wrong.append(f"startup “{name[:40]}”")
    said = f"There is no {' and no '.join(wrong)}, so that was left out." if wrong else ""
    return Read(Asked(kind, place, startup), said)


def _said(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()


def _startup(name: str) -> Startup | None:
    rows = Startup.objects.defer("search", "description")
    named = Q(slug=name) | Q(name__iexact=name)
    return rows.filter(named).first() if len(name) <= LONGEST_NAME else None


@require_safe
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of a re-match, and below them each signal that is answered otherwise."""
    rematch, found = _rematch(pk), read(request)
    ids = differing.listed(rematch, found.asked).values_list("pk", flat=True)
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "What the re-match changed",
        "rematch": rematch,
        "asked": found.asked,
        "error": found.error,
        "is_filtered": found.asked != Asked(),
        "page": page,
        # By their ids, so that page 4,000 does not join what the pages before it show.
        "rows": RematchedSignal.objects.for_lists().filter(pk__in=list(page.object_list)),
        "kinds": Kind.choices,
        "regions": Region.objects.all(),
        "most_signals": MOST_SIGNALS,
        "failures": rematch.failures.select_related("signal").defer("signal__search")[
            :FAILURES_SHOWN
        ],
        "policy_differences": rematch.before
        and policies.differences(rematch.before, rematch.policy),
        "live": rematch_pages.LIVE,
        "days": settings.REMATCH_DIFFERENCES_DAYS,
        "may_run": person(request).has_perm(rematch_pages.PERMISSION),
    }
    status = 400 if found.error else 200
    return render(request, "matching/staff/differences.html", context, status=status)


def _rematch(pk: int) -> Rematch:
    rows = Rematch.objects.select_related("policy", "before", "by", "paused_by", "stopped_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The pairs that changed as CSV, of at most 10,000 signals."""
    rematch, found = _rematch(pk), read(request)
    if found.error:
        return HttpResponse(f"{found.error}\n", status=400, content_type="text/plain")
    answer = StreamingHttpResponse(
        tables.lines(COLUMNS, _rows(rematch, found.asked)), content_type="text/csv; charset=utf-8"
    )
    name = f"civstart-rematch-{rematch.pk}-{rematch.started_at:%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(rematch: Rematch, asked: Asked) -> Iterator[list[object]]:
    """Yield what the table holds. Two queries for each 500 signals."""
    ids = list(differing.listed(rematch, asked).values_list("pk", flat=True)[:MOST_SIGNALS])
    for first in range(0, len(ids), CHUNK):
        rows = RematchedSignal.objects.for_lists().filter(pk__in=ids[first : first + CHUNK])
        yield from (_line(rematch, row, pair) for row in rows for pair in row.pairs.all())


def _line(rematch: Rematch, row: RematchedSignal, pair: RematchedPair) -> list[object]:
    signal = row.signal
    return [
        CHANGES[pair.kind],
        signal.title,
        str(signal.jurisdiction),
        signal.jurisdiction.region.code,
        pair.startup.name,
        *("" if one is None else one for one in (pair.before, pair.after)),
        *("" if one is None else one for one in (pair.before_rank, pair.after_rank)),
        "; ".join(f"{one['name']} {one['before']} to {one['after']}" for one in pair.parts),
        pair.why,
        pair.get_told_display(),
        row.get_answer_display(),
        row.before_policy.version if row.before_policy else "",
        rematch.policy.version,
        f"{settings.SITE_URL}/signals/{signal.public_id}/",
    ]
