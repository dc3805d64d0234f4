"""Meetings, their texts and who speaks in them, on the staff site."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils.html import format_html_join

from civstart.accounts.access import person
from civstart.lib.staff import ReadOnlyAdmin, StaffAdmin
from signals import finding, reading_on, speaking
from signals.admin.sources import DocumentInline
from signals.models import (
    Body,
    Meeting,
    Segment,
    Speaker,
    Transcript,
)
from signals.words import SpeakerRole


@admin.register(Meeting)
class MeetingAdmin(StaffAdmin):
    list_display = ("title", "body", "held_on", "video_url")
    list_select_related = ("body__jurisdiction__region",)
    list_filter = ("held_on",)
    search_fields = ("title", "body__name", "body__jurisdiction__name")
    autocomplete_fields = ("body",)
    inlines = (DocumentInline,)


@admin.register(Body)
class BodyAdmin(StaffAdmin):
    list_display = ("name", "jurisdiction")
    list_select_related = ("jurisdiction__region",)
    search_fields = ("name", "jurisdiction__name")
    autocomplete_fields = ("jurisdiction",)


class StoppedFilter(admin.SimpleListFilter):
    """Transcripts that were not searched for signals to their end."""

    title = "search for signals"
    parameter_name = "search_state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("stopped", "Stopped before the end")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "stopped":
            return queryset.filter(pk__in=reading_on.stopped().values("pk"))
        return queryset


@admin.register(Transcript)
class TranscriptAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name",
        "meeting",
        "format",
        "version",
        "quality",
        "is_current",
        "reading",
        "created_at",
    )
    actions = ("read_on",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "file_name",
                    "meeting",
                    ("format", "version", "is_current"),
                    ("time_unit", "duration_seconds"),
                    "created_at",
                )
            },
        ),
        (
            "How it was read",
            {
                "description": "The quality is the sum of its parts. What was dropped was no "
                "speech; what was repaired or seen lost no word.",
                "fields": (
                    "reading_why",
                    "quality",
                    "quality_why",
                    "dropped",
                    "repaired",
                    "seen",
                    "notes",
                ),
            },
        ),
        ("What it holds", {"fields": ("residents", "digest")}),
    )
    list_select_related = ("meeting",)
    list_filter = (StoppedFilter, "format", "is_current")
    search_fields = ("file_name", "meeting__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transcript]:
        rows: QuerySet[Transcript] = super().get_queryset(request)
        return rows.prefetch_related("runs")

    @admin.display(description="Search for signals")
    def reading(self, transcript: Transcript) -> str:
        """Whether it was searched to its end, by the runs that are prefetched."""
        runs = [run for run in transcript.runs.all() if run.finished_at]
        if not runs:
            return "Not yet"
        if any(not run.stopped for run in runs):
            return "To the end"
        return runs[0].stop_words.partition(":")[0]

    @admin.display(description="Search for signals")
    def reading_why(self, transcript: Transcript) -> str:
        run = finding.stopped_run(transcript)
        return run.stop_words if run else self.reading(transcript)

    @admin.action(description="Read on where reading stopped", permissions=["view"])
    def read_on(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        asked = 0
        for transcript in queryset:
            try:
                reading_on.ask(transcript, by=person(request))
                asked += 1
            except reading_on.NothingToRead as error:
                messages.warning(request, str(error))
        if asked:
            said = f"{asked} transcript{pluralize(asked)} {pluralize(asked, 'is,are')} read on now."
            messages.success(request, said)

    @admin.display(description="Its parts")
    def quality_why(self, transcript: Transcript) -> str:
        rows = (
            (f"{part['name']}: {part['points']} of {part['most']}. {part['why']}",)
            for part in transcript.quality_parts
        )
        return format_html_join("", "<p>{}</p>", rows)

    @admin.display(description="Dropped")
    def dropped(self, transcript: Transcript) -> str:
        return _counted(transcript.report.get("dropped", {}))

    @admin.display(description="Repaired")
    def repaired(self, transcript: Transcript) -> str:
        return _counted(transcript.report.get("repaired", {}))

    @admin.display(description="Seen and put in order")
    def seen(self, transcript: Transcript) -> str:
        return _counted(transcript.report.get("seen", {}))

    @admin.display(description="Notes")
    def notes(self, transcript: Transcript) -> str:
        return " ".join(transcript.report.get("notes", [])) or "Nothing"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count:,} times" for reason, count in counts.items()) or "Nothing"


class RoleFilter(admin.SimpleListFilter):
    """Who told the role of a speaker."""

    title = "who told the role"
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("nobody", "Nobody knows it yet"), ("person", "Set by staff")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "nobody":
                return queryset.filter(role=SpeakerRole.UNKNOWN)
            case "person":
                return queryset.filter(role_set_by__isnull=False)
        return queryset


@admin.register(Speaker)
class SpeakerAdmin(StaffAdmin):
    list_display = ("name", "meeting", "role", "role_set_by")
    list_select_related = ("meeting", "role_set_by")
    list_filter = ("role", RoleFilter)
    search_fields = ("name", "meeting__title")
    fieldsets = (
        (
            None,
            {
                "description": "A role set here stays when a corrected transcript comes, and is "
                "carried over to the signals that quote this speaker. Residents are not named "
                "to startups.",
                "fields": ("name", "meeting", "role", "role_set_by", "role_set_at"),
            },
        ),
    )
    readonly_fields = ("name", "meeting", "role_set_by", "role_set_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Speaker, form: Any, change: bool) -> None:
        count = speaking.set_role(obj, obj.role, by=person(request))
        if count:
            messages.info(request, f"Carried over to {count} signal{pluralize(count)}.")


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    list_display = ("index", "start_seconds", "speaker", "text")
    list_select_related = ("speaker",)
    search_fields = ("text",)
