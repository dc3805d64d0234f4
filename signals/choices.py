"""The facets of the list of signals: what can be chosen, and how many signals each choice shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict

from civstart.places.models import Jurisdiction, Region
from signals import bands
from signals.facets import Counts
from signals.words import AmountKind, Category, Kind, Stage

MOST_SHOWN = 8
STRENGTHS = (("", "Any"), ("2", "Clear or stronger"), ("3", "Concrete"))


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a facet. count: how many signals it would show."""

    value: str
    label: str
    count: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one filter; many: several may be chosen. more: those folded away."""

    name: str
    label: str
    options: list[Option]
    more: list[Option] = field(default_factory=list)
    many: bool = True

    @property
    def is_more_on(self) -> bool:
        return any(option.is_on for option in self.more)


class Choices:
    """Makes the facets of a question of its counts. Two queries: states and the places shown."""

    def __init__(self, asked: QueryDict, form: BaseForm, counts: Counts) -> None:
        self._asked, self._form, self._counts = asked, form, counts

    def facets(self) -> list[Facet]:
        return [
            Facet("kind", "Kind", self._options("kind", Kind.choices, keep=True)),
            self._strengths(),
            Facet("stage", "Stage", self._options("stage", Stage.choices)),
            Facet("category", "Category", *self._folded("category", Category.choices)),
            Facet("state", "State", *self._folded("state", self._states())),
            Facet("place", "Place", *self._folded("place", self._places())),
            Facet("amount", "Amount", self._options("amount", bands.AMOUNT_CHOICES)),
            Facet("amount_kind", "Amount is", self._options("amount_kind", AmountKind.choices)),
            self._days("said", "Said", bands.SAID_CHOICES),
            self._days("due", "Deadline", bands.DUE_CHOICES),
        ]

    def _chosen(self, name: str) -> list[str]:
        return [one.strip().lower() for one in self._asked.getlist(name)]

    def _count(self, name: str, value: str) -> int:
        by = self._counts.by
        if not by:
            return 0
        if name == "amount":
            return by["band"][[one for one, _ in bands.AMOUNT_CHOICES].index(value)]
        if name == "state":
            return by["region"][self._region_ids.get(value, 0)]
        if name == "place":
            return by["place"][self._place_ids.get(value, 0)]
        return by[name][value]

    def _options(
        self, name: str, choices: Iterable[tuple[str, Any]], *, keep: bool = False
    ) -> list[Option]:
        """Return the choices that show something, that are chosen, or all of them with keep."""
        chosen = self._chosen(name)
        rows = [
            Option(value, str(label), self._count(name, value), value.lower() in chosen)
            for value, label in choices
        ]
        return [row for row in rows if row.count or row.is_on or keep]

    def _folded(
        self, name: str, choices: Iterable[tuple[str, Any]]
    ) -> tuple[list[Option], list[Option]]:
        """Return the commonest choices, and the others by name."""
        rows = self._options(name, choices)
        rows.sort(key=lambda row: (not row.is_on, -(row.count or 0)))
        if len(rows) <= MOST_SHOWN + 2:
            return rows, []
        return rows[:MOST_SHOWN], sorted(rows[MOST_SHOWN:], key=lambda row: row.label)

    def _strengths(self) -> Facet:
        counts: Counter[Any] = self._counts.by.get("strength", Counter())
        chosen = self._asked.get("strength", "")
        options = [
            Option(
                value,
                label,
                sum(count for level, count in counts.items() if level >= int(value or 1)),
                value == chosen,
            )
            for value, label in STRENGTHS
        ]
        return Facet("strength", "Strength", options, many=False)

    def _days(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> Facet:
        """A facet of days: each choice holds those before it."""
        chosen = self._asked.get(name, "")
        counts: Counter[Any] = self._counts.by.get("days", Counter())
        options = [Option("", "Any time", None, not chosen)]
        for place, (days, text) in enumerate(choices):
            is_counted = name == "said"
            count = sum(counts[band] for band in range(place + 1)) if is_counted else None
            options.append(Option(days, text, count, days == chosen))
        return Facet(name, label, options, many=False)

    @cached_property
    def _regions(self) -> list[Region]:
        return list(Region.objects.all())

    @cached_property
    def _region_ids(self) -> dict[str, int]:
        return {region.code: region.pk for region in self._regions}

    def _states(self) -> list[tuple[str, str]]:
        return [(region.code, region.name) for region in self._regions]

    @cached_property
    def _place_ids(self) -> dict[str, int]:
        return {str(place.public_id): place.pk for place in self._shown_places}

    @cached_property
    def _shown_places(self) -> list[Jurisdiction]:
        """The places said most of, and those chosen. The rest is on the page of places."""
        counts: Counter[Any] = self._counts.by.get("place", Counter())
        most = [pk for pk, _ in counts.most_common(MOST_SHOWN)]
        chosen = getattr(self._form, "cleaned_data", {}).get("place") or ()
        ids = {*most, *(place.pk for place in chosen)}
        return list(Jurisdiction.objects.select_related("region").filter(pk__in=ids))

    def _places(self) -> list[tuple[str, str]]:
        return [(str(place.public_id), str(place)) for place in self._shown_places]
