from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.models import Public
from matching.models.policies import MatchPolicy


class RematchQuerySet(models.QuerySet["Rematch"]):
    def running(self) -> "RematchQuerySet":
        """Those that are not at their end, paused or not. There is one at most."""
        return self.filter(status=Rematch.Status.RUNNING)

    def going(self) -> "RematchQuerySet":
        """Those that workers go on with."""
        return self.running().filter(paused_at=None)

    def pause(self, *, by: User) -> int:
        """Have workers leave them alone; return how many."""
        return self.going().update(paused_at=timezone.now(), paused_by=by)


class Rematch(Public):
    """A search for startups for every approved signal anew, in slices that can be cut short."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    policy = models.ForeignKey(MatchPolicy, on_delete=models.PROTECT, related_name="rematches")
    before = models.ForeignKey(
        MatchPolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="By which the last search before it went; empty if there was none.",
    )
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
    failed_count = models.PositiveIntegerField(
        default=0, help_text="Signals that could not be matched."
    )
    # Counted on the way, so that no page counts a hundred thousand rows.
    changed_count = models.PositiveIntegerField(default=0, help_text="Signals answered otherwise.")
    answered_count = models.PositiveIntegerField(
        default=0, help_text="Signals of which none fitted, and one does."
    )
    unanswered_count = models.PositiveIntegerField(
        default=0, help_text="Signals of which one fitted, and none does."
    )
    added_count = models.PositiveIntegerField(default=0, help_text="Startups that fit newly.")
    dropped_count = models.PositiveIntegerField(default=0, help_text="Startups that fit no more.")
    moved_count = models.PositiveIntegerField(
        default=0, help_text="Startups of another score or rank."
    )
    differences_kept = models.BooleanField(
        default=True, help_text="Whether what it changed is still kept signal by signal."
    )
    trouble = models.CharField(max_length=500, blank=True, help_text="What it waits for, and why.")
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the worker at it last gave a sign of life."
    )
    paused_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Rematch"]] = RematchQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name_plural = "rematches"
        permissions = (("run_rematch", "Can match every signal anew"),)
        constraints = (
            models.UniqueConstraint(
                fields=("status",), condition=Q(status="running"), name="rematch_one_running"
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="rematch_end_has_time",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_by=None)
                | Q(status="running", paused_at__isnull=False, paused_by__isnull=False),
                name="rematch_pause_has_who",
            ),
        )

    def __str__(self) -> str:
        return f"Re-match by policy {self.policy.version}, {self.started_at:%-d %b %Y}"

    @property
    def is_over(self) -> bool:
        return self.status != self.Status.RUNNING

    @property
    def state(self) -> str:
        """What it is at, in a word."""
        return "Paused" if self.paused_at else self.get_status_display()
