"""What a startup asked not to be told of: which signals it hits, and whom a signal is kept from.

Words are looked for as searches look for them: in the text startups may see, in any form.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q

from civstart.places.models import Jurisdiction, Region
from matching.models import Exclusions
from signals import money
from signals.models import Signal
from signals.words import AmountKind, Category
from startups.models import Startup

# Which of the words stand in a signal.
WORDS_IN = """
    SELECT word FROM unnest(%s::text[]) AS word, signals_signal
    WHERE signals_signal.id = %s AND signals_signal.search @@ phraseto_tsquery('english', word)
"""
# Which of the words say nothing to a search: "the", "and", signs.
EMPTY_WORDS = """
    SELECT word FROM unnest(%s::text[]) WITH ORDINALITY AS asked (word, place)
    WHERE numnode(phraseto_tsquery('english', word)) = 0 ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a startup is not told of, stored or only tried."""

    regions: tuple[Region, ...] = ()
    customers: tuple[Jurisdiction, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    smallest: Decimal | None = None
    largest: Decimal | None = None

    @classmethod
    def of(cls, row: Exclusions | None) -> Self:
        """Return what is stored. Two queries, unless regions and customers are prefetched."""
        if row is None:
            return cls()
        return cls(
            tuple(row.regions.all()),
            tuple(row.customers.all()),
            tuple(row.categories),
            tuple(row.words),
            row.smallest,
            row.largest,
        )

    def hits(self) -> Q:
        """Return the condition of the signals it keeps away."""
        found = Q(pk__in=())
        if self.regions:
            found |= Q(jurisdiction__region__in=self.regions)
        if self.customers:
            found |= Q(jurisdiction__in=self.customers)
        if self.categories:
            found |= Q(category__in=self.categories)
        for word in self.words:
            query = SearchQuery(word, search_type="phrase", config="english")
            found |= Q(search=query)
        return found | self._of_amount()

    def _of_amount(self) -> Q:
        outside = Q(pk__in=())
        if self.smallest is not None:
            outside |= Q(amount__lt=self.smallest)
        if self.largest is not None:
            outside |= Q(amount__gt=self.largest)
        return outside & ~Q(amount_kind=AmountKind.PER_UNIT)

    def against(self, signal: Signal, heard: Collection[str]) -> list[str]:
        """Return what of a signal it keeps away, in words. heard: those of its words in it."""
        place = signal.jurisdiction
        return [
            *(f"needs in {one.name}" for one in self.regions if one.pk == place.region_id),
            *(f"{one}, its customer" for one in self.customers if one.pk == place.pk),
            *(
                f"{Category(one).label.lower()}"
                for one in self.categories
                if one == signal.category
            ),
            *(f"“{word}”" for word in self.words if word in heard),
            *self._amounts_against(signal),
        ]

    def _amounts_against(self, signal: Signal) -> Iterable[str]:
        amount = signal.amount
        if amount is None or signal.amount_kind == AmountKind.PER_UNIT:
            return
        if self.smallest is not None and amount < self.smallest:
            yield f"amounts below {money.dollars(self.smallest)}"
        if self.largest is not None and amount > self.largest:
            yield f"amounts above {money.dollars(self.largest)}"


def against(signal: Signal, among: Collection[int]) -> dict[int, str]:
    """Return, by startup, what of the signal each of these asked not to be told of. At most four
    queries, one if none of them asked anything.
    """
    rows = list(
        Exclusions.objects.filter(startup__in=among).prefetch_related(
            "regions", "customers__region"
        )
    )
    heard = words_in(signal, {word for row in rows for word in row.words})
    said = {row.startup_id: Limits.of(row).against(signal, heard) for row in rows}
    return {startup: " and ".join(found) for startup, found in said.items() if found}


def words_in(signal: Signal, words: Collection[str]) -> set[str]:
    """Return those of the words that stand in what startups may see of the signal."""
    return _words(WORDS_IN, [list(words), signal.pk]) if words else set()


def words_of_nothing(words: Collection[str]) -> list[str]:
    """Return those of the words that no search would find anything by."""
    found = _words(EMPTY_WORDS, [list(words)]) if words else set()
    return [word for word in words if word in found]


def _words(sql: str, params: list[Any]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {word for (word,) in cursor.fetchall()}


def stored(startup: Startup) -> Exclusions | None:
    """Return what the startup asked not to be told of, None if it never did. Three queries."""
    rows = Exclusions.objects.filter(startup=startup).select_related("changed_by")
    return rows.prefetch_related("regions", "customers__region").first()
