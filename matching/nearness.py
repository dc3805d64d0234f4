"""How near a signal's vector is to the stored passages of startups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import FloatField, Min
from django.db.models.functions import Cast
from pgvector.django import CosineDistance, HalfVectorField

from civstart.lib import vectors
from matching.contract import type_of_vectors
from matching.models import Embedding, EmbeddingQuerySet

DEEPEST = 100  # startups in an order
PASSAGES_EACH = 3  # rows read for one startup, whose passages may crowd the front
EXACT_UP_TO = 20_000  # passages; beyond, the index of the model answers


@dataclass(frozen=True, slots=True)
class Nearness:
    """A vector to search with and the model whose vectors are searched."""

    vector: Sequence[float]
    model: str

    @property
    def _stored(self) -> EmbeddingQuerySet:
        return Embedding.objects.of_startups(self.model).filter(vector__isnull=False)

    def order(self, among: Sequence[int]) -> list[int]:
        """Return the startups nearest in meaning, each by its nearest passage, at most DEEPEST."""
        if not self.vector:
            return []
        if self._stored.count() <= EXACT_UP_TO:
            return self._first(CosineDistance("vector", self.vector), among)
        space = vectors.SPACES[self.model]
        cast = Cast("vector", HalfVectorField(dimensions=space.dimensions))
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Else the index gives up after 40 rows, however few of them are asked for.
                cursor.execute("SET LOCAL hnsw.iterative_scan = 'strict_order'")
            return self._first(CosineDistance(cast, self.vector), among)

    def _first(self, distance: CosineDistance, among: Sequence[int]) -> list[int]:
        found = (
            self._stored.filter(subject_id__in=among)
            .order_by(distance)
            .values_list("subject_id", flat=True)[: DEEPEST * PASSAGES_EACH]
        )
        return list(dict.fromkeys(found))[:DEEPEST]

    def cosines(self, ids: Iterable[int]) -> dict[int, float]:
        """Return the cosine of each startup's nearest passage, by startup."""
        if not self.vector:
            return {}
        rows = (
            self._stored.filter(subject_id__in=ids)
            .values("subject_id")
            .annotate(nearest=Min(CosineDistance("vector", self.vector), output_field=FloatField()))
        )
        return {row["subject_id"]: 1 - row["nearest"] for row in rows}


def of(vector: type_of_vectors, model: str) -> Nearness:
    """Return the nearness to a vector; to one of zeros nothing is near."""
    return Nearness([float(n) for n in vector] if vector.any() else [], model)
