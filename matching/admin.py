from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline, StaffSite
from matching import questions_pages, today
from matching.models import Abstention, Match, MatchPolicy, MatchRun, Reason
from signals import questions

site = admin.site
assert isinstance(site, StaffSite)
site.index_sources.append(today.today)
site.tab(
    "Questions",
    "questions",
    count=questions.waiting_count,
    live=(
        "question.asked",
        "question.answered",
        "question.hidden",
        "question.shown",
        "signal.approved",
        "signal.rejected",
        "signal.reopened",
    ),
)
site.page("questions/", questions_pages.staff_questions, "questions")
site.page("questions/news/", questions_pages.staff_news, "questions-news")
site.page("questions/<uuid:public_id>/", questions_pages.staff_answer, "questions-answer")


class ReasonInline(ReadOnlyInline):
    model = Reason
    fields = readonly_fields = ("they_said", "profile_says", "profile_part")


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    list_display = ("startup", "signal", "score", "bar", "status", "created_at")
    list_select_related = ("startup", "signal")
    list_filter = ("status", "created_at")
    search_fields = ("startup__name", "signal__title")
    inlines = (ReasonInline,)


@admin.register(Abstention)
class AbstentionAdmin(ReadOnlyAdmin):
    list_display = ("signal", "best_score", "bar", "created_at")
    list_select_related = ("signal",)
    list_filter = ("created_at",)
    search_fields = ("signal__title",)


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    list_display = (
        "signal",
        "policy",
        "embedder",
        "considered_count",
        "suggested_count",
        "best_score",
        "started_at",
    )
    list_select_related = ("signal", "policy")
    search_fields = ("signal__title",)


@admin.register(MatchPolicy)
class MatchPolicyAdmin(ReadOnlyAdmin):
    list_display = ("version", "bar", "most_suggestions", "is_current", "created_at")
