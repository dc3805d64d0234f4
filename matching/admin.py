from django.contrib import admin

from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline, StaffSite
from matching import today
from matching.models import Abstention, Match, MatchPolicy, MatchRun, Reason

site = admin.site
assert isinstance(site, StaffSite)
site.index_sources.append(today.today)


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
