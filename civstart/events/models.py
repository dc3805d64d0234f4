from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib import ids


class Event(models.Model):
    """A fact that happened, stored in the transaction of the change."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    type = models.CharField(max_length=60, help_text="Dotted, past tense: signal.approved.")
    subject = models.CharField(max_length=100, help_text="What it is about: kind and public id.")
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    audience = ArrayField(
        models.CharField(max_length=60), help_text="Who may see it live: staff, startup.…, user.…"
    )
    correlation_id = models.CharField(max_length=64, blank=True, db_index=True)
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)
    pushed_at = models.DateTimeField(
        null=True, help_text="When open pages were told. Replay goes by this, the order of commits."
    )

    class Meta:
        ordering = ("-happened_at",)
        indexes = (
            models.Index(fields=("subject", "-happened_at"), name="event_of_subject"),
            models.Index(fields=("pushed_at",), name="event_pushed"),
            models.Index(
                fields=("happened_at",), condition=Q(pushed_at=None), name="event_not_pushed"
            ),
            GinIndex(fields=("audience",), name="event_audience"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"

    @property
    def subject_id(self) -> str:
        """The public id of what it is about."""
        return self.subject.partition(":")[2]

    def hint(self) -> dict[str, str]:
        """Return what open pages are sent: never more than names."""
        return {"id": str(self.id), "type": self.type, "subject": self.subject}


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> "DeliveryQuerySet":
        """Those to run now: waiting long enough, or left behind by a worker that died."""
        now = timezone.now()
        waiting = Q(status=Delivery.Status.WAITING, due_at__lte=now)
        orphaned = Q(status=Delivery.Status.RUNNING, lease_ends_at__lt=now)
        return self.filter(waiting | orphaned)

    def stuck(self) -> "DeliveryQuerySet":
        return self.filter(status=Delivery.Status.STUCK)

    def still_held(self, claimed: "Delivery") -> "DeliveryQuerySet":
        """The delivery, unless its lease ended and another process claimed it since."""
        return self.filter(pk=claimed.pk, status=Delivery.Status.RUNNING, attempts=claimed.attempts)

    def claim(self, pk: int) -> "Delivery | None":
        """Take the delivery for this process, counting the attempt before the work; None if another
        has it.
        """
        now = timezone.now()
        won = (
            self.due()
            .filter(pk=pk)
            .update(
                status=Delivery.Status.RUNNING,
                attempts=F("attempts") + 1,
                started_at=now,
                lease_ends_at=now + Delivery.LEASE,
            )
        )
        return self.select_related("event").get(pk=pk) if won else None


class Delivery(models.Model):
    """One reaction to one event: whether it ran, how often it was tried, and what went wrong."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STUCK = "stuck", "Stuck"

    LEASE: ClassVar[timedelta] = timedelta(minutes=11)  # longer than a worker's timeout
    MOST_ATTEMPTS: ClassVar[int] = 8

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    reaction = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    lease_ends_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=("event", "reaction"), name="delivery_once_per_event"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | ~Q(status="done"),
                name="delivery_done_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("status", "due_at"), condition=~Q(status="done"), name="delivery_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reaction} for {self.event_id}"
