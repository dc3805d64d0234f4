"""The precision page of the staff site."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from signals import keeping
from signals.measure import chart, precision

DAYS = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Range:
    """The days that are measured, and what was wrong with those somebody asked for."""

    first: date | None
    last: date | None
    error: str = ""

    @property
    def words(self) -> str:
        if self.first and self.last:
            return f"{self.first:%-d %b %Y} to {self.last:%-d %b %Y}"
        if self.first:
            return f"since {self.first:%-d %b %Y}"
        return f"until {self.last:%-d %b %Y}" if self.last else "all decisions"


def measured(request: HttpRequest) -> HttpResponse:
    """Precision by source, body, kind, category, extractor and confidence, in a stretch of time."""
    asked = range_of(request)
    found = _measured(asked)
    context = {
        **admin.site.each_context(request),
        "title": "Trust",
        "range": asked,
        "chips": _chips(request),
        "measured": found,
        "chart": chart.draw(found.bins),
    }
    status = 400 if asked.error else 200
    return render(request, "signals/staff/trust/precision.html", context, status=status)


def _measured(asked: Range) -> precision.Measured:
    """Measure the days, or tell what was measured since anything last happened."""
    return keeping.kept(
        "precision",
        {"first": str(asked.first), "last": str(asked.last)},
        lambda: precision.measure(first=asked.first, last=asked.last),
        version=keeping.of_events,
    )


def range_of(request: HttpRequest) -> Range:
    """Read the days from the query: days=90, or from= and to= as ISO dates; 180 days by default."""
    days, first, last = (request.GET.get(name, "").strip() for name in ("days", "from", "to"))
    if first or last:
        return _between(first, last)
    if days == "all":
        return Range(None, None)
    count = int(days) if days.isdecimal() and int(days[:5]) in DAYS and len(days) < 5 else 180
    return Range(timezone.now().date() - timedelta(days=count), None)


def _between(first: str, last: str) -> Range:
    try:
        begin = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else None
    except ValueError:
        return Range(None, None, f"“{first or last}” is no date; write it as 2026-11-30.")
    if begin and end and begin > end:
        return Range(None, None, f"{first} is later than {last}; turn them round.")
    if end and end.year > 9000:
        return Range(begin, None)
    return Range(begin, end)


def _chips(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Return label, query and whether it is chosen, for each usual stretch of time."""
    own = bool(request.GET.get("from") or request.GET.get("to"))
    chosen = "" if own else request.GET.get("days", "180")
    stretches = [*((str(days), f"{days} days") for days in DAYS), ("all", "All")]
    return [
        (label, "?" + urlencode({"days": value}), chosen == value) for value, label in stretches
    ]
