"""The filters in use, each as words and with the address of the list without it."""

from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.utils.text import Truncator

from signals import bands
from signals.facets import Counts
from signals.filters import SignalFilter
from signals.words import AmountKind, Category, Kind, Stage

# What belongs to a page of the list and not to the question.
NOT_ASKED = ("page", "order", "saved")
_SINCE = {
    "said_from": "Said since",
    "said_to": "Said until",
    "due_after": "Due since",
    "due_before": "Due until",
}
_DOLLARS = {"amount_from": "From $", "amount_to": "Up to $"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use. query: the page's without it; count: what that would find, if known."""

    name: str
    label: str
    query: str
    count: int | None = None


class Chips:
    """Names what was asked, whether it can be used or not."""

    def __init__(
        self,
        asked: QueryDict,
        *,
        states: dict[str, str],
        places: dict[str, str],
        counts: Counts | None = None,
    ) -> None:
        """states: names by code in lower case; places: names by public id."""
        self._asked, self._states, self._places = asked, states, places
        self._counts = counts or Counts()
        self._names = [name for name in SignalFilter.base_filters if name not in NOT_ASKED]

    def all(self) -> list[Chip]:
        """The filters in use, whether they can be used or not."""
        found = []
        for name in self._names:
            values = list(dict.fromkeys(one for one in self._asked.getlist(name) if one.strip()))
            for value in values:
                count = self._counts.without.get(name) if len(values) == 1 else None
                found.append(Chip(name, self._label(name, value), self._less(name, value), count))
        return found

    def _less(self, name: str, value: str) -> str:
        asked = self._asked.copy()
        asked.setlist(name, [one for one in asked.getlist(name) if one != value])
        asked.pop("page", None)
        return f"?{asked.urlencode()}"

    def _label(self, name: str, value: str) -> str:
        if known := self._labels.get(name, {}).get(value.strip().lower()):
            return known
        short = Truncator(value).chars(40)
        if name == "q":
            return f"“{short}”"
        if name in _DOLLARS:
            return f"{_DOLLARS[name]}{short}"
        return f"{_SINCE[name]} {short}" if name in _SINCE else short

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        strengths = {"1": "Any strength", "2": "Clear or stronger", "3": "Concrete"}
        kinds = [(value, str(label)) for value, label in AmountKind.choices]
        labels: dict[str, dict[str, str]] = {
            "kind": dict(Kind.choices),
            "category": dict(Category.choices),
            "stage": dict(Stage.choices),
            "strength": strengths,
            "amount": dict(bands.AMOUNT_CHOICES) | {bands.NO_AMOUNT: "No amount named"},
            "amount_kind": {value: f"Amount: {label.lower()}" for value, label in kinds},
            "said": {days: f"Said in the {label.lower()}" for days, label in bands.SAID_CHOICES},
            "due": {days: f"Due in the {label.lower()}" for days, label in bands.DUE_CHOICES},
        }
        labels["state"], labels["place"] = self._states, self._places
        return labels
