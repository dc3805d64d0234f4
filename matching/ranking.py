"""Ranking startups for a signal: candidates by meaning and by words, then a score that is a visible
sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, QuerySet
from pgvector.django import CosineDistance

from matching import embedding, profiles
from matching.contract import type_of_vectors
from matching.models import Embedding, MatchPolicy
from signals.models import Signal
from startups.models import Startup, StartupQuerySet

CANDIDATES = 60
# Where a part's points begin and end, of cosines and of shares of rare words. In a directory of
# 1,000 companies half of all pairs lie below the first figure, one in a thousand near the second.
WHOLE_RANGE = (0.10, 0.60)
PASSAGE_RANGE = (0.15, 0.60)
WORDS_RANGE = (0.02, 0.40)
TITLE_COUNTS = 2
RAREST = 15
PROFILES_KEPT = 2000  # about 15 kB each, in a process that matches


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: what it is called, its points and the most it could give."""

    name: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A startup with its score, the sum of its parts (0 to 100)."""

    startup: Startup
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        return round(sum(part.points for part in self.parts), 1)


def rank(signal: Signal, policy: MatchPolicy) -> list[Scored]:
    """Return the candidates, the best first. Only those that are active and serve the place."""
    embedding.refresh_startups()
    vector = embedding.vector_of(signal)
    rarity = rarity_of_words(signal)
    cosines = nearest(vector, eligible(signal))
    chosen = set(cosines) | set(by_words(list(rarity), eligible(signal)))
    startups = list(
        Startup.objects.filter(pk__in=chosen)
        .defer("search")
        .prefetch_related("products", "case_studies", "service_regions")
    )
    whole = cosines | cosines_of(vector, chosen - set(cosines))
    passages = best_passages(startups, signal)
    shared = shared_words(rarity, chosen)
    scored = [
        Scored(startup, _parts(startup, signal, policy, whole, passages, shared))
        for startup in startups
    ]
    return sorted(scored, key=lambda one: (-one.score, one.startup.slug))


def eligible(signal: Signal) -> StartupQuerySet:
    """Active startups that serve the signal's state: it is among theirs, or they name none."""
    region = signal.jurisdiction.region_id
    everywhere = Startup.objects.active().filter(service_regions=None)
    here = Startup.objects.active().filter(service_regions=region)
    return Startup.objects.filter(pk__in=everywhere.values("pk").union(here.values("pk")))


def nearest(vector: Sequence[float], among: StartupQuerySet) -> dict[int, float]:
    """Return the cosines of the startups nearest in meaning, by id. An exact scan."""
    rows = (
        _vectors()
        .filter(subject_id__in=among.values("pk"))
        .annotate(distance=CosineDistance("vector", list(vector)))
        .order_by("distance")
        .values_list("subject_id", "distance")[:CANDIDATES]
    )
    return {pk: 1 - distance for pk, distance in rows}


def cosines_of(vector: Sequence[float], ids: set[int]) -> dict[int, float]:
    rows = (
        _vectors()
        .filter(subject_id__in=ids)
        .annotate(distance=CosineDistance("vector", list(vector)))
        .values_list("subject_id", "distance")
    )
    return {pk: 1 - distance for pk, distance in rows}


def _vectors() -> QuerySet[Embedding]:
    return Embedding.objects.filter(
        subject=Embedding.Subject.STARTUP, model=embedding.embedder().model
    )


def rarity_of_words(signal: Signal) -> dict[str, float]:
    """Return the signal's lexemes and how rare each is in the directory: log of inverse share."""
    sql = """
        SELECT word, bool_or(in_title),
               (SELECT count(*) FROM startups_startup WHERE search @@ quote_literal(word)::tsquery)
        FROM (
            SELECT unnest(tsvector_to_array(to_tsvector('english', %s))) AS word, true AS in_title
            UNION ALL
            SELECT unnest(tsvector_to_array(to_tsvector('english', %s))), false
        ) AS words
        GROUP BY word
    """
    total = Startup.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(sql, [signal.title, f"{signal.summary} {signal.heard}"])
        rows = cursor.fetchall()
    return {
        word: log1p(total / (1 + seen)) * (TITLE_COUNTS if in_title else 1)
        for word, in_title, seen in rows
        if not word.isdigit()
    }


def by_words(words: list[str], among: StartupQuerySet) -> list[int]:
    """Return the ids of the startups in whose profiles the words occur most, at most as many as
    candidates.
    """
    if not words:
        return []
    query = SearchQuery(
        " | ".join(f"'{_escaped(word)}'" for word in words), search_type="raw", config="simple"
    )
    return list(
        among.filter(search=query)
        .annotate(word_rank=SearchRank(F("search"), query))
        .order_by("-word_rank", "pk")
        .values_list("pk", flat=True)[:CANDIDATES]
    )


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")


def shared_words(rarity: dict[str, float], ids: set[int]) -> dict[int, float]:
    """Return, by id, the share of the signal's rarest words that occur in the profile, weighted by
    rarity.
    """
    whole = sum(sorted(rarity.values(), reverse=True)[:RAREST])
    if not whole:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tsvector_to_array(search) FROM startups_startup WHERE id = ANY(%s)",
            [list(ids)],
        )
        return {
            pk: sum(rarity.get(word, 0) for word in words) / whole
            for pk, words in cursor.fetchall()
        }


def best_passages(startups: Sequence[Startup], signal: Signal) -> dict[int, float]:
    """Return, by id, the cosine of the passage of each profile that is nearest to the signal's
    words.
    """
    said = embedding.LocalEmbedder().queries([embedding.words_of(signal)])[0]
    texts = {
        startup.pk: tuple(passage.text for passage in profiles.passages(startup))
        for startup in startups
    }
    return {
        pk: float((vectors_of_passages(passages) @ said).max())
        for pk, passages in texts.items()
        if passages
    }


@lru_cache(maxsize=PROFILES_KEPT)
def vectors_of_passages(passages: tuple[str, ...]) -> type_of_vectors:
    """Return a profile's passages embedded. Kept: the same ones are candidates again and again."""
    return embedding.LocalEmbedder().documents(passages)


def _parts(
    startup: Startup,
    signal: Signal,
    policy: MatchPolicy,
    whole: dict[int, float],
    passages: dict[int, float],
    shared: dict[int, float],
) -> tuple[Part, ...]:
    meaning = (
        _share(whole.get(startup.pk, 0), WHOLE_RANGE)
        + _share(passages.get(startup.pk, 0), PASSAGE_RANGE)
    ) / 2
    shares = {
        "Meaning": meaning,
        "Shared words": _share(shared.get(startup.pk, 0), WORDS_RANGE),
        "Government buyers": 1.0 if startup.sells_to_government else 0.0,
        "Place": place_share(startup, signal),
        "Proof": proof_share(startup, signal),
    }
    return tuple(
        Part(name, round(share * policy.weights[name], 1), policy.weights[name])
        for name, share in shares.items()
        if name in policy.weights
    )


def _share(value: float, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return min(1.0, max(0.0, (value - low) / (high - low)))


def place_share(startup: Startup, signal: Signal) -> float:
    """Serving this state by name counts whole, serving all of them two thirds."""
    regions = {region.pk for region in startup.service_regions.all()}
    return 1.0 if signal.jurisdiction.region_id in regions else 2 / 3


def proof_share(startup: Startup, signal: Signal) -> float:
    """A case in the same state counts whole, any case two thirds, none nothing."""
    studies = list(startup.case_studies.all())
    if not studies:
        return 0.0
    return 1.0 if any(s.region_id == signal.jurisdiction.region_id for s in studies) else 2 / 3
