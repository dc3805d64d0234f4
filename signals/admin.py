from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from civstart.accounts.access import person
from civstart.lib.staff import ReadOnlyAdmin, StaffAdmin, StaffSite
from signals import review, source_admin, speaking, staff, threads, withholding
from signals.models import (
    Body,
    Evidence,
    ExtractionRun,
    Meeting,
    Review,
    Segment,
    Signal,
    Speaker,
    Thread,
    ThreadStep,
    Transcript,
)
from signals.words import SpeakerRole

site = admin.site
assert isinstance(site, StaffSite)
site.tab(
    "Review",
    "review",
    count=staff.waiting_count,
    live=("signal.found", "signal.approved", "signal.rejected", "signal.reopened"),
)
source_admin.add_tabs()
site.page("review/", staff.review_queue, "review")
site.page("review/<uuid:public_id>/", staff.review_signal, "review-signal")
site.page("review/<uuid:public_id>/decide/", staff.decide, "review-decide")
site.page("review/<uuid:public_id>/queue/", staff.review_queue_part, "review-queue-part")
site.page("review/<uuid:public_id>/decision/", staff.review_decision_part, "review-decision-part")


class QuoteFilter(admin.SimpleListFilter):
    """Whether the quote still stands in the newest version of the transcript."""

    title = "quote"
    parameter_name = "quote"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("lost", "Quote no longer occurs"), ("corrected", "Quote was corrected")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "lost":
                return queryset.with_lost_quote()
            case "corrected":
                return queryset.with_corrected_quote()
        return queryset


