"""Searching signals by words and by meaning at once, fused by reciprocal rank.

Words: PostgreSQL's full text. Meaning: whatever settings.MEANING_SEARCH names, over stored vectors.
"""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string

from signals import keeping
from signals.models import Signal

MOST_BY_MEANING = 300
RANKED = 400  # so many are ordered by rank; those after them by date
RANKED_AMONG = 3000  # of a very common word the newest are ranked
# Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet", 2009.
RRF = 60
# Who quotes or excludes words means the very words.
_EXACT = re.compile(r'["\u201c\u201d]|(?:^|\s)-\w')


class MeaningSearch(Protocol):
    """Finds signals by what they mean."""

    def __call__(
        self, words: str, *, most: int, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ids and cosines of those alike enough, the nearest first.

        among: only these, by id; None for all that have a vector.
        """


def query(words: str) -> SearchQuery:
    return SearchQuery(_straight(words), search_type="websearch", config="english")


def _straight(words: str) -> str:
    return words.replace("\u201c", '"').replace("\u201d", '"')


def is_exact(words: str) -> bool:
    """Whether only the words count: some are in quotes, or excluded."""
    return bool(_EXACT.search(words))


def by_meaning(
    words: str,
    *,
    among: Sequence[int] | None = None,
    version: Callable[[], list[str]] | None = None,
) -> list[int]:
    """Return the ids of signals that mean it, the nearest first. version: see keeping.kept."""
    if not words or is_exact(words) or not settings.MEANING_SEARCH:
        return []
    find: MeaningSearch = import_string(settings.MEANING_SEARCH)
    if among is None:
        return keeping.kept(
            "meant", {"q": words}, lambda: _nearest(find, words, None), version=version
        )
    return _nearest(find, words, among)


def _nearest(find: MeaningSearch, words: str, among: Sequence[int] | None) -> list[int]:
    return [pk for pk, _ in find(words, most=MOST_BY_MEANING, among=among)]


def condition(words: str, meant: Sequence[int]) -> Q:
    """Return what a signal fulfils that says the words, or is among those that mean them."""
    said = Q(search=query(words))
    return said | Q(pk__in=meant) if meant else said


def fused(rows: QuerySet[Signal], words: str, meant: Sequence[int]) -> list[int]:
    """Return the ids of the best of the rows, by both ranks. Two queries.

    Of those that mean it only what is among the rows: filters and withdrawals leave some out.
    """
    newest = rows.filter(search=query(words)).order_by("-decided_at", "-pk")
    ranks = newest.values_list(SearchRank(F("search"), query(words)), "pk")[:RANKED_AMONG]
    said = [pk for _, pk in sorted(ranks, key=lambda row: -row[0])[:RANKED]]
    among = set(rows.filter(pk__in=meant).order_by().values_list("pk", flat=True))
    points: dict[int, float] = {}
    for ranking in (said, [pk for pk in meant if pk in among]):
        for place, pk in enumerate(ranking, start=1):
            points[pk] = points.get(pk, 0) + 1 / (RRF + place)
    return sorted(points, key=lambda pk: (-points[pk], -pk))


def has_words(words: str) -> bool:
    """Whether there is a word to look for; not if all are operators or as common as "the"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(websearch_to_tsquery('english', %s))", [_straight(words)])
        (count,) = cursor.fetchone()
    return bool(count)
