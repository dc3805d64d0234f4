"""Matches, the searches they came from, and the answers "no startup fits"."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from civstart.lib.staff import ReadOnlyAdmin, ReadOnlyInline
from matching.models import Abstention, Match, MatchRun, PassedOver, Reason


class ReasonInline(ReadOnlyInline):
    model = Reason
    fields = readonly_fields = ("verdict", "they_said", "profile_says", "profile_part")


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    list_display = ("startup", "signal", "score", "bar", "status", "created_at")
    list_select_related = ("startup", "signal")
    list_filter = ("status", "created_at")
    search_fields = ("startup__name", "signal__title")
    readonly_fields = ("points",)
    exclude = ("parts",)
    inlines = (ReasonInline,)

    @admin.display(description="Its parts")
    def points(self, match: Match) -> SafeString:
        """What each part gave, in the order of the sum."""
        rows = ((one["name"], f"{one['points']:g}", f"{one['most']:g}") for one in match.parts)
        return format_html_join(mark_safe("<br>"), "{}: {} of {}", rows)


@admin.register(Abstention)
class AbstentionAdmin(ReadOnlyAdmin):
    list_display = ("signal", "why", "best_score", "bar", "created_at")
    list_select_related = ("signal",)
    list_filter = ("created_at",)
    search_fields = ("signal__title",)
    readonly_fields = ("near",)
    exclude = ("nearest",)

    @admin.display(description="Nearest")
    def near(self, abstention: Abstention) -> SafeString:
        """The startups that came nearest, with their scores."""
        rows = ((one["startup"], f"{one['score']:g}") for one in abstention.nearest)
        return format_html_join(mark_safe("<br>"), "{} at {}", rows)


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    list_display = (
        "signal",
        "policy",
        "embedder",
        "considered_count",
        "suggested_count",
        "best_score",
        "likelihood",
        "near_miss_count",
        "started_at",
    )
    list_select_related = ("signal", "policy")
    search_fields = ("signal__title",)
    readonly_fields = ("fits", "likelihood", "signs", "near", "read_again", "reasons")
    exclude = ("fitting", "fit", "fit_signs", "near_misses", "reread", "explained")

    @admin.display(description="Who fits")
    def fits(self, run: MatchRun) -> SafeString:
        """Startups that fit, the best first, with the parts of their scores."""
        rows = (
            (
                one["startup"],
                f"{one['score']:g}",
                ", ".join(
                    f"{name.lower()} {points:g}" for name, points in one.get("parts", {}).items()
                ),
            )
            for one in run.fitting
        )
        return format_html_join(mark_safe("<br>"), "{} at {}: {}", rows)

    @admin.display(description="Likelihood that any fits", ordering="fit")
    def likelihood(self, run: MatchRun) -> str:
        return "" if run.fit is None else f"{run.fit:.0%}"

    @admin.display(description="Told by")
    def signs(self, run: MatchRun) -> str:
        """How far each sign speaks for an answer, or against one."""
        return ", ".join(f"{name.lower()} {by:+.2f}" for name, by in run.fit_signs.items())

    @admin.display(description="Near misses")
    def near(self, run: MatchRun) -> SafeString:
        """Startups that clear the bar but for one thing."""
        return format_html_join(
            mark_safe("<br>"),
            "{} at {}: {}",
            ((one["startup"], f"{one['score']:g}", one["missing"]) for one in run.near_misses),
        )

    @admin.display(description="Read again")
    def read_again(self, run: MatchRun) -> SafeString | str:
        """How a re-ranker graded the best and moved them, or why its answer was not used."""
        if not run.reread:
            return "No re-ranker was in use."
        if run.reread["failure"]:
            return f"{run.reread['by']} was not used. {run.reread['failure']}"
        return format_html_join(
            mark_safe("<br>"),
            "{}: {} of 3, from place {} to {}. {}",
            (
                (one["startup"], one["grade"], one["before"], one["after"], one["reason"])
                for one in run.reread["grades"]
            ),
        )

    @admin.display(description="Reasons")
    def reasons(self, run: MatchRun) -> str:
        """Who found them, and what was dropped."""
        told = run.explained
        if not told or not told["by"]:
            return "None were asked for."
        found = ", ".join(f"{count} by {name}" for name, count in told["by"].items())
        dropped = "".join(f" Dropped {n}: {why}." for why, n in told["dropped"].items())
        return " ".join([f"{found}.{dropped}", *told["failures"]])

    @admin.display(description="Near misses")
    def near_miss_count(self, run: MatchRun) -> int:
        return len(run.near_misses)


@admin.register(PassedOver)
class PassedOverAdmin(ReadOnlyAdmin):
    list_display = ("startup", "run", "score", "why", "at")
    list_select_related = ("startup", "run__signal")
    list_filter = ("at",)
    search_fields = ("startup__name", "run__signal__title")
