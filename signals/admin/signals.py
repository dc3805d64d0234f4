"""Signals and their review on the staff site."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from civstart.accounts.access import person
from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline, StaffAdmin
from signals import alignment, editing, history_page, threads, withholding
from signals.admin.signal_form import SignalForm
from signals.models import (
    Evidence,
    ExtractionRun,
    Review,
    Signal,
    Thread,
)
from signals.queue import bulk, bulk_pages


class QuoteFilter(admin.SimpleListFilter):
    """Whether the quote still stands in the newest version of the transcript."""

    title = "quote"
    parameter_name = "quote"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("lost", "Quote no longer occurs"),
            ("corrected", "Quote was corrected"),
            ("fuzzy", "Extractor wrote it differently"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "lost":
                return queryset.with_lost_quote()
            case "corrected":
                return queryset.with_corrected_quote()
            case "fuzzy":
                return queryset.with_fuzzy_quote()
        return queryset


class EvidenceInline(ReadOnlyInline):
    model = Evidence
    fields = readonly_fields = ("quote", "clock", "segment", "anchor", "difference", "rewording")

    @admin.display(description="As the extractor wrote it")
    def rewording(self, piece: Evidence) -> str:
        if not piece.written:
            return "Word for word"
        changes = alignment.changes(piece.written, piece.signal.quote)
        return render_to_string("signals/staff/_rewording.html", {"changes": changes})


class ReviewInline(ReadOnlyInline):
    model = Review
    fields = readonly_fields = ("decision", "reason", "note", "by", "at", "undone_at")


@admin.register(Signal)
class SignalAdmin(StaffAdmin):
    form = SignalForm
    list_display = (
        "title",
        "jurisdiction",
        "kind",
        "category",
        "strength",
        "amount_words",
        "due_words",
        "sureness",
        "status",
        "to_review",
    )
    list_select_related = ("jurisdiction__region",)
    list_filter = ("status", QuoteFilter, "kind", "strength", "amount_kind", "category")
    search_fields = ("title", "summary", "heard")
    search_help_text = "Whole words; “in quotes” side by side, -without."
    ordering = ("-created_at",)
    inlines = (EvidenceInline, ReviewInline)
    actions = ("approve", "reject", "lift_redaction", "restore_redaction", "split")
    autocomplete_fields = ("thread",)
    fieldsets = (
        (
            None,
            {"fields": ("title", "summary", "kind", "category", "strength")},
        ),
        (
            "How much",
            {
                "description": "The sum as it was named, and what kind of sum it is.",
                "fields": (("amount", "amount_kind", "amount_years"), "amount_said"),
            },
        ),
        (
            "When",
            {
                "description": "The words as said, and the days they mean, counted from the day "
                "of the meeting. New words are resolved anew, unless you set the days yourself.",
                "fields": (
                    "timeframe",
                    ("due_from", "due_by", "due_is_deadline"),
                    "due_doubt",
                ),
            },
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
        "amount_said",
        "due_doubt",
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

    @admin.display(description="Amount", ordering="amount")
    def amount_words(self, signal: Signal) -> str:
        return signal.amount_words

    @admin.display(description="When", ordering="due_by")
    def due_words(self, signal: Signal) -> str:
        return signal.due_words

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show every change of the signal, and not only those made on this site's forms."""
        pk = unquote(object_id)
        signal = get_object_or_404(Signal, pk=pk if pk.isdecimal() else None)
        return history_page.page(request, signal)

    @admin.display(description="Confidence", ordering="confidence")
    def sureness(self, signal: Signal) -> str:
        return f"{signal.confidence:.2f}"

    def save_model(self, request: HttpRequest, obj: Signal, form: Any, change: bool) -> None:
        """Store what was changed, each by its verb, so that history has it."""
        chosen = obj.thread
        if "thread" in form.changed_data:
            obj.thread_id = form.initial["thread"]
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name != "thread"}
        editing.edit(obj, changes, by=person(request))
        if "thread" in form.changed_data:
            self._change_thread(request, obj, chosen)

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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Signal], search_term: str
    ) -> tuple[QuerySet[Signal], bool]:
        """Search the very texts by an index; Django would read all of them for each word."""
        found = queryset.saying(search_term) if search_term.strip() else queryset  # type: ignore[attr-defined]
        return found, False

    @admin.action(description="Approve the chosen signals", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Signal]) -> HttpResponse | None:
        if queryset.count() > bulk.ASK_ABOVE:
            return self._ask(request, queryset, Review.Decision.APPROVE)
        outcome = bulk.decide(queryset, Review.Decision.APPROVE, by=person(request))
        for said in outcome.refused:
            messages.warning(request, said)
        if approved := len(outcome.made):
            messages.success(
                request,
                f"Approved {approved} signal{pluralize(approved)}. Startups are being matched.",
            )
        return None

    @admin.action(description="Reject the chosen signals, with a reason", permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Signal]) -> HttpResponse | None:
        return self._ask(request, queryset, Review.Decision.REJECT)

    def _ask(
        self, request: HttpRequest, queryset: QuerySet[Signal], decision: str
    ) -> HttpResponse | None:
        if (count := queryset.count()) > bulk.MOST:
            said = f"{count} signals are chosen; at most {bulk.MOST} are decided at once."
            messages.error(request, said)
            return None
        rows = queryset.select_related("jurisdiction__region")
        return bulk_pages.ask(request, rows, decision=decision)

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


class StopFilter(admin.EmptyFieldListFilter):
    """Runs that came to the end of their transcript, and those that were stopped."""


@admin.register(ExtractionRun)
class ExtractionRunAdmin(ReadOnlyAdmin):
    list_display = (
        "transcript",
        "extractor",
        "extractor_version",
        "found_count",
        "known_count",
        "stop_words",
        "started_at",
    )
    list_select_related = ("transcript",)
    list_filter = ("extractor", "extractor_version", ("stopped", StopFilter))

    @admin.display(description="Stopped", ordering="share_read")
    def stop_words(self, run: ExtractionRun) -> str:
        return run.stop_words


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("signal", "decision", "reason", "by", "at")
    list_select_related = ("signal", "by")
    list_filter = ("decision", "reason", "at")
    search_fields = ("signal__title",)
