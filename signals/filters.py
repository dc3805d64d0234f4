"""The questions people ask of signals, the same on pages, in saved searches and in the API."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet

from civstart.places.models import Jurisdiction, Region
from signals import bands, deadlines, keeping, searching
from signals.filter_kinds import (
    AmountBands,
    AnyOf,
    AnyPlace,
    AnyState,
    Asked,
    AtLeast,
    Chosen,
    DueFrom,
    DueUntil,
    Ordering,
    Since,
    Strong,
)
from signals.models import Signal, SignalQuerySet
from signals.words import AmountKind, Category, Kind, Stage, Strength

LONGEST_SEARCH = 300
Answer = TypeVar("Answer")


class SignalFilter(filters.FilterSet):
    form_class: ClassVar[type[forms.Form] | None] = None

    q = filters.CharFilter(method="by_words", label="Words", max_length=LONGEST_SEARCH)
    kind = AnyOf(choices=Kind.choices)
    category = AnyOf(choices=Category.choices)
    stage = AnyOf(choices=Stage.choices)
    state = AnyState(
        field_name="jurisdiction__region",
        to_field_name="code",
        queryset=Region.objects.all(),
        label="State",
    )
    place = AnyPlace(
        field_name="jurisdiction",
        to_field_name="public_id",
        queryset=Jurisdiction.objects.select_related("region"),
        label="Place",
    )
    strength = Strong(choices=Strength.choices, label="This strong or stronger")
    amount = AmountBands(choices=bands.AMOUNT_CHOICES)
    amount_from = AtLeast(field_name="amount", lookup_expr="gte", label="Amount from, dollars")
    amount_to = AtLeast(field_name="amount", lookup_expr="lte", label="Amount to, dollars")
    said = Chosen(
        choices=bands.SAID_CHOICES,
        label="Said within so many days",
        condition=lambda days, today: bands.said_since(days, today=today),
    )
    amount_kind = AnyOf(choices=AmountKind.choices, label="Amount is")
    due_after = DueFrom(label="Due on or after")
    due_before = DueUntil(label="Due on or before")
    said_from = Since(field_name="meeting__held_on", lookup_expr="gte", label="Said on or after")
    said_to = Since(field_name="meeting__held_on", lookup_expr="lte", label="Said on or before")
    due = Chosen(
        choices=bands.DUE_CHOICES,
        label="Due within so many days",
        condition=lambda days, today: deadlines.within(int(days), today=today),
    )
    order = Ordering(
        fields=(
            ("decided_at", "approved"),
            ("strength", "strength"),
            ("amount", "amount"),
            ("due", "due"),
        ),
        choices=(
            ("-approved", "Newest first"),
            ("approved", "Oldest first"),
            ("-strength", "Strongest first"),
            ("strength", "Faintest first"),
            ("-amount", "Largest amount first"),
            ("amount", "Smallest amount first"),
            ("deadline", "Soonest deadline first"),
            ("due", "Due first"),
            ("-due", "Due last"),
            ("match", "Best match first"),
        ),
    )

    class Meta:
        model = Signal
        fields: tuple[str, ...] = ()

    def get_form_class(self) -> type[forms.Form]:
        """Return the form, which is the same for all questions and made once."""
        kind = type(self)
        kind.form_class = kind.form_class or super().get_form_class()
        return kind.form_class

    def by_words(self, queryset: SignalQuerySet, name: str, value: str) -> Any:
        return queryset.filter(self.found)

    @property
    def asked(self) -> dict[str, list[str]]:
        """What is asked, but for the order: by it answers are kept."""
        names = sorted(name for name in self.filters if name != "order")
        return {name: sorted(self.data.getlist(name)) for name in names}

    @cached_property
    def version(self) -> list[str]:
        """What changes when answers do. Asked once, before any of them is made."""
        return keeping.of_approved()

    def kept(self, name: str, make: Callable[[], Answer]) -> Answer:
        """Return the answer of that name to what is asked, kept until anything happens."""
        return keeping.kept(name, self.asked, make, version=lambda: self.version)

    @cached_property
    def found(self) -> Q:
        """What a signal fulfils that says the words or means them. Asks the embedder once."""
        return searching.condition(self.form.cleaned_data["q"], self.meant)

    @cached_property
    def meant(self) -> list[int]:
        """Signals that mean what is searched, the nearest first; none without a search."""
        words = self.form.cleaned_data.get("q") or ""
        return searching.by_meaning(words, version=lambda: self.version)

    def best_first(self, queryset: QuerySet[Signal]) -> list[Any]:
        words = self.form.cleaned_data.get("q")
        if not words:
            return []
        return deadlines.in_order(searching.fused(queryset, words, self.meant))

    @property
    def unordered(self) -> SignalQuerySet:
        """What is found, in the order it had before. The question must be valid."""
        rows: SignalQuerySet = self.queryset.filter(*self.conditions.values())
        return rows.filter(self.found) if self.form.cleaned_data.get("q") else rows

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """The conditions that are asked for, by the filter's name, without the words."""
        found = {}
        for name, value in self.form.cleaned_data.items():
            one = self.filters[name]
            is_given = value is not None and (value or value == 0)
            if isinstance(one, Asked) and is_given:
                found[name] = one.condition(value)
        return found
