from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.models import Public
from signals.models.reviewing import Review
from signals.models.signals import Signal
from signals.models.sources import Source


class AutoRule(Public):
    """Leave to approve what a source brings above a confidence, given by a person and measured."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="auto_rules")
    confidence = models.FloatField(
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="The least confidence of what is approved, 0 to 1.",
    )
    extractor = models.CharField(max_length=60, help_text="It holds for what this one found.")
    extractor_version = models.CharField(max_length=60)
    measured = models.JSONField(help_text="What it was unlocked on: right, decided, low, bar.")
    unlocked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="unlocked_auto_rules"
    )
    unlocked_at = models.DateTimeField(default=timezone.now)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="locked_auto_rules",
        help_text="Empty if it locked itself.",
    )
    locked_why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["AutoRule"]] = models.Manager()

    class Meta:
        ordering = ("-unlocked_at", "-pk")
        permissions = (("unlock_autoapproval", "Can unlock and lock automatic approval"),)
        constraints = (
            models.UniqueConstraint(
                fields=("source",),
                condition=Q(locked_at=None),
                name="auto_rule_one_unlocked_per_source",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="auto_rule_confidence_is_share",
            ),
            models.CheckConstraint(
                condition=Q(locked_at=None, locked_by=None, locked_why="")
                | (Q(locked_at__isnull=False) & ~Q(locked_why="")),
                name="auto_rule_locking_has_time_and_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} from {self.confidence:.2f}"


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def waiting(self) -> "SecondLookQuerySet":
        return self.filter(status=SecondLook.Status.WAITING)

    def disputed(self) -> "SecondLookQuerySet":
        return self.filter(status=SecondLook.Status.DISAGREED)

    def judged(self) -> "SecondLookQuerySet":
        """Those in which somebody decided a second time."""
        return self.exclude(decision="").filter(at__isnull=False)

    def blind(self) -> "SecondLookQuerySet":
        return self.filter(purpose=SecondLook.Purpose.BLIND)

    def for_person(self, user: User) -> "SecondLookQuerySet":
        """Those that wait and may be put before the person: who never decided on the signal."""
        known = Review.objects.filter(signal=OuterRef("signal"), by=user)
        return self.waiting().exclude(first_by=user).filter(~Exists(known))


class SecondLook(Public):
    """A decided signal that is shown to somebody else, who is not told what was decided."""

    class Purpose(models.TextChoices):
        BLIND = "blind", "Double review"
        AUTOMATIC = "automatic", "Check of an automatic approval"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        AGREED = "agreed", "Agreed"
        DISAGREED = "disagreed", "Disagreed"
        SETTLED = "settled", "Settled"
        OVERTAKEN = "overtaken", "Overtaken"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="second_looks")
    review = models.OneToOneField(
        Review,
        on_delete=models.CASCADE,
        related_name="second_look",
        help_text="The first decision. Who looks again is not told.",
    )
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="looked_after")
    first_decision = models.CharField(max_length=10, choices=Review.Decision)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.BLIND)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    decision = models.CharField(max_length=10, choices=Review.Decision, blank=True)
    reason = models.CharField(max_length=20, choices=Review.Reason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="second_looks"
    )
    at = models.DateTimeField(null=True, blank=True)
    settled_decision = models.CharField(max_length=10, choices=Review.Decision, blank=True)
    settled_note = models.CharField(max_length=300, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="settled_looks"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["SecondLook"]] = SecondLookQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(by=F("first_by")), name="second_look_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(by=None, at=None, decision="")
                | Q(by__isnull=False, at__isnull=False, decision__in=("approve", "reject")),
                name="second_look_has_person_time_and_decision",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", by=None)
                | Q(status="overtaken")
                | Q(status__in=("agreed", "disagreed", "settled"), by__isnull=False),
                name="second_look_judged_unless_waiting",
            ),
            models.CheckConstraint(
                condition=~Q(decision="reject") | ~Q(reason=""),
                name="second_look_rejection_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="settled",
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                    settled_decision__in=("approve", "reject"),
                )
                | (~Q(status="settled") & Q(settled_by=None, settled_at=None, settled_decision="")),
                name="second_look_settled_has_person_and_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("created_at",), condition=Q(status="waiting"), name="second_look_waiting"
            ),
            models.Index(
                fields=("first_by", "by"),
                condition=Q(at__isnull=False),
                name="second_look_pairs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.signal}"
