from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from civstart.accounts.models import User
from civstart.lib.models import Public
from matching.parts import NEEDED, PARTS, WHOLE

MOST_TOLD_OF_ONE = 20  # startups of one signal
MOST_TIE = 20  # points; beyond that it would not be a tie


class MatchPolicyQuerySet(models.QuerySet["MatchPolicy"]):
    def current(self) -> "MatchPolicy":
        """Return the one in use."""
        return self.get(is_current=True)


class MatchPolicy(models.Model):
    """How matches are scored: the points of each part and the bar. A change is a new version."""

    version = models.PositiveIntegerField(unique=True)
    weights = models.JSONField(help_text="The most points each part can give. They add up to 100.")
    bar = models.FloatField(
        validators=[MinValueValidator(1), MaxValueValidator(WHOLE)],
        help_text="Points below which no startup is suggested.",
    )
    fit_bar = models.FloatField(
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="How likely it must be that any startup fits, 0 to 1.",
    )
    most_behind = models.FloatField(
        default=WHOLE,
        validators=[MinValueValidator(0), MaxValueValidator(WHOLE)],
        help_text="Points a suggestion may lie behind the best one.",
    )
    most_suggestions = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TOLD_OF_ONE)],
        help_text="Startups told of one signal.",
    )
    most_told = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="Signals a startup is told of before it waits while others clear the bar. "
        "Empty: it never waits.",
    )
    told_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="The days in which they are counted.",
    )
    tie_points = models.FloatField(
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_TIE)],
        help_text="Points within which those told of fewer signals go first, then the smaller.",
    )
    note = models.CharField(max_length=300, blank=True, help_text="Why this version was made.")
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_ones",
        help_text="The version it was made from.",
    )
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="match_policies"
    )
    is_current = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["MatchPolicy"]] = MatchPolicyQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        verbose_name_plural = "match policies"
        permissions = (("use_matchpolicy", "Can put a match policy in use"),)
        constraints = (
            models.UniqueConstraint(
                fields=("is_current",),
                condition=Q(is_current=True),
                name="match_policy_one_current",
            ),
            models.CheckConstraint(
                condition=Q(bar__gte=0, bar__lte=WHOLE), name="match_policy_bar_in_points"
            ),
            models.CheckConstraint(
                condition=Q(fit_bar__gte=0, fit_bar__lte=1), name="match_policy_fit_bar_is_share"
            ),
            models.CheckConstraint(
                condition=Q(most_behind__gte=0, most_behind__lte=WHOLE),
                name="match_policy_most_behind_in_points",
            ),
            models.CheckConstraint(
                condition=Q(most_suggestions__gte=1), name="match_policy_suggests_somebody"
            ),
            models.CheckConstraint(
                condition=(Q(most_told=None) | Q(most_told__gte=1)) & Q(told_days__gte=1),
                name="match_policy_cap_lets_some_through",
            ),
            models.CheckConstraint(
                condition=Q(tie_points__gte=0, tie_points__lte=MOST_TIE),
                name="match_policy_tie_in_points",
            ),
        )

    def __str__(self) -> str:
        return f"Version {self.version}"

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Return the points of each part, in the order they are shown."""
        return [(name, self.weights[name]) for name in PARTS if name in self.weights]

    def clean(self) -> None:
        """Refuse weights of unknown parts, out of range, or that do not add up."""
        if problem := self._fault_of_weights():
            raise ValidationError(problem)

    def _fault_of_weights(self) -> str:
        weights: dict[str, Any] = self.weights if isinstance(self.weights, dict) else {}
        for name, points in weights.items():
            if name not in PARTS:
                return f"No part is called {name!r}. The parts are {', '.join(PARTS)}."
            if not isinstance(points, int | float) or not 0 <= points <= WHOLE:
                return f"{name} is {points}; write points from 0 to {WHOLE}."
        for name in NEEDED:
            if not weights.get(name, 0) >= 1:
                return (
                    f"{name} needs at least 1 point: how likely it is that any startup fits is "
                    "told by it."
                )
        return _fault_of_sum(sum(weights.values()))


def _fault_of_sum(total: float) -> str:
    short = round(WHOLE - total, 2)
    if not short:
        return ""
    do = f"Add {short:g}." if short > 0 else f"Take {-short:g} away."
    return f"The weights add up to {total:g}; they must add up to {WHOLE}. {do}"


class PolicyUse(Public):
    """A policy was put in use, by whom, and in place of which. Never altered."""

    policy = models.ForeignKey(MatchPolicy, on_delete=models.PROTECT, related_name="uses")
    instead_of = models.ForeignKey(
        MatchPolicy, on_delete=models.PROTECT, related_name="ends", help_text="In use before."
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="policy_uses")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.policy} in place of version {self.instead_of.version}"
