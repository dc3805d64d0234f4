from datetime import timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from civstart.lib.models import Public
from civstart.places.models import Jurisdiction


class SourceQuerySet(models.QuerySet["Source"]):
    def due(self) -> "SourceQuerySet":
        """Those to poll now, and which nobody polls at the moment."""
        now = timezone.now()
        return self.unheld().filter(is_active=True, due_at__lte=now)

    def unheld(self) -> "SourceQuerySet":
        now = timezone.now()
        return self.filter(Q(lease_ends_at=None) | Q(lease_ends_at__lt=now))

    def failing(self) -> "SourceQuerySet":
        """Those in use that brought nothing the last time, because of an error."""
        return self.filter(is_active=True, failures__gt=0)

    def with_last_error(self) -> "SourceQuerySet":
        """With the error of the last run, "" if that went well, as last_error."""
        runs = SourceRun.objects.filter(source=OuterRef("pk")).order_by("-started_at", "-pk")
        return self.annotate(last_error=Subquery(runs.values("error")[:1]))

    def claim(self, pk: int) -> "Source | None":
        """Take the source for this process; None if another polls it."""
        ends_at = timezone.now() + Source.LEASE
        won = self.unheld().filter(pk=pk).update(lease_ends_at=ends_at)
        return self.select_related("jurisdiction__region").get(pk=pk) if won else None

    def still_held(self, claimed: "Source") -> "SourceQuerySet":
        """The source, unless its lease ended and another process took it since."""
        return self.filter(pk=claimed.pk, lease_ends_at=claimed.lease_ends_at)


class Source(Public):
    """A place that is looked at again and again for new transcripts, agendas and minutes."""

    class Kind(models.TextChoices):
        LEGISTAR = "legistar", "Legistar Web API"
        FEED = "feed", "RSS or Atom feed"
        FOLDER = "folder", "Folder on this machine"

    LEASE: ClassVar[timedelta] = timedelta(minutes=11)  # longer than a worker's timeout
    LONGEST_PAUSE: ClassVar[timedelta] = timedelta(days=1)

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="sources", help_text="Who speaks."
    )
    body = models.CharField(
        max_length=120,
        blank=True,
        help_text="As City Council. Empty for Legistar: every body, as Legistar names it. "
        "Empty for others: the usual one.",
    )
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.CharField(
        max_length=2000,
        help_text="Legistar: the client's name, as seattle. Feed: its web address. "
        "Folder: its path, as /srv/transcripts.",
    )
    poll_minutes = models.PositiveIntegerField(
        "poll every",
        default=60,
        validators=(MinValueValidator(5), MaxValueValidator(43_200)),
        help_text="Minutes, 5 to 43,200.",
    )
    is_active = models.BooleanField("active", default=True, help_text="Turn off to pause it.")
    failures = models.PositiveIntegerField(
        default=0, help_text="How many times in a row it failed. It is asked less often then."
    )
    memory = models.JSONField(
        default=dict, blank=True, help_text="What it said of itself: ETag, Last-Modified."
    )
    due_at = models.DateTimeField(default=timezone.now)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("jurisdiction__name", "body", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("jurisdiction", "body", "kind", "address"),
                name="source_once",
                violation_error_message="This source is watched already.",
            ),
            models.CheckConstraint(
                condition=Q(poll_minutes__gte=5, poll_minutes__lte=43_200),
                name="source_poll_minutes_in_bounds",
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=Q(is_active=True), name="source_due"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.address} for {self.body or self.jurisdiction}"

    def pause_after(self, failures: int) -> timedelta:
        """Return the wait: the usual one, doubled for each failure in a row, a day at most."""
        usual = timedelta(minutes=self.poll_minutes)
        doubled = usual * (1 << min(failures, 10))
        return max(usual, min(doubled, self.LONGEST_PAUSE))


class SourceRunQuerySet(models.QuerySet["SourceRun"]):
    def last_of_each(self) -> "SourceRunQuerySet":
        """The last run of each source."""
        return self.order_by("source_id", "-started_at", "-pk").distinct("source_id")


class SourceRun(models.Model):
    """One look at a source: what it offered, what was new, what went wrong."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    looked_at_count = models.PositiveIntegerField("looked at", default=0)
    new_count = models.PositiveIntegerField("new", default=0)
    failed_count = models.PositiveIntegerField("failed", default=0)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, help_text="Empty if it runs or was cut short.")

    objects = SourceRunQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="source_run_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=("source", "-started_at"), name="source_run_of_source"),)

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%-d %b %Y, %H:%M}"
