"""Ranking by words: BM25 over the weighted words of profiles, in PostgreSQL.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with k1 and b at
their customary values and words counted by the weight of the field they stand in.
"""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import Avg, F

from matching import profiles
from matching.models import ProfileWords
from startups.models import Startup, StartupQuerySet

K1, B = 1.2, 0.75
MOST_COUNTED = 3  # a word the signal says ten times counts as if said so often
WEIGHTS = {"A": 2.0, "B": 1.5, "C": 1.0, "D": 0.5}
BATCH = 500

STORE = """
    INSERT INTO matching_profilewords (startup_id, words, length, source_at)
    SELECT id, words, coalesce((
        SELECT sum(CASE weight WHEN 'A' THEN %s WHEN 'B' THEN %s WHEN 'C' THEN %s ELSE %s END)
        FROM unnest(words) AS w(lexeme, positions, weights), unnest(w.weights) AS weight
    ), 0), source_at
    FROM (
        SELECT id, source_at,
            setweight(to_tsvector('english', a), 'A')
            || setweight(to_tsvector('english', b), 'B')
            || setweight(to_tsvector('english', c), 'C')
            || setweight(to_tsvector('english', d), 'D') AS words
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS profile (id, source_at, a, b, c, d)
        ORDER BY id
    ) AS profile
    ON CONFLICT (startup_id) DO UPDATE
    SET words = excluded.words, length = excluded.length, source_at = excluded.source_at
    WHERE matching_profilewords.source_at < excluded.source_at
"""
SAID = """
    SELECT lexeme, least(sum(cardinality(positions)), %s)::float
    FROM unnest(to_tsvector('english', %s))
    WHERE lexeme !~ '^[0-9.,]+$'
    GROUP BY lexeme
"""
SPREAD = """
    SELECT word, (SELECT count(*) FROM matching_profilewords
                  WHERE words @@ (quote_literal(word)::tsquery))
    FROM unnest(%s::text[]) AS word
"""
SCORE = """
    SELECT profile.startup_id, sum(asked.worth * found.times * (%s + 1)
        / (found.times + %s * (1 - %s + %s * profile.length / %s)))
    FROM matching_profilewords AS profile
    CROSS JOIN LATERAL (
        SELECT w.lexeme,
            (SELECT sum(CASE weight WHEN 'A' THEN %s WHEN 'B' THEN %s WHEN 'C' THEN %s ELSE %s END)
             FROM unnest(w.weights) AS weight) AS times
        FROM unnest(profile.words) AS w(lexeme, positions, weights)
        WHERE w.lexeme = ANY(%s)
    ) AS found
    JOIN unnest(%s::text[], %s::float[]) AS asked (word, worth) ON asked.word = found.lexeme
    WHERE profile.words @@ %s::tsquery AND profile.startup_id = ANY(%s)
    GROUP BY profile.startup_id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a need, each with what finding it is worth: how often said by how rare it is."""

    worth: dict[str, float]

    @property
    def most(self) -> float:
        """What a profile full of all of them would come to."""
        return sum(self.worth.values()) * (K1 + 1)


def refresh(*, batch: int = BATCH) -> int:
    """Store the words of the profiles that are new or changed; return how many.

    Of a profile that is no ground to match by none are stored.
    """
    count = 0
    while startups := list(_stale().order_by("pk").with_profile()[:batch]):
        _store(startups)
        count += len(startups)
    return count


def _stale() -> StartupQuerySet:
    fresh = ProfileWords.objects.filter(source_at__gte=F("startup__updated_at"))
    return Startup.objects.active().exclude(pk__in=fresh.values("startup_id"))


def _store(startups: list[Startup]) -> None:
    nothing = dict.fromkeys(WEIGHTS, "")
    fields = [nothing if profiles.why_unfit(one) else profiles.weighted(one) for one in startups]
    columns = [[one[weight].replace("\0", "") for one in fields] for weight in WEIGHTS]
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            [
                *WEIGHTS.values(),
                [one.pk for one in startups],
                [one.updated_at for one in startups],
                *columns,
            ],
        )


def asked_by(text: str) -> Asked:
    """Return the words of a text with their worth in this directory."""
    total = ProfileWords.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(SAID, [MOST_COUNTED, text])
        times = dict(cursor.fetchall())
        cursor.execute(SPREAD, [list(times)])
        return Asked({word: times[word] * _rarity(total, seen) for word, seen in cursor.fetchall()})


def _rarity(total: int, seen: int) -> float:
    return math.log(1 + (total - seen + 0.5) / (seen + 0.5))


def scores(asked: Asked, among: list[int]) -> dict[int, float]:
    """Return the share of the words' worth each profile has, 0 to 1, by startup; those without any
    are left out.
    """
    if not asked.worth or not among:
        return {}
    mean = ProfileWords.objects.aggregate(mean=Avg("length"))["mean"] or 1
    words = list(asked.worth)
    with connection.cursor() as cursor:
        cursor.execute(
            SCORE,
            [
                K1,
                K1,
                B,
                B,
                mean,
                *WEIGHTS.values(),
                words,
                words,
                list(asked.worth.values()),
                " | ".join(_quoted(word) for word in words),
                among,
            ],
        )
        return {pk: float(score) / asked.most for pk, score in cursor.fetchall()}


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
