"""Vectors of the sentences of a large directory's profiles, stored as the site stores them.

To encode all would take half an hour: those of a few profiles of each field are encoded, and the
others get theirs from those of their field.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from django.db import connection

from civstart.lib import minilm
from matching import spans
from matching.models import SpanVectors
from startups.models import Startup
from tests.bench.directory import Loaded

ENCODED = 10  # profiles of a field
BATCH = 2000
COLUMNS = {
    "startup_id": "int8",
    "model": "text",
    "text_digest": "text",
    "vectors": "bytea",
    "source_at": "timestamptz",
}


def fill(loaded: Loaded) -> None:
    """Store the spans of all profiles."""
    fields = dict(zip(loaded.startups.tolist(), loaded.startup_fields, strict=True))
    pools, chance = _pools(fields), np.random.default_rng(9)
    ids = list(fields)
    for first in range(0, len(ids), BATCH):
        some = _read(ids[first : first + BATCH])
        _copy(_row(one, pools[fields[one.pk]], chance) for one in some)


def _copy(rows: Iterable[tuple[object, ...]]) -> None:
    names = ", ".join(COLUMNS)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {SpanVectors._meta.db_table} ({names}) FROM STDIN (FORMAT binary)"
        ) as copy,
    ):
        copy.set_types(list(COLUMNS.values()))
        for row in rows:
            copy.write_row(row)


def _pools(fields: dict[int, int]) -> dict[int, spans.Half]:
    """Return the vectors of the sentences of the first profiles of each field."""
    first: dict[int, list[int]] = {}
    for pk, field in fields.items():
        first.setdefault(field, []).append(pk)
    return {
        field: minilm.encode(
            [text for one in _read(ids[:ENCODED]) for text in spans.of_profiles([one])[one.pk][0]]
        ).astype(spans.HALF)
        for field, ids in first.items()
    }


def _read(ids: Sequence[int]) -> list[Startup]:
    """Read at once: a copy under way leaves its connection to nothing else."""
    return list(Startup.objects.filter(pk__in=ids).defer("search").with_profile())


def _row(startup: Startup, pool: spans.Half, chance: np.random.Generator) -> tuple[object, ...]:
    texts, source_at = spans.of_profiles([startup])[startup.pk]
    drawn = pool[chance.integers(len(pool), size=len(texts))]
    return startup.pk, minilm.MODEL, spans.digest_of(texts), drawn.tobytes(), source_at
