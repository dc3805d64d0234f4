"""The kinds of filters that questions are made of: each is one condition, and reads one answer."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import date
from typing import Any, Self

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone

from signals import bands, deadlines
from signals.models import DUE, SignalQuerySet

MOST_VALUES = 60  # of one filter


class Asked:
    """A filter that is one condition, so that it can also be left out of a count."""

    field_name: str

    def __deepcopy__(self, memo: object) -> Self:
        # For each question all filters are copied, with every choice of theirs.
        return copy(self)

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__in": value})

    def filter(self, queryset: SignalQuerySet, value: Any) -> SignalQuerySet:
        return queryset.filter(self.condition(value)) if value else queryset


class AnyOf(Asked, filters.MultipleChoiceFilter):
    """One or several of the choices."""


class KnownRows(forms.ModelMultipleChoiceField[Any]):
    """Rows by a name of theirs. What no row is called is named in the error."""

    def clean(self, value: Iterable[object] | None) -> Any:
        names = [name for one in value or () if (name := self.written(str(one)))]
        if len(names) > MOST_VALUES:
            raise forms.ValidationError(
                f"{len(names)} are chosen; choose at most {MOST_VALUES}.", code="too_many"
            )
        for name in names:
            if not name.isprintable():
                raise forms.ValidationError(f"Nothing is called {name[:40]!r}.", code="unknown")
        return super().clean(names)

    def written(self, name: str) -> str:
        return name.strip()


class Places(KnownRows):
    default_error_messages = {
        "invalid_choice": "No place is known by %(value)s. It may have been merged or removed.",
        "invalid_pk_value": "“%(pk)s” is no place.",
    }

    def written(self, name: str) -> str:
        return name.strip().lower()


class States(KnownRows):
    default_error_messages = {"invalid_choice": "No state is called %(value)s; write it as OH."}

    def written(self, name: str) -> str:
        return name.strip().upper()


class AnyRow(Asked, filters.ModelMultipleChoiceFilter):
    field_class = KnownRows


class AnyPlace(AnyRow):
    field_class = Places


class AnyState(AnyRow):
    field_class = States


class Chosen(Asked, filters.ChoiceFilter):
    """One of the choices, read by a function of its own."""

    def __init__(self, *args: Any, condition: Callable[[str, date], Q], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._condition = condition

    def condition(self, value: Any) -> Q:
        return self._condition(value, timezone.now().date())


class AmountBands(AnyOf):
    def condition(self, value: Any) -> Q:
        found = Q()
        for name in value:
            found |= bands.amount(name)
        return found


class Strong(Asked, filters.ChoiceFilter):
    def condition(self, value: Any) -> Q:
        return Q(strength__gte=value)


class AtLeast(Asked, filters.NumberFilter):
    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__{self.lookup_expr}": value})

    def filter(self, queryset: SignalQuerySet, value: Any) -> SignalQuerySet:
        return queryset if value is None else queryset.filter(self.condition(value))


class Since(Asked, filters.DateFilter):
    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__{self.lookup_expr}": value})


class DueFrom(Asked, filters.DateFilter):
    def condition(self, value: Any) -> Q:
        return Q(due_by__gte=value) | Q(due_by=None, due_from__gte=value)


class DueUntil(Asked, filters.DateFilter):
    def condition(self, value: Any) -> Q:
        return Q(due_by__lte=value) | Q(due_by=None, due_from__lte=value)


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
        wanted = [term for name in names for term in self._terms(queryset, name)]
        return queryset.order_by(*wanted, F("decided_at").desc(nulls_last=True), "-id")

    def __deepcopy__(self, memo: object) -> Self:
        return copy(self)

    def _terms(self, queryset: SignalQuerySet, name: str) -> list[Any]:
        if name in LAST_IF_UNKNOWN:
            return [LAST_IF_UNKNOWN[name]]
        if name == "deadline":
            return deadlines.soonest_first(queryset, today=timezone.now().date())
        if name == "match":
            return self.parent.best_first(queryset)  # type: ignore[no-any-return]
        return [self.get_ordering_value(name)]
