"""Ranking by words: BM25 over the weighted words of profiles, in PostgreSQL.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with k1 and b at
their customary values and words counted by the weight of the field they stand in.
"""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef

from matching import freshness, profiles, totals
from matching.models import ProfileWords
from startups.models import Startup, StartupQuerySet

K1, B = 1.2, 0.75
MOST_COUNTED = 3  # a word the signal says ten times counts as if said so often
WORDS = "words"  # what freshness calls them
WEIGHTS = {"A": 2.0, "B": 1.5, "C": 1.0, "D": 0.5}
BATCH = 500
MOST_LOOKED_AT = 10_000  # profiles, each counted for each word that finds it
MOST_FOUND = 200

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
    SELECT said.lexeme, said.times, coalesce(counted.profile_count, 0)
    FROM (
        SELECT lexeme, least(sum(cardinality(positions)), %s)::float AS times
        FROM unnest(to_tsvector('english', %s))
        WHERE lexeme !~ '^[0-9.,]+$'
        GROUP BY lexeme
    ) AS said
    LEFT JOIN matching_wordcount AS counted ON counted.word = said.lexeme
"""
# The limits are guards: the words were chosen so that their profiles are few.
FIND = """
    SELECT best.startup_id
    FROM (
        SELECT found.startup_id, sum(asked.worth) AS worth
        FROM unnest(%s::text[], %s::float[]) AS asked (word, worth)
        CROSS JOIN LATERAL (
            SELECT startup_id FROM matching_profilewords
            WHERE words @@ asked.word::tsquery LIMIT %s
        ) AS found
        GROUP BY found.startup_id
        ORDER BY worth DESC, found.startup_id LIMIT %s
    ) AS best
    JOIN startups_startup AS startup ON startup.id = best.startup_id AND startup.is_active
    ORDER BY best.worth DESC, best.startup_id
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
        OFFSET 0  -- else what is counted here is counted each time it is named
    ) AS found
    JOIN unnest(%s::text[], %s::float[]) AS asked (word, worth) ON asked.word = found.lexeme
    WHERE profile.startup_id = ANY(%s)
    GROUP BY profile.startup_id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a need, each with what finding it is worth: how often said by how rare it is;
    in how many profiles it stands, and how long a profile is on average.
    """

    worth: dict[str, float]
    spread: dict[str, int]
    mean_length: float

    @property
    def most(self) -> float:
        """What a profile full of all of them would come to."""
        return sum(self.worth.values()) * (K1 + 1)

    @property
    def telling(self) -> dict[str, float]:
        """The words worth most, as many as stand in so few profiles that all can be looked at."""
        left = MOST_LOOKED_AT
        found: dict[str, float] = {}
        for word in sorted(self.worth, key=lambda one: (-self.worth[one], one)):
            left -= self.spread[word]
            if left < 0 and found:
                break
            found[word] = self.worth[word]
        return found


def refresh(*, batch: int = BATCH, thoroughly: bool = False) -> int:
    """Store the words of the profiles that are new or changed; return how many.

    Of a profile that is no ground to match by none are stored. thoroughly: compare every profile,
    also those known to be fresh.
    """
    count, look = 0, freshness.look(WORDS)
    stale = look.late(_stale(), thoroughly=thoroughly)
    while startups := list(stale.order_by("pk").with_profile()[:batch]):
        _store(startups)
        count += len(startups)
    totals.note(count)
    look.done()
    return count


def _stale() -> StartupQuerySet:
    fresh = ProfileWords.objects.filter(
        startup_id=OuterRef("pk"), source_at__gte=OuterRef("updated_at")
    )
    return Startup.objects.active().filter(~Exists(fresh))


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
    known = totals.current()
    with connection.cursor() as cursor:
        cursor.execute(SAID, [MOST_COUNTED, text])
        rows = cursor.fetchall()
    return Asked(
        {word: times * _rarity(known.profile_count, seen) for word, times, seen in rows},
        {word: seen for word, _, seen in rows},
        known.mean_length or 1,
    )


def _rarity(total: int, seen: int) -> float:
    # What was stored since the words were counted may have more of one than there were profiles.
    total = max(total, seen)
    return math.log(1 + (total - seen + 0.5) / (seen + 0.5))


def nearest(asked: Asked) -> list[int]:
    """Return the active startups that share most of the telling words, at most MOST_FOUND."""
    found = asked.telling
    if not found:
        return []
    words = [_quoted(word) for word in found]
    with connection.cursor() as cursor:
        cursor.execute(FIND, [words, list(found.values()), MOST_LOOKED_AT, MOST_FOUND])
        return [pk for (pk,) in cursor.fetchall()]


def scores(asked: Asked, among: list[int]) -> dict[int, float]:
    """Return the share of the words' worth each profile has, 0 to 1, by startup; those without any
    are left out.
    """
    if not asked.worth or not among:
        return {}
    words = list(asked.worth)
    with connection.cursor() as cursor:
        cursor.execute(
            SCORE,
            [
                K1,
                K1,
                B,
                B,
                asked.mean_length,
                *WEIGHTS.values(),
                words,
                words,
                list(asked.worth.values()),
                among,
            ],
        )
        return {pk: float(score) / asked.most for pk, score in cursor.fetchall()}


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
