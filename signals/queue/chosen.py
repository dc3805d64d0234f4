"""What a reviewer asked to see of the queue, read from the address."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from signals.models import SignalQuerySet, Source, Upload
from signals.queue import order
from signals.words import Category, Kind, Strength

LONGEST = 100  # characters of a word in the address
LOOKS = {"lost": "Quote no longer occurs", "corrected": "Quote was corrected"}


@dataclass(frozen=True)
class Chosen:
    """The filters of the queue; an empty one lets all through. Values are checked in read()."""

    q: str = ""
    place: str = ""
    kind: str = ""
    category: str = ""
    strength: str = ""
    body: str = ""
    source: str = ""
    sure_from: str = ""
    sure_to: str = ""
    look: str = ""

    @cached_property
    def named(self) -> dict[str, str]:
        """The filters that are set."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}

    @property
    def query(self) -> str:
        """The address's query: "?kind=budget", or "" if nothing is chosen."""
        return f"?{urlencode(self.named)}" if self.named else ""

    @property
    def beyond_strength(self) -> int:
        """How many filters are set in the form."""
        return len(self.named) - ("strength" in self.named)

    def rows(self) -> SignalQuerySet:
        """Return the signals that wait and are asked for, in the order of the queue."""
        return self.apply(order.waiting())

    def apply(self, rows: SignalQuerySet, *, but: str = "") -> SignalQuerySet:
        for name, value in self.named.items():
            if name != but:
                rows = _APPLY[name](rows, value)
        return rows


def read(asked: QueryDict) -> Chosen:
    """Read the filters of an address; what makes no sense is as if it were not there."""
    values = {}
    for field in fields(Chosen):
        value = " ".join(asked.get(field.name, "").replace("\0", "").split())[:LONGEST]
        if value and _CHECK.get(field.name, bool)(value):
            values[field.name] = value
    return Chosen(**values)


def unread(asked: QueryDict) -> list[str]:
    """Say what of the filters could not be used, a sentence each."""
    found = []
    for field in fields(Chosen):
        value = " ".join(asked.get(field.name, "").replace("\0", "").split())
        if value and not _CHECK.get(field.name, bool)(value[:LONGEST]):
            found.append(f"“{_short(value)}” is nothing to filter by, so it was left out.")
        elif len(value) > LONGEST:
            found.append(
                f"“{_short(value)}” has {len(value):,} characters; only the first {LONGEST} were "
                "searched for."
            )
    return found


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:39]}…"


def _is_share(value: str) -> bool:
    try:
        return 0 <= float(value) <= 1
    except ValueError:
        return False


_CHECK: dict[str, Callable[[str], bool]] = {
    "kind": lambda value: value in Kind.values,
    "category": lambda value: value in Category.values,
    "strength": lambda value: value in {str(level) for level in Strength.values},
    "source": lambda value: value in Source.Kind.values,
    "sure_from": _is_share,
    "sure_to": _is_share,
    "look": lambda value: value in LOOKS,
}


def _of_place(rows: SignalQuerySet, words: str) -> SignalQuerySet:
    """Those of places whose name has the words, or of the state: "Marlow Falls, OH", "OH"."""
    name, _, state = words.rpartition(",")
    of_town = Q(jurisdiction__name__icontains=words)
    if name and len(state.strip()) == 2:
        of_town |= Q(
            jurisdiction__name__icontains=name.strip(),
            jurisdiction__region__code__iexact=state.strip(),
        )
    return rows.filter(of_town | Q(jurisdiction__region__code__iexact=words))


def _with_words(rows: SignalQuerySet, words: str) -> SignalQuerySet:
    found = SearchQuery(words, search_type="websearch", config="english")
    return rows.filter(Q(search=found) | Q(title__icontains=words))


def _to_look_at(rows: SignalQuerySet, look: str) -> SignalQuerySet:
    return rows.with_lost_quote() if look == "lost" else rows.with_corrected_quote()


_APPLY: dict[str, Callable[[SignalQuerySet, str], SignalQuerySet]] = {
    "q": _with_words,
    "place": _of_place,
    "kind": lambda rows, value: rows.filter(kind=value),
    "category": lambda rows, value: rows.filter(category=value),
    "strength": lambda rows, value: rows.filter(strength=value),
    "body": lambda rows, value: rows.filter(meeting__body__name__icontains=value),
    "source": lambda rows, value: rows.filter(
        Exists(Upload.objects.filter(transcript__meeting=OuterRef("meeting"), source__kind=value))
    ),
    "sure_from": lambda rows, value: rows.filter(confidence__gte=float(value)),
    "sure_to": lambda rows, value: rows.filter(confidence__lte=float(value)),
    "look": _to_look_at,
}
