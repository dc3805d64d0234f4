from django.db import models
from django.db.models import F, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from matching.models.policies import MatchPolicy
from signals.models import Signal
from startups.models import Startup

# Of pairs: newly suggested, no longer suggested, and suggested with another score.
ADDED = Q(before=None)
DROPPED = Q(after=None)
MOVED = Q(before__isnull=False, after__isnull=False) & ~Q(before=F("after"))
# Of signals: none fitted and now some do, and the other way round.
ANSWERED = Q(before_count=0, after_count__gt=0)
UNANSWERED = Q(before_count__gt=0, after_count=0)
LEFT_OUT = ~Q(passed_over=[])  # some startup, so that others are told


class SignalDifference(models.Model):
    """How a signal was answered before, and how after."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="+")
    before_count = models.PositiveSmallIntegerField(help_text="Startups suggested before.")
    after_count = models.PositiveSmallIntegerField(help_text="Startups suggested after.")
    before_why = models.CharField(max_length=300, blank=True, help_text="Why none fitted.")
    after_why = models.CharField(max_length=300, blank=True, help_text="Why none fits.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.signal}: {self.before_count} before, {self.after_count} after"


class PairDifference(models.Model):
    """A startup suggested for a signal before, after, or both, with its scores."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="+")
    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="+")
    before = models.FloatField(null=True, help_text="Its score; empty if it was not suggested.")
    after = models.FloatField(null=True, help_text="Its score; empty if it is not suggested.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.startup} for {self.signal}: {self.before} before, {self.after} after"


class PolicyPreview(Public):
    """What a policy would change if it were put in use, tried on signals approved lately."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"

    policy = models.ForeignKey(MatchPolicy, on_delete=models.CASCADE, related_name="previews")
    against = models.ForeignKey(
        MatchPolicy, on_delete=models.PROTECT, related_name="+", help_text="In use at the time."
    )
    embedder = models.CharField(max_length=60)
    signal_ids = models.JSONField(help_text="The signals it is tried on, in order.")
    done_count = models.PositiveIntegerField(default=0, help_text="How many are tried.")
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    trouble = models.CharField(max_length=500, blank=True, help_text="Why it stopped.")
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="policy_previews"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="done", finished_at__isnull=False)
                | (~Q(status="done") & Q(finished_at=None)),
                name="policy_preview_done_has_time",
            ),
            models.UniqueConstraint(
                fields=("policy",),
                condition=Q(status="running"),
                name="policy_preview_one_running",
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy} against version {self.against.version}"

    @property
    def total(self) -> int:
        return len(self.signal_ids)


class PreviewedSignal(SignalDifference):
    """How a signal would be answered under the policy in use and under the one previewed."""

    preview = models.ForeignKey(PolicyPreview, on_delete=models.CASCADE, related_name="signals")
    passed_over = models.JSONField(
        default=list,
        blank=True,
        help_text="Who would be left out so that others are told, and why.",
    )
    is_graded = models.BooleanField(
        default=False, help_text="Whether the grades of a re-ranker counted, as given before."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("preview", "signal"), name="previewed_signal_once"),
        )


class PreviewedPair(PairDifference):
    """A startup that either policy would suggest for a signal, with its score under each."""

    preview = models.ForeignKey(PolicyPreview, on_delete=models.CASCADE, related_name="pairs")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("preview", "signal", "startup"), name="previewed_pair_once"
            ),
        )
