from typing import ClassVar

from django.db import models
from django.db.models import Q

from civstart.lib.models import Public
from civstart.places.models import Jurisdiction
from signals.words import Category, Stage


class ThreadQuerySet(models.QuerySet["Thread"]):
    def open(self) -> "ThreadQuerySet":
        return self.filter(closed_at=None)


class Thread(Public):
    """The same need of a government, heard again over speakers and meetings."""

    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        related_name="threads",
        help_text="Whose need it is.",
    )
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=40, choices=Category)
    stage = models.CharField(
        max_length=14, choices=Stage, default=Stage.NEED, help_text="The furthest its signals tell."
    )
    stage_since = models.DateField(null=True, blank=True, help_text="Empty if nobody knows.")
    renewal_on = models.DateField(
        null=True, blank=True, help_text="When what was awarded will be up, where a term was named."
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="An award closes it.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Thread"]] = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(stage="award", closed_at__isnull=False)
                | (~Q(stage="award") & Q(closed_at=None)),
                name="thread_closed_by_award",
            ),
            models.CheckConstraint(
                condition=Q(renewal_on=None) | Q(stage__in=("award", "renewal")),
                name="thread_renewal_after_award",
            ),
        )
        indexes = (
            models.Index(
                fields=("renewal_on",),
                condition=Q(renewal_on__isnull=False),
                name="thread_renewal_watch",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ThreadStep(models.Model):
    """A stage a thread has reached, and the signal that tells it."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=14, choices=Stage)
    reached_on = models.DateField(null=True, blank=True, help_text="Empty if nobody knows.")
    signal = models.ForeignKey("signals.Signal", on_delete=models.CASCADE, related_name="steps")

    class Meta:
        ordering = ("thread", "pk")
        constraints = (
            models.UniqueConstraint(fields=("thread", "stage"), name="thread_stage_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.thread}"
