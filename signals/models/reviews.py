from django.db import models
from django.db.models import Q

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
