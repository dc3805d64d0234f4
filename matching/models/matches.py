from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from matching.models.policies import MatchPolicy
from signals.models import Evidence, Signal
from startups.models import Startup


class MatchRun(models.Model):
    """One search for startups for a signal."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="match_runs")
    policy = models.ForeignKey(MatchPolicy, on_delete=models.PROTECT, related_name="runs")
    rematch = models.ForeignKey(
        "matching.Rematch",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        help_text="The re-match of all signals it was part of.",
    )
    embedder = models.CharField(max_length=60)
    considered_count = models.PositiveIntegerField(default=0)
    suggested_count = models.PositiveIntegerField(default=0)
    best_score = models.FloatField(null=True)
    fit = models.FloatField(
        null=True, help_text="How likely it seemed that any startup fits, 0 to 1."
    )
    fit_signs = models.JSONField(
        default=dict, help_text="What that was told by, and how far each sign moved it."
    )
    fitting = models.JSONField(
        default=list, help_text="Slugs, scores and parts of those that fit, the best first."
    )
    near_misses = models.JSONField(
        default=list, help_text="Startups that clear the bar but for one thing, and that thing."
    )
    reread = models.JSONField(
        default=dict,
        blank=True,
        help_text="How a re-ranker graded the best, or why its answer was not used.",
    )
    explained = models.JSONField(
        default=dict,
        blank=True,
        help_text="Who found the reasons, and how many were dropped as not verbatim.",
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(fields=("rematch", "signal"), name="run_once_in_a_rematch"),
        )
        indexes = (models.Index(fields=("signal", "-started_at", "-id"), name="match_run_latest"),)

    def __str__(self) -> str:
        return f"{self.signal}, {self.started_at:%-d %b %Y}"


class PassedOver(models.Model):
    """A startup that cleared the bar for a signal and was not told, so that others are."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="passed_over")
    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="passed_over")
    score = models.FloatField()
    why = models.CharField(max_length=400, help_text="As a sentence.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-score", "pk")
        verbose_name_plural = "passed over"
        constraints = (
            models.UniqueConstraint(fields=("run", "startup"), name="passed_over_once_in_a_run"),
        )
        indexes = (models.Index(fields=("-at",), name="passed_over_lately"),)

    def __str__(self) -> str:
        return self.why


class MatchQuerySet(models.QuerySet["Match"]):
    def open(self) -> "MatchQuerySet":
        return self.filter(status=Match.Status.SUGGESTED)

    def visible(self) -> "MatchQuerySet":
        """Those of signals that are still approved."""
        return self.filter(signal__status=Signal.Status.APPROVED)

    def for_lists(self) -> "MatchQuerySet":
        """With all a card shows: the signal, its evidence and the reasons."""
        return self.select_related(
            "startup", "run__policy", "signal__jurisdiction__region", "signal__meeting__body"
        ).prefetch_related("signal__evidence__segment__speaker", "reasons__evidence")


class Match(Public):
    """One startup proposed for one signal."""

    class Status(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        DISMISSED = "dismissed", "Not for us"
        WITHDRAWN = "withdrawn", "Withdrawn"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="matches")
    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="matches")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="matches")
    score = models.FloatField(help_text="The sum of its parts, of 100.")
    bar = models.FloatField(help_text="What it had to reach.")
    parts = models.JSONField(help_text="Points and most points of each part, in order.")
    status = models.CharField(max_length=10, choices=Status, default=Status.SUGGESTED)
    suggested_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggested_matches",
        help_text="Who of the staff suggested it by hand; empty if the matching did.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When a page of the startup first showed it."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Match"]] = MatchQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "pk")
        verbose_name_plural = "matches"
        permissions = (("suggest_match", "Can suggest a startup by hand"),)
        constraints = (
            models.UniqueConstraint(fields=("signal", "startup"), name="match_pair_once"),
            models.CheckConstraint(condition=Q(score__gte=F("bar")), name="match_clears_the_bar"),
            models.CheckConstraint(
                condition=Q(status="dismissed", dismissed_at__isnull=False)
                | (~Q(status="dismissed") & Q(dismissed_at=None)),
                name="match_dismissal_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_at=None)),
                name="match_withdrawal_has_time",
            ),
        )
        indexes = (models.Index(fields=("startup", "-created_at"), name="match_of_startup"),)

    def __str__(self) -> str:
        return f"{self.startup} for {self.signal}"


class Reason(models.Model):
    """Why a match fits, or may not: a span of the signal's words beside one of the startup's."""

    class Verdict(models.TextChoices):
        FITS = "fits", "Fits"
        DOUBT = "doubt", "May not fit"

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="reasons")
    position = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=5, choices=Verdict, default=Verdict.FITS)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="reasons")
    they_said = models.TextField(help_text="Verbatim, from the evidence.")
    profile_says = models.TextField(help_text="Verbatim, from the profile.")
    profile_part = models.CharField(
        max_length=60, help_text="Which part of the profile: description, a product."
    )

    class Meta:
        ordering = ("match", "position")
        constraints = (
            models.UniqueConstraint(fields=("match", "position"), name="reason_position_unique"),
        )

    def __str__(self) -> str:
        return self.they_said[:80]

    @property
    def shown(self) -> str:
        """The words of the signal as startups see them."""
        self.evidence.signal = self.match.signal  # the same row, at hand already
        return self.evidence.shown_part(self.they_said)


class Abstention(models.Model):
    """The answer "no startup fits" to a signal, with what came nearest."""

    run = models.OneToOneField(MatchRun, on_delete=models.CASCADE, related_name="abstention")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="abstentions")
    best_score = models.FloatField(
        null=True, help_text="Of the nearest startup; empty if none was eligible."
    )
    bar = models.FloatField()
    why = models.CharField(max_length=300, blank=True, help_text="As a sentence.")
    nearest = models.JSONField(default=list, help_text="Slugs and scores of the nearest startups.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"No startup fits {self.signal}"
