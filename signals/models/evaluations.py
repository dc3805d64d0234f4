from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from civstart.accounts.models import User

# A part is ended after ten minutes, begun again after eleven, and then has no way left to say so.
LONGEST_PART = timedelta(minutes=12)


class Evaluation(models.Model):
    """One measuring of extraction or matching against labels."""

    class What(models.TextChoices):
        EXTRACTION = "extraction", "Extraction"
        MATCHING = "matching", "Matching"
        JUDGEMENTS = "judgements", "Matching, by our judgements"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"
        CANCELLED = "cancelled", "Cancelled"

    what = models.CharField(max_length=10, choices=What)
    figures = models.JSONField(
        default=dict, blank=True, help_text="The scorer's figures, by the way it was measured."
    )
    calibration = models.JSONField(
        default=dict, blank=True, help_text="How sure it was, against how often it was right."
    )
    about = models.JSONField(
        default=dict, blank=True, help_text="The versions measured, and on how many labels."
    )
    reranks = models.BooleanField(
        default=False, help_text="Whether the re-ranker of the site grades the best."
    )
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        help_text="Who of the staff started it; empty if a command did.",
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    done_count = models.PositiveSmallIntegerField(
        default=0, help_text="How many of its parts are measured."
    )
    part_count = models.PositiveSmallIntegerField(default=1, help_text="Parts it is made of.")
    doing = models.CharField(max_length=100, blank=True, help_text="What it is at.")
    trouble = models.CharField(max_length=500, blank=True, help_text="Why it stopped.")
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField(help_text="When it last got on.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="evaluation_finished_has_time",
            ),
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="running"), name="evaluation_one_running"
            ),
        )
        indexes = (models.Index(fields=("what", "-started_at"), name="evaluation_lately"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.started_at:%-d %b %Y, %H:%M}"

    @property
    def starter(self) -> str:
        return str(self.by) if self.by else "a command"

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None

    @property
    def can_go_on(self) -> bool:
        """Whether it stopped after some of its parts, so that the others can be measured yet."""
        return self.status in (self.Status.FAILED, self.Status.CANCELLED) and self.done_count > 0

    @property
    def is_overdue(self) -> bool:
        """Whether it says that it runs, and no worker can be at it any more."""
        return self.status == self.Status.RUNNING and self.moved_at < timezone.now() - LONGEST_PART


class EvaluationPart(models.Model):
    """What one part of an evaluation found; its figures are of all parts together."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(help_text="From 0, in the order they are measured.")
    found = models.JSONField(default=dict)
    took_seconds = models.FloatField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "number"), name="evaluation_part_once"),
        )

    def __str__(self) -> str:
        return f"Part {self.number + 1} of {self.evaluation}"
