"""Trust on the staff site: precision, second looks, automatic approval, history, questions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from civstart.lib.staff import ReadOnlyAdmin, StaffSite
from signals import automatic_page, history_page, second_looks_page
from signals.measure import page
from signals.models import (
    Answer,
    AutoRule,
    EarlierAnswer,
    Evaluation,
    Question,
    QuestionVote,
    SecondLook,
    SignalChange,
)

site = admin.site
assert isinstance(site, StaffSite)


def add_tabs() -> None:
    """Add the links to the head of the staff site, where the caller has its own added before."""
    assert isinstance(site, StaffSite)
    site.tab(
        "Trust",
        "trust",
        count=second_looks_page.open_count,
        live=(
            "second_look.drawn",
            "second_look.decided",
            "second_look.settled",
            "second_look.overtaken",
        ),
    )


site.page("trust/", page.measured, "trust")
site.page("trust/second-looks/", second_looks_page.looks, "trust-looks")
site.page("trust/second-looks/waiting/", second_looks_page.waiting_part, "trust-looks-part")
site.page("trust/second-looks/next/", second_looks_page.next_look, "trust-look-next")
site.page("trust/second-looks/<uuid:public_id>/", second_looks_page.take, "trust-look")
site.page(
    "trust/second-looks/<uuid:public_id>/decide/", second_looks_page.decide, "trust-look-decide"
)
site.page(
    "trust/second-looks/<uuid:public_id>/settle/", second_looks_page.settle, "trust-look-settle"
)
site.page("trust/automatic/", automatic_page.rules, "trust-automatic")
site.page("trust/automatic/unlock/", automatic_page.unlock, "trust-automatic-unlock")
site.page("trust/automatic/lock/", automatic_page.lock, "trust-automatic-lock")
site.page("signal-history/<uuid:public_id>/", history_page.signal_history, "signal-history")


@admin.register(SignalChange)
class SignalChangeAdmin(ReadOnlyAdmin):
    list_display = ("signal", "what", "by", "at", "extractor_version")
    list_select_related = ("signal", "by")
    list_filter = ("what", "at")
    search_fields = ("signal__title",)


@admin.register(SecondLook)
class SecondLookAdmin(ReadOnlyAdmin):
    # What was decided first is not shown of a look that waits: it is to be blind.
    list_display = ("signal", "purpose", "status", "by", "at", "settled_by")
    list_select_related = ("signal", "by", "settled_by")
    list_filter = ("status", "purpose")
    search_fields = ("signal__title",)

    def get_fields(self, request: HttpRequest, obj: object | None = None) -> Any:
        shown = ["signal", "purpose", "status", "created_at"]
        if isinstance(obj, SecondLook) and obj.status == SecondLook.Status.WAITING:
            return shown
        judged = ["first_by", "first_decision", "by", "decision", "reason", "note", "at"]
        settled = ["settled_by", "settled_decision", "settled_note", "settled_at"]
        return [*shown, *judged, *settled]


@admin.register(AutoRule)
class AutoRuleAdmin(ReadOnlyAdmin):
    list_display = ("source", "confidence", "unlocked_by", "unlocked_at", "locked_at", "locked_why")
    list_select_related = ("source__jurisdiction__region", "unlocked_by")
    list_filter = ("locked_at",)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ("text", "signal", "asked_by", "created_at", "hidden_at")
    list_select_related = ("signal", "asked_by")
    list_filter = ("created_at",)
    search_fields = ("text", "signal__title")


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("question", "kind", "by", "at", "version", "corrected_at")
    list_select_related = ("question", "by")
    list_filter = ("kind", ("corrected_at", admin.EmptyFieldListFilter))


@admin.register(EarlierAnswer)
class EarlierAnswerAdmin(ReadOnlyAdmin):
    list_display = ("answer", "version", "kind", "by", "at")
    list_select_related = ("answer", "by")
    list_filter = ("kind",)


@admin.register(QuestionVote)
class QuestionVoteAdmin(ReadOnlyAdmin):
    list_display = ("question", "by", "created_at")
    list_select_related = ("question", "by")


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "what", "status", "starter", "finished_at", "trouble")
    list_select_related = ("by",)
    list_filter = ("what", "status", "started_at")
    search_fields = ("trouble", "by__email")
