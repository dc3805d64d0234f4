from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse

from civstart.lib.staff import ReadOnlyAdmin
from integrations import spending
from integrations.models import ModelCall, ModelReading


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "purpose",
        "model",
        "status",
        "cost",
        "latency",
        "prompt_tokens",
        "output_tokens",
        "cache_hit",
        "reading",
    )
    list_select_related = ("reading",)
    list_filter = ("status", "purpose", "model", "cache_hit", "created_at")
    search_fields = ("error", "reading__meeting")
    date_hierarchy = "created_at"

    @admin.display(description="Cost", ordering="cost_usd")
    def cost(self, call: ModelCall) -> str:
        return f"${call.cost_usd:.4f}"

    @admin.display(description="Seconds", ordering="latency_ms")
    def latency(self, call: ModelCall) -> str:
        return f"{call.latency_ms / 1000:.1f}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with what the calls it is filtered to came to."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            context["subtitle"] = spending.in_words(context["cl"].queryset.order_by().totals())
        return response


@admin.register(ModelReading)
class ModelReadingAdmin(ReadOnlyAdmin):
    list_display = (
        "meeting",
        "model",
        "read",
        "candidate_count",
        "found_count",
        "dropped_count",
        "calls",
        "cost",
        "stopped",
        "started_at",
    )
    list_filter = ("model", "prompt_version", "started_at")
    list_select_related = ("transcript",)
    search_fields = ("meeting", "transcript__file_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelReading]:
        readings: QuerySet[ModelReading] = super().get_queryset(request)
        return readings.annotate(
            call_count=Count("calls"), cost_usd=Sum("calls__cost_usd", default=0)
        )

    @admin.display(description="Parts read")
    def read(self, reading: ModelReading) -> str:
        share = 100 * reading.read_count // reading.part_count if reading.part_count else 100
        said = f"{reading.read_count} of {reading.part_count}"
        return f"{said}, stopped at {share}%" if reading.stopped else said

    @admin.display(description="Dropped")
    def dropped_count(self, reading: ModelReading) -> int:
        return sum(reading.dropped.values())

    @admin.display(description="Calls", ordering="call_count")
    def calls(self, reading: Any) -> int:
        return int(reading.call_count)

    @admin.display(description="Cost", ordering="cost_usd")
    def cost(self, reading: Any) -> str:
        return f"${reading.cost_usd:.4f}"
