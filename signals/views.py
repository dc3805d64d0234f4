from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from civstart.places.models import Region
from signals.filters import SignalFilter
from signals.models import Signal, SignalQuerySet
from signals.words import AmountKind, Category, Kind, Strength

PAGE_SIZE = 20
# A price for one of many adds up with nothing.
SUM_NAMED = Sum("amount", filter=~Q(amount_kind=AmountKind.PER_UNIT))


@vary_on_headers("HX-Request")
def signals(request: HttpRequest) -> HttpResponse:
    """Browse approved signals: search, filters, pages. A page past the end shows the last one."""
    newest_first = Signal.objects.approved().order_by("-decided_at", "-id")
    chosen = SignalFilter(request.GET, queryset=newest_first)
    rows = chosen.qs if chosen.form.is_valid() else Signal.objects.none()
    page = Paginator(rows.for_lists(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filter": chosen,
        "totals": rows.aggregate(places=Count("jurisdiction", distinct=True), named=SUM_NAMED),
        "facets": _facets(),
    }
    htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    name = "signals/_results.html" if is_part else "signals/signals.html"
    return render(request, name, context)


def _facets() -> dict[str, object]:
    approved = Signal.objects.approved()
    return {
        "kinds": Kind.choices,
        "categories": _counted(approved, "category", dict(Category.choices)),
        "strengths": Strength.choices,
        "amount_kinds": AmountKind.choices,
        "states": Region.objects.filter(pk__in=approved.values("jurisdiction__region")),
    }


def _counted(rows: SignalQuerySet, name: str, labels: dict[str, str]) -> list[tuple[str, str, int]]:
    counts = rows.order_by().values_list(name).annotate(count=Count("*"))
    return sorted(
        ((value, labels[value], count) for value, count in counts), key=lambda one: one[1]
    )
