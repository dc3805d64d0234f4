"""How near a signal's vector is to the stored passages of given startups."""

from collections.abc import Iterable

from django.db import connection

from matching.contract import type_of_vectors

COSINES = """
    SELECT subject_id, 1 - min(vector <=> %s::vector) FROM matching_embedding
    WHERE subject = 'startup' AND model = %s AND vector IS NOT NULL AND subject_id = ANY(%s)
    GROUP BY subject_id
"""


def cosines(vector: type_of_vectors, model: str, ids: Iterable[int]) -> dict[int, float]:
    """Return the exact cosine of each startup's nearest passage; none to a vector of zeros."""
    if not vector.any():
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COSINES, [str(vector.tolist()), model, list(ids)])
        return dict(cursor.fetchall())
