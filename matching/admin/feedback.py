"""What startups say of their matches, and what they asked not to be told of."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from civstart.lib.staff import ReadOnlyAdmin
from matching import limiting
from matching.excluding import Limits
from matching.models import Exclusions, Feedback, Judgement


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("match", "reason", "note", "led_to_change", "by", "at")
    list_select_related = ("match__startup", "match__signal", "by")
    list_filter = ("reason", "led_to_change", "at")
    search_fields = ("match__startup__name", "match__signal__title", "note")


@admin.register(Exclusions)
class ExclusionsAdmin(ReadOnlyAdmin):
    """Startups change these themselves, on their own page."""

    list_display = ("startup", "in_short", "changed_by", "changed_at")
    list_select_related = ("startup", "changed_by")
    search_fields = ("startup__name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exclusions]:
        rows: QuerySet[Exclusions] = super().get_queryset(request)
        return rows.prefetch_related("regions", "customers__region")

    @admin.display(description="Not told of")
    def in_short(self, row: Exclusions) -> str:
        return "; ".join(limiting.described(Limits.of(row)))


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    list_display = ("startup", "signal", "grade", "note", "by", "at")
    list_select_related = ("startup", "signal", "by")
    list_filter = ("grade", "at")
    search_fields = ("startup__name", "signal__title", "note")
