"""The lists of the staff site: pages that are not there, and searches that find very much."""

from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

MOST_COUNTED = 10_000  # of what a search finds: to count on takes longer than to show a page


class MoreThan(int):
    """A count that was given up there, and says so wherever it is shown."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


class Bounded(Paginator[Any]):
    """Pages of the first ten thousand rows."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        found = rows.order_by()[: MOST_COUNTED + 1].count()
        return found if found <= MOST_COUNTED else MoreThan(MOST_COUNTED)


class StaffList(ChangeList):
    """Shows the last page, and says so, where one is asked for that is not there."""

    def get_results(self, request: HttpRequest) -> None:
        asked = self.page_num
        try:
            super().get_results(request)
        except IncorrectLookupParameters:  # there is no such page
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
            self.page_num = pages.num_pages if asked > 0 else 1
            super().get_results(request)
        self.page_num = min(max(asked, 1), self.paginator.num_pages)
        if request.method == "GET" and asked != self.page_num:
            messages.warning(request, self._missing(request.GET.get(PAGE_VAR, "")))

    def _missing(self, asked: str) -> str:
        place = "first" if asked.startswith("-") or asked == "0" else "last"
        short = asked if len(asked) < 10 else f"{asked[:9]}…"
        if isinstance(self.result_count, MoreThan):
            return (
                f"There is no page {short}; this is page {self.page_num}, the {place} one of the "
                f"first {MOST_COUNTED:,} found. Add words to find fewer."
            )
        return f"There is no page {short}; this is the {place} one, page {self.page_num}."


class StaffLists(admin.ModelAdmin[Any]):
    """A model's list for staff."""

    def get_changelist(self, request: HttpRequest, **named: Any) -> type[ChangeList]:
        return StaffList

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args: Any, **named: Any
    ) -> Paginator[Any]:
        if request.GET.get(SEARCH_VAR):
            return Bounded(queryset, per_page, *args, **named)
        return super().get_paginator(request, queryset, per_page, *args, **named)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and ERROR_FLAG in request.GET:
            messages.warning(request, "The list cannot be filtered so; all of it is shown.")
        return super().changelist_view(request, extra_context)
