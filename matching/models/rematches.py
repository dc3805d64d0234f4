from typing import ClassVar

from django.db import models
from django.db.models import Q

from civstart.accounts.models import User
from matching.models.policies import MatchPolicy


class RematchQuerySet(models.QuerySet["Rematch"]):
    def running(self) -> "RematchQuerySet":
        return self.filter(status=Rematch.Status.RUNNING)


class Rematch(models.Model):
    """A search for startups for every approved signal anew, in slices that can be cut short."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    policy = models.ForeignKey(MatchPolicy, on_delete=models.PROTECT, related_name="rematches")
    embedder = models.CharField(max_length=60)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rematches",
        help_text="Who asked for it; nobody if the command line did.",
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    total_count = models.PositiveIntegerField(help_text="Approved signals at its start.")
    done_count = models.PositiveIntegerField(default=0, help_text="Signals looked at.")
    # Signals are taken by their ids. Those approved meanwhile are matched as ever.
    done_to = models.BigIntegerField(default=0, help_text="The last signal looked at.")
    goes_to = models.BigIntegerField(default=0, help_text="The last signal there was at its start.")
    told_count = models.PositiveIntegerField(default=0, help_text="Startups told of a signal anew.")
    abstained_count = models.PositiveIntegerField(
        default=0, help_text="Signals that no startup fits."
    )
    trouble = models.CharField(max_length=500, blank=True, help_text="What it waits for, and why.")
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the worker at it last gave a sign of life."
    )
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Rematch"]] = RematchQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name_plural = "rematches"
        constraints = (
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="running"), name="rematch_one_running"
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="rematch_end_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"Re-match by policy {self.policy.version}, {self.started_at:%-d %b %Y}"
