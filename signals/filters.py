"""The questions people ask of signals, the same on pages and in the API."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import F

from signals.models import DUE, Signal, SignalQuerySet
from signals.words import AmountKind, Category, Kind, Strength

LONGEST_SEARCH = 300


LAST_IF_UNKNOWN = {
    "-amount": F("amount").desc(nulls_last=True),
    "due": DUE.asc(nulls_last=True),
    "-due": DUE.desc(nulls_last=True),
}


class Ordering(filters.OrderingFilter):
    """The newest first among equals, so that pages do not overlap; no amount or day comes last."""

    def filter(self, queryset: SignalQuerySet, names: Sequence[str] | None) -> SignalQuerySet:
        if not names:
            return queryset
        wanted = [LAST_IF_UNKNOWN.get(name) or self.get_ordering_value(name) for name in names]
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
    amount_kind = filters.MultipleChoiceFilter(choices=AmountKind.choices, label="Amount is")
    due_after = filters.DateFilter(method="due_from", label="Due on or after")
    due_before = filters.DateFilter(method="due_until", label="Due on or before")
    said_from = filters.DateFilter(
        field_name="meeting__held_on", lookup_expr="gte", label="Said on or after"
    )
    said_to = filters.DateFilter(
        field_name="meeting__held_on", lookup_expr="lte", label="Said on or before"
    )
    order = Ordering(
        fields=(
            ("decided_at", "approved"),
            ("strength", "strength"),
            ("amount", "amount"),
            ("due", "due"),
        ),
        field_labels={
            "approved": "Approved",
            "strength": "Strength",
            "amount": "Amount",
            "due": "Due",
        },
    )

    class Meta:
        model = Signal
        fields: tuple[str, ...] = ()

    def due_from(self, queryset: SignalQuerySet, name: str, value: date) -> Any:
        return queryset.alias(due=DUE).filter(due__gte=value)

    def due_until(self, queryset: SignalQuerySet, name: str, value: date) -> Any:
        return queryset.alias(due=DUE).filter(due__lte=value)

    def by_words(self, queryset: SignalQuerySet, name: str, value: str) -> Any:
        return queryset.matching_words(value)
