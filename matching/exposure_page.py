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
    names = {
        row.pk: row
        for row in Startup.objects.defer("search", "description").filter(
            pk__in=[row["startup"] for row in counts[:SHOWN]]
        )
    }
    passed = dict(
        PassedOver.objects.filter(at__gt=since)
        .order_by()
        .values_list("startup")
        .annotate(count=Count("pk"))
    )
    whole = sum(row["told"] for row in counts)
    context = {
        **admin.site.each_context(request),
        "title": "Exposure",
        "policy": policy,
        "rows": [
            row
            | {
                "startup": names[row["startup"]],
                "passed": passed.get(row["startup"], 0),
                "is_capped": policy.most_told is not None and row["told"] >= policy.most_told,
            }
            for row in counts[:SHOWN]
        ],
        "told_count": len(counts),
        "active_count": Startup.objects.active().count(),
        "introductions": whole,
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
