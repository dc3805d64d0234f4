from typing import ClassVar

from django.db import models
from django.db.models import Q

from civstart.places.models import Region
from matching.models.policies import MatchPolicy
from matching.models.previews import PairDifference, SignalDifference
from matching.models.rematches import Rematch
from signals.models import Signal
from startups.models import Startup


def _but(of: str, *shown: str) -> list[str]:
    """Return the fields of what the row is of, save those: a signal and a startup are wide."""
    model = {"signal": Signal, "startup": Startup}[of]
    return [
        f"{of}__{field.name}"
        for field in model._meta.concrete_fields
        if field.name not in shown and not field.primary_key
    ]


class RematchedSignalQuerySet(models.QuerySet["RematchedSignal"]):
    def for_lists(self) -> "RematchedSignalQuerySet":
        """With all a row shows, and of signals and startups no more: two queries for any number."""
        pairs = RematchedPair.objects.select_related("startup").defer(*_but("startup", "name"))
        return (
            self.select_related("signal__jurisdiction__region", "before_policy")
            .defer(*_but("signal", "public_id", "title", "jurisdiction"))
            .prefetch_related(models.Prefetch("pairs", pairs))
        )


class RematchedSignal(SignalDifference):
    """A signal that a re-match answered otherwise than the last search before it did."""

    class Answer(models.TextChoices):
        FIRST = "first", "First search"
        ANSWERED = "answered", "Some fits where none did"
        UNANSWERED = "unanswered", "None fits any more"
        OTHER = "other", "Other startups or scores"

    rematch = models.ForeignKey(Rematch, on_delete=models.CASCADE, related_name="differences")
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of the signal, held here so that a page of one state reads those rows alone.",
    )
    before_policy = models.ForeignKey(
        MatchPolicy,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="By which the last search went; empty if it is the first.",
    )
    answer = models.CharField(max_length=10, choices=Answer)
    added_count = models.PositiveSmallIntegerField(default=0)
    dropped_count = models.PositiveSmallIntegerField(default=0)
    moved_count = models.PositiveSmallIntegerField(default=0)
    told_count = models.PositiveSmallIntegerField(default=0, help_text="Startups told of it now.")
    move = models.FloatField(help_text="Points by which the pair that moved most did.")

    objects: ClassVar[models.Manager["RematchedSignal"]] = RematchedSignalQuerySet.as_manager()

    class Meta:
        ordering = ("-move", "pk")
        constraints = (
            models.UniqueConstraint(fields=("rematch", "signal"), name="rematched_signal_once"),
        )
        indexes = (
            models.Index(fields=("rematch", "-move", "id"), name="rematched_signal_by_move"),
            models.Index(
                fields=("rematch", "region", "-move", "id"), name="rematched_signal_of_region"
            ),
        )


class RematchedPair(PairDifference):
    """A startup that fits such a signal before, after or both, with what moved."""

    class Told(models.TextChoices):
        NOW = "now", "Told now"
        BEFORE = "before", "Told before"
        ASIDE = "aside", "Put aside by the startup"
        NEVER = "never", "Not told"

    rematched = models.ForeignKey(RematchedSignal, on_delete=models.CASCADE, related_name="pairs")
    before_rank = models.PositiveSmallIntegerField(null=True)
    after_rank = models.PositiveSmallIntegerField(null=True)
    parts = models.JSONField(
        default=list, help_text="Parts of the score that differ: name, points before and after."
    )
    why = models.CharField(max_length=400, help_text="As a sentence.")
    told = models.CharField(max_length=6, choices=Told)

    class Meta:
        ordering = ("after_rank", "before_rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=("rematched", "startup"), name="rematched_pair_once"),
            models.CheckConstraint(
                condition=Q(before_rank__isnull=False) | Q(after_rank__isnull=False),
                name="rematched_pair_has_a_rank",
            ),
        )

    @property
    def kind(self) -> str:
        """Return whether it fits newly, fits no more, or has moved."""
        if self.before_rank is None:
            return "added"
        return "dropped" if self.after_rank is None else "moved"


class RematchFailure(models.Model):
    """A signal that a re-match could not match, and why; it goes on with the next."""

    rematch = models.ForeignKey(Rematch, on_delete=models.CASCADE, related_name="failures")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="+")
    error = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("rematch", "signal"), name="rematch_failure_once"),
        )

    def __str__(self) -> str:
        return f"{self.signal}: {self.error}"
