from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from civstart.accounts.models import User
from signals.models.signals import Review, Signal


class Change(models.Model):
    """What a decision changed in a signal, before and after: it can be read, and undone."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="change")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.review}: {', '.join(self.after) or 'nothing'}"


class Merger(models.Model):
    """A signal that is the same need as another one, which carries its quotes since."""

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="merger")
    into = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="mergers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mergers")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(signal=models.F("into")), name="merger_of_two_signals"
            ),
        )

    def __str__(self) -> str:
        return f"{self.signal} into {self.into}"


class DeskQuerySet(models.QuerySet["Desk"]):
    def present(self) -> "DeskQuerySet":
        """Those whose page has been heard from lately."""
        return self.filter(seen_at__gte=timezone.now() - Desk.PRESENT)

    def holding(self) -> "DeskQuerySet":
        """Those that hold their signal; who is not heard from lets it go."""
        return self.filter(holds=True, seen_at__gte=timezone.now() - Desk.LEASE)


class Desk(models.Model):
    """Where a reviewer is: the signal they have open, and whether it is theirs to decide."""

    PRESENT: ClassVar[timedelta] = timedelta(seconds=45)
    LEASE: ClassVar[timedelta] = timedelta(minutes=2)

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="desk")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="desks")
    holds = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = DeskQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("signal",), condition=Q(holds=True), name="desk_one_holds_a_signal"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} at {self.signal}"
