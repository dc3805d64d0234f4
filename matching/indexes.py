"""Where the startups nearest in meaning are found: the index of pgvector, and how one is chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from pgvector.django import CosineDistance, HalfVectorField

from civstart.lib import vectors
from matching.contract import Neighbour, VectorIndex, type_of_vectors
from matching.models import Embedding, EmbeddingQuerySet
from startups.models import Startup

PASSAGES_EACH = 3  # rows read for one startup, whose passages may crowd the front
EXACT_UP_TO = 20_000  # passages; beyond, the index of the model answers


class PgvectorIndex:
    """The vectors where they are stored: an exact scan while they are few, else HNSW."""

    name = "pgvector"

    def __init__(self, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self.exact_up_to = exact_up_to

    def nearest(
        self, vector: type_of_vectors, model: str, *, most: int, region: str = ""
    ) -> list[Neighbour]:
        """Return at most that many startups, the nearest first; see VectorIndex."""
        if not vector.any():
            return []
        asked = [float(n) for n in vector]
        rows = stored(model).filter(subject_id__in=_open_to(region))
        if stored(model).count() <= self.exact_up_to:
            return _first(rows, CosineDistance("vector", asked), most)
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Else the index gives up after 40 rows, however few of them are asked for.
                cursor.execute("SET LOCAL hnsw.iterative_scan = 'strict_order'")
            return _first(rows, indexed_distance(model, asked), most)


def indexed_distance(model: str, asked: list[float]) -> CosineDistance:
    """Return the distance as the index of the model knows it."""
    cast = Cast("vector", HalfVectorField(dimensions=vectors.SPACES[model].dimensions))
    return CosineDistance(cast, asked)


def stored(model: str) -> EmbeddingQuerySet:
    """The passages of startups that have a vector of the model."""
    return Embedding.objects.of_startups(model).filter(vector__isnull=False)


def _open_to(region: str) -> QuerySet[Startup, int]:
    startups = Startup.objects.active()
    if region:
        startups = startups.filter(
            Q(service_regions__code=region) | Q(service_regions__isnull=True)
        )
    return startups.values_list("pk", flat=True)


def _first(rows: EmbeddingQuerySet, distance: CosineDistance, most: int) -> list[Neighbour]:
    """Return each startup by its nearest passage."""
    nearest: dict[int, float] = {}
    found = (
        rows.annotate(distance=distance)
        .order_by("distance")
        .values_list("subject_id", "distance")[: most * PASSAGES_EACH]
    )
    for startup, away in found:
        nearest.setdefault(startup, 1 - away)
    return [Neighbour(startup, cosine) for startup, cosine in nearest.items()][:most]


@cache
def at(path: str) -> VectorIndex:
    """Return the index of a dotted path, made once for the process."""
    made: VectorIndex = import_string(path)()
    return made


_instead: ContextVar[VectorIndex | None] = ContextVar("instead", default=None)


def in_use() -> VectorIndex:
    """Return the index that settings.VECTOR_INDEX asks for."""
    return _instead.get() or at(settings.VECTOR_INDEX)


@contextmanager
def using(index: VectorIndex) -> Iterator[None]:
    """Have another index in use until the block ends: on rows no other one has heard of."""
    token = _instead.set(index)
    try:
        yield
    finally:
        _instead.reset(token)
