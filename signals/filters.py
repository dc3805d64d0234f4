"""The questions people ask of signals, the same on pages and in the API."""

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django.db.models import F

from signals.models import Signal, SignalQuerySet
from signals.words import Category, Kind, Strength

LONGEST_SEARCH = 300


class Ordering(filters.OrderingFilter):
    """The newest first among equals, so that pages do not overlap; no amount comes last."""

    def filter(self, queryset: SignalQuerySet, names: Sequence[str] | None) -> SignalQuerySet:
        if not names:
            return queryset
        wanted = [
            F("amount").desc(nulls_last=True)
            if name == "-amount"
            else self.get_ordering_value(name)
            for name in names
        ]
        return queryset.order_by(*wanted, F("decided_at").desc(nulls_last=True), "-id")


class SignalFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_words", label="Words", max_length=LONGEST_SEARCH)
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    category = filters.MultipleChoiceFilter(choices=Category.choices)
    state = filters.CharFilter(
        field_name="jurisdiction__region__code", lookup_expr="iexact", label="State"
    )
    place = filters.UUIDFilter(field_name="jurisdiction__public_id", label="Jurisdiction")
    strength = filters.ChoiceFilter(
        choices=Strength.choices, lookup_expr="gte", label="This strong or stronger"
    )
    amount_from = filters.NumberFilter(
        field_name="amount", lookup_expr="gte", label="Amount from, dollars"
    )
    said_from = filters.DateFilter(
        field_name="meeting__held_on", lookup_expr="gte", label="Said on or after"
    )
    said_to = filters.DateFilter(
        field_name="meeting__held_on", lookup_expr="lte", label="Said on or before"
    )
    order = Ordering(
        fields=(("decided_at", "approved"), ("strength", "strength"), ("amount", "amount")),
        field_labels={"approved": "Approved", "strength": "Strength", "amount": "Amount"},
    )

    class Meta:
        model = Signal
        fields: tuple[str, ...] = ()

    def by_words(self, queryset: SignalQuerySet, name: str, value: str) -> Any:
        return queryset.matching_words(value)
