"""The questions people ask of signals, the same on pages, in saved searches and in the API."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from civstart.places.models import Jurisdiction, Region
from signals import bands, deadlines, keeping, searching
from signals.models import DUE, Signal, SignalQuerySet
from signals.words import AmountKind, Category, Kind, Stage, Strength

LONGEST_SEARCH = 300
MOST_VALUES = 60  # of one filter
Answer = TypeVar("Answer")


class Asked:
    """A filter that is one condition, so that it can also be left out of a count."""

    field_name: str

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

    def _terms(self, queryset: SignalQuerySet, name: str) -> list[Any]:
        if name in LAST_IF_UNKNOWN:
            return [LAST_IF_UNKNOWN[name]]
        if name == "deadline":
            return deadlines.soonest_first(queryset, today=timezone.now().date())
        if name == "match":
            return self.parent.best_first(queryset)  # type: ignore[no-any-return]
        return [self.get_ordering_value(name)]


class SignalFilter(filters.FilterSet):
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
