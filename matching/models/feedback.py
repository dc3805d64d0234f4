from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from civstart.places.models import Jurisdiction, Region
from matching.models.matches import Match
from signals.models import Signal
from signals.words import Category
from startups.models import Startup

LONGEST_NOTE = 500
LONGEST_WORD = 60


class Feedback(Public):
    """Why a startup put a match aside."""

    class Reason(models.TextChoices):
        PLACE = "wrong-place", "Wrong place"
        SMALL = "too-small", "Too small"
        BIG = "too-big", "Too big"
        PRODUCT = "wrong-product", "Not what we sell"
        CUSTOMER = "customer", "They are our customer already"
        WORD = "excluded-word", "A word in it"
        OTHER = "other", "Something else"

    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="feedback")
    reason = models.CharField(max_length=14, choices=Reason)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, help_text="In their own words.")
    led_to_change = models.BooleanField(
        default=False, help_text="Whether the startup changed its exclusions because of it."
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="match_feedback")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name_plural = "feedback"
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason="other", note=""), name="feedback_other_has_words"
            ),
        )

    def __str__(self) -> str:
        return f"{self.match}: {self.get_reason_display().lower()}"


class Exclusions(Public):
    """What a startup asked not to be told of. What any of them hits is never suggested to it."""

    startup = models.OneToOneField(Startup, on_delete=models.CASCADE, related_name="exclusions")
    regions = models.ManyToManyField(
        Region,
        blank=True,
        related_name="excluded_by",
        verbose_name="states",
        help_text="States it is not told of, whatever its profile says.",
    )
    customers = models.ManyToManyField(
        Jurisdiction,
        blank=True,
        related_name="excluded_by",
        help_text="Governments that are its customers already.",
    )
    categories = ArrayField(
        models.CharField(max_length=40, choices=Category), default=list, blank=True
    )
    words = ArrayField(
        models.CharField(max_length=LONGEST_WORD),
        default=list,
        blank=True,
        help_text="Words and phrases, in whatever form they stand in a signal.",
    )
    smallest = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        verbose_name="smallest amount",
        help_text="US dollars. Signals that name no amount are told all the same.",
    )
    largest = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        verbose_name="largest amount",
        help_text="US dollars. Signals that name no amount are told all the same.",
    )
    changed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="changed_exclusions"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("startup",)
        verbose_name_plural = "exclusions"
        constraints = (
            models.CheckConstraint(
                condition=Q(smallest=None) | Q(smallest__gte=0),
                name="exclusions_smallest_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(largest=None) | Q(largest__gt=0), name="exclusions_largest_positive"
            ),
            models.CheckConstraint(
                condition=Q(smallest=None) | Q(largest=None) | Q(smallest__lte=F("largest")),
                name="exclusions_smallest_below_largest",
            ),
        )

    def __str__(self) -> str:
        return f"What {self.startup} is not told of"


class Judgement(Public):
    """How well a startup answers a signal, in the eyes of one of the staff."""

    class Grade(models.IntegerChoices):
        BAD = 0, "Bad: not for them"
        WEAK = 1, "Weak: near, but not what is asked"
        GOOD = 2, "Good: worth an introduction"
        BEST = 3, "Best: does just this"

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="judgements")
    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="judgements")
    grade = models.PositiveSmallIntegerField(choices=Grade)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, help_text="Why.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="match_judgements")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("signal", "startup", "by"), name="judgement_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(grade__gte=0, grade__lte=3), name="judgement_grade_in_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.startup} for {self.signal}: {self.grade} of 3"
