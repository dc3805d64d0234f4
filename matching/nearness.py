"""How near a signal's vector is to the stored passages of given startups."""

from collections.abc import Iterable

from django.db.models import FloatField, Min
from pgvector.django import CosineDistance

from matching import indexes
from matching.contract import type_of_vectors


def cosines(vector: type_of_vectors, model: str, ids: Iterable[int]) -> dict[int, float]:
    """Return the exact cosine of each startup's nearest passage; none to a vector of zeros."""
    if not vector.any():
        return {}
    distance = CosineDistance("vector", [float(n) for n in vector])
    rows = (
        indexes.stored(model)
        .filter(subject_id__in=ids)
        .values("subject_id")
        .annotate(nearest=Min(distance, output_field=FloatField()))
    )
    return {row["subject_id"]: 1 - row["nearest"] for row in rows}
