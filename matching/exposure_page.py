"""The staff page that shows how introductions are spread over the startups."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from matching.models import Match, MatchPolicy, PassedOver
from startups.models import Startup

SHOWN = 50
TOP = 5


def exposure(request: HttpRequest) -> HttpResponse:
    """How many signals each startup was told of in the days of the policy's cap. Six queries."""
    policy = MatchPolicy.objects.current()
    since = timezone.now() - timedelta(days=policy.told_days)
    counts = _told(since)
    passed = _passed_over(since)
    context = {
        **admin.site.each_context(request),
        "title": "Exposure",
        "policy": policy,
        "rows": _rows(counts[:SHOWN], passed, policy.most_told),
        "told_count": len(counts),
        "active_count": Startup.objects.active().count(),
        "introductions": sum(row["told"] for row in counts),
        "of_top": sum(row["told"] for row in counts[:TOP]),
        "top": TOP,
        "passed_count": sum(passed.values()),
        "lately": PassedOver.objects.select_related("run__signal")
        .filter(at__gt=since)
        .order_by("-at")[:SHOWN],
    }
    return render(request, "matching/staff/exposure.html", context)


def _told(since: Any) -> list[dict[str, Any]]:
    rows = Match.objects.exclude(status=Match.Status.WITHDRAWN).filter(created_at__gt=since)
    counted = (
        rows.order_by()
        .values("startup")
        .annotate(told=Count("pk"), put_aside=Count("pk", filter=Q(status=Match.Status.DISMISSED)))
        .order_by("-told", "startup")
    )
    return [{**row} for row in counted]


def _passed_over(since: Any) -> dict[int, int]:
    """Return how often each startup was passed over, by its key."""
    rows = PassedOver.objects.filter(at__gt=since).order_by().values_list("startup")
    return dict(rows.annotate(count=Count("pk")))


def _rows(
    counts: list[dict[str, Any]], passed: dict[int, int], most_told: int | None
) -> list[dict[str, Any]]:
    """Return the counts with their startups, and whether the cap holds each of them back."""
    keys = [row["startup"] for row in counts]
    startups = Startup.objects.defer("search", "description").in_bulk(keys)
    return [
        row
        | {
            "startup": startups[row["startup"]],
            "passed": passed.get(row["startup"], 0),
            "is_capped": most_told is not None and row["told"] >= most_told,
        }
        for row in counts
    ]
