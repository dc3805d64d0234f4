"""Threads on the staff site."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline, StaffAdmin
from signals.models import (
    Signal,
    Thread,
    ThreadStep,
)


class SignalInline(ReadOnlyInline):
    model = Signal
    show_change_link = True
    verbose_name_plural = "signals, each to be moved on its own page"
    fields = readonly_fields = ("title", "meeting", "stage", "status", "speaker_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        return super().get_queryset(request).defer("search").select_related("meeting")


class StepInline(ReadOnlyInline):
    model = ThreadStep
    fields = readonly_fields = ("stage", "reached_on", "signal")


@admin.register(Thread)
class ThreadAdmin(StaffAdmin):
    list_display = (
        "title",
        "jurisdiction",
        "stage",
        "stage_since",
        "renewal_on",
        "closed_at",
        "signal_count",
    )
    list_select_related = ("jurisdiction__region",)
    list_filter = ("stage", "renewal_on", "category")
    search_fields = ("title", "jurisdiction__name", "signals__title")
    ordering = ("-created_at",)
    inlines = (SignalInline, StepInline)
    fieldsets = (
        (
            None,
            {
                "description": "Stage, dates and steps follow from the signals. An award closes "
                "the thread; a term it names dates the renewal.",
                "fields": (
                    "title",
                    "category",
                    "jurisdiction",
                    ("stage", "stage_since"),
                    ("closed_at", "renewal_on"),
                ),
            },
        ),
    )
    readonly_fields = ("jurisdiction", "stage", "stage_since", "closed_at", "renewal_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        rows: QuerySet[Thread] = super().get_queryset(request)
        return rows.annotate(signal_count=Count("signals", distinct=True))

    @admin.display(description="Signals", ordering="signal_count")
    def signal_count(self, thread: Thread) -> int:
        count: int = getattr(thread, "signal_count")  # noqa: B009
        return count


@admin.register(ThreadStep)
class ThreadStepAdmin(ReadOnlyAdmin):
    list_display = ("thread", "stage", "reached_on", "signal")
    list_select_related = ("thread", "signal")
    list_filter = ("stage",)
