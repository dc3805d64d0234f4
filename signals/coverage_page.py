"""The staff page that tells which bodies are heard and which have gone silent."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from signals import coverage as topic
from signals.coverage import Coverage

PAGE = 100
NEVER = date.min
NEVER_AT = datetime.min.replace(tzinfo=UTC)

# By name in the address: the words in the head, and by what rows are ordered.
COLUMNS: dict[str, tuple[str, Callable[[Coverage], Any]]] = {
    "place": ("Who speaks", lambda row: (row.jurisdiction.name, row.jurisdiction.pk, row.body)),
    "held": ("Last meeting", lambda row: row.last_held or NEVER),
    "read": ("Last transcript read", lambda row: row.last_read or NEVER_AT),
    "lag": ("Days since", lambda row: row.lag_days or -1),
    "usual": ("Usual gap", lambda row: row.usual_days or -1),
    "source": ("Last look at its source", lambda row: row.run.started_at if row.run else NEVER_AT),
}


def coverage(request: HttpRequest) -> HttpResponse:
    """One row for each body, those that need somebody first unless another order is asked for."""
    asked = request.GET.get("sort", "")
    rows = _ordered(topic.rows(), asked)
    return render(
        request,
        "signals/staff/coverage.html",
        {
            **admin.site.each_context(request),
            "title": "Coverage",
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
            "silent_count": sum(row.is_silent for row in rows),
            "failing_count": sum(row.is_failing for row in rows),
            "columns": [_column(name, asked) for name in COLUMNS],
        },
    )


def _ordered(rows: list[Coverage], asked: str) -> list[Coverage]:
    by_place = sorted(rows, key=COLUMNS["place"][1])
    name = asked.removeprefix("-")
    if name not in COLUMNS:
        return sorted(
            by_place, key=lambda row: (row.is_silent or row.is_failing, row.intervals), reverse=True
        )
    return sorted(by_place, key=COLUMNS[name][1], reverse=asked.startswith("-"))


def _column(name: str, asked: str) -> dict[str, str]:
    """Return a column's head: its words, how it is sorted now, and the order a press gives."""
    now = {name: "ascending", f"-{name}": "descending"}.get(asked, "")
    return {
        "label": COLUMNS[name][0],
        "sorted": now,
        "next": f"-{name}" if now == "ascending" else name,
        "number": "num" if name not in {"place", "source"} else "",
    }
