from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from civstart.accounts.models import User
from signals.models.signals import Signal


class Review(models.Model):
    """One decision of staff on a signal."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Rejected"
        REOPEN = "reopen", "Reopened"
        EDIT = "edit", "Edited"
        SPLIT = "split", "Split"
        MERGE = "merge", "Merged"
        THREAD = "thread", "Joined to a thread"
        UNDO = "undo", "Undone"

    class Reason(models.TextChoices):
        NOT_ACTIONABLE = "not-actionable", "Not something a vendor can act on"
        AWARDED = "awarded", "Already awarded or finished"
        QUOTE = "quote", "Quote does not say it"
        DUPLICATE = "duplicate", "Same as another"
        RESIDENT = "resident", "A resident's wish, not the government's"
        FAINT = "faint", "Too faint"
        OTHER = "other", "Something else"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    rule = models.ForeignKey(
        "signals.AutoRule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        help_text="The rule by which it was approved without a person.",
    )
    measured = models.JSONField(
        default=dict, blank=True, help_text="The rule's figures when it approved."
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken back.")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("by", "-at"), name="review_of_person"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(rule=None, measured={})
                | (Q(rule__isnull=False, decision="approve") & ~Q(measured={})),
                name="review_automatic_has_rule_and_figures",
            ),
            models.CheckConstraint(
                condition=~Q(decision="reject") | ~Q(reason=""), name="review_rejection_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by}"


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