class EvidenceInline(admin.TabularInline[Evidence, Signal]):
    model = Evidence
    extra = 0
    can_delete = False
    fields = readonly_fields = ("quote", "clock", "segment", "anchor", "difference")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReviewInline(admin.TabularInline[Review, Signal]):
    model = Review
    extra = 0
    can_delete = False
    fields = readonly_fields = ("decision", "reason", "note", "by", "at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Signal)
class SignalAdmin(StaffAdmin):
    list_display = (
        "title",
        "jurisdiction",
        "kind",
        "category",
        "strength",
        "sureness",
        "status",
        "to_review",
    )
    list_select_related = ("jurisdiction__region",)
    list_filter = ("status", QuoteFilter, "kind", "strength", "category")
    search_fields = ("title", "summary", "heard")
    ordering = ("-created_at",)
    inlines = (EvidenceInline, ReviewInline)
    actions = ("approve", "lift_redaction", "restore_redaction", "split")
    autocomplete_fields = ("thread",)
    fieldsets = (
        (
            None,
            {"fields": ("title", "summary", "kind", "category", "strength", "amount", "timeframe")},
        ),
        (
            "Where it was said",
            {
                "description": "Evidence is verbatim and is not edited here.",
                "fields": ("jurisdiction", "meeting", "speaker_name", "speaker_role", "confidence"),
            },
        ),
        (
            "The same need",
            {
                "description": "A thread joins what a government says about one need over "
                "meetings. Choose another thread to move the signal, none to give it its own.",
                "fields": ("thread", "stage"),
            },
        ),
        (
            "As startups see it",
            {
                "description": "Residents are not named to startups, in the API or in mails. "
                "The list's actions lift this for a signal, and restore it.",
                "fields": ("shown_title", "shown_quote", "withheld", "redaction_lifted_by"),
            },
        ),
        (
            "Decision",
            {
                "description": "Decide on the review page: startups are told, history is kept.",
                "fields": ("status", "decided_by", "decided_at"),
            },
        ),
    )
    readonly_fields = (
        "jurisdiction",
        "meeting",
        "speaker_name",
        "speaker_role",
        "confidence",
        "shown_title",
        "shown_quote",
        "withheld",
        "redaction_lifted_by",
        "status",
        "decided_by",
        "decided_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    @admin.display(description="Confidence", ordering="confidence")
    def sureness(self, signal: Signal) -> str:
        return f"{signal.confidence:.2f}"

    def save_model(self, request: HttpRequest, obj: Signal, form: Any, change: bool) -> None:
        chosen = obj.thread
        if "thread" in form.changed_data:
            obj.thread_id = form.initial["thread"]
        super().save_model(request, obj, form, change)
        withholding.note(obj)
        if "thread" in form.changed_data:
            self._change_thread(request, obj, chosen)
        elif obj.thread:
            threads.settle(obj.thread, by=person(request))

    def _change_thread(self, request: HttpRequest, signal: Signal, chosen: Thread | None) -> None:
        try:
            if chosen:
                threads.move(signal, chosen, by=person(request))
            else:
                threads.split(signal, by=person(request))
        except threads.WrongThread as error:
            messages.error(request, str(error))

    @admin.display(description="Withheld")
    def withheld(self, signal: Signal) -> str:
        return signal.withheld_words or "Nothing"

    @admin.display(description="Review")
    def to_review(self, signal: Signal) -> str:
        return format_html(
            '<a href="{}">Open</a>', reverse("admin:review-signal", args=[signal.public_id])
        )

    @admin.action(description="Approve the chosen signals", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Signal]) -> None:
        approved = 0
        for signal in queryset:
            try:
                review.approve(signal, by=person(request))
                approved += 1
            except review.AlreadyDecided as error:
                messages.warning(request, str(error))
        if approved:
            messages.success(
                request,
                f"Approved {approved} signal{pluralize(approved)}. Startups are being matched.",
            )

    @admin.action(description="Show the chosen signals to startups in full", permissions=["change"])
    def lift_redaction(self, request: HttpRequest, queryset: QuerySet[Signal]) -> None:
        self._change_redaction(request, queryset, withholding.lift, "shown in full")

    @admin.action(description="Withhold residents in the chosen signals", permissions=["change"])
    def restore_redaction(self, request: HttpRequest, queryset: QuerySet[Signal]) -> None:
        self._change_redaction(request, queryset, withholding.restore, "shown without residents")

    @admin.action(
        description="Give the chosen signals threads of their own", permissions=["change"]
    )
    def split(self, request: HttpRequest, queryset: QuerySet[Signal]) -> None:
        parted = 0
        for signal in queryset.select_related("thread"):
            try:
                threads.split(signal, by=person(request))
                parted += 1
            except threads.WrongThread as error:
                messages.warning(request, str(error))
        if parted:
            messages.success(request, f"{parted} signal{pluralize(parted)} taken out.")

    def _change_redaction(
        self,
        request: HttpRequest,
        queryset: QuerySet[Signal],
        change: Callable[..., None],
        became: str,
    ) -> None:
        changed = 0
        for signal in queryset:
            try:
                change(signal, by=person(request))
                changed += 1
            except withholding.NothingToChange as error:
                messages.warning(request, str(error))
        if changed:
            messages.success(request, f"{changed} signal{pluralize(changed)} {became} from now on.")


class SignalInline(admin.TabularInline[Signal, Thread]):
    model = Signal
    extra = 0
    can_delete = False
    show_change_link = True
    verbose_name_plural = "signals, each to be moved on its own page"
    fields = readonly_fields = ("title", "meeting", "stage", "status", "speaker_name")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        return super().get_queryset(request).defer("search").select_related("meeting")


class StepInline(admin.TabularInline[ThreadStep, Thread]):
    model = ThreadStep
    extra = 0
    can_delete = False
    fields = readonly_fields = ("stage", "reached_on", "signal")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


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


@admin.register(Meeting)
class MeetingAdmin(StaffAdmin):
    list_display = ("title", "body", "held_on", "video_url")
    list_select_related = ("body__jurisdiction__region",)
    list_filter = ("held_on",)
    search_fields = ("title", "body__name", "body__jurisdiction__name")
    autocomplete_fields = ("body",)
    inlines = (source_admin.DocumentInline,)


@admin.register(Body)
class BodyAdmin(StaffAdmin):
    list_display = ("name", "jurisdiction")
    list_select_related = ("jurisdiction__region",)
    search_fields = ("name", "jurisdiction__name")
    autocomplete_fields = ("jurisdiction",)


@admin.register(Transcript)
class TranscriptAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name",
        "meeting",
        "format",
        "version",
        "quality",
        "is_current",
        "created_at",
    )
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
                "fields": ("quality", "quality_why", "dropped", "repaired", "seen", "notes"),
            },
        ),
        ("What it holds", {"fields": ("residents", "digest")}),
    )
    list_select_related = ("meeting",)
    list_filter = ("format", "is_current")
    search_fields = ("file_name", "meeting__title")

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
        return " ".join(transcript.report.get("notes", [])) or "None"


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


@admin.register(ExtractionRun)
class ExtractionRunAdmin(ReadOnlyAdmin):
    list_display = (
        "transcript",
        "extractor",
        "extractor_version",
        "found_count",
        "known_count",
        "started_at",
    )
    list_select_related = ("transcript",)
    list_filter = ("extractor", "extractor_version")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("signal", "decision", "reason", "by", "at")
    list_select_related = ("signal", "by")
    list_filter = ("decision", "reason", "at")
    search_fields = ("signal__title",)
