"""Where the startups nearest in meaning are found: the index of pgvector, and how one is chosen."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from pgvector.django import CosineDistance, HalfVectorField

from civstart.lib import vectors
from matching.contract import Neighbour, VectorIndex, type_of_vectors
from matching.models import Embedding, EmbeddingQuerySet
from startups.models import Startup, StartupQuerySet

READS = 3  # times more is read if passages of the same startups crowd the front
EXACT_UP_TO = 20_000  # passages; beyond, the index of the model answers
# Else the index gives up after 40 rows, however few of them are asked for.
TUNE = """
    SET LOCAL hnsw.iterative_scan = 'strict_order';
    SET LOCAL hnsw.ef_search = 100
"""
# As _open_to says, for given startups.
OPEN_TO = """
    SELECT startup.id
    FROM startups_startup AS startup
    LEFT JOIN startups_startup_service_regions AS served ON served.startup_id = startup.id
    LEFT JOIN places_region AS region ON region.id = served.region_id
    WHERE startup.id = ANY(%s) AND startup.is_active
    GROUP BY startup.id
    HAVING %s = '' OR count(served) = 0 OR bool_or(region.code = %s)
"""


class PgvectorIndex:
    """The vectors where they are stored: an exact scan while they are few, else HNSW, and an exact
    scan again where HNSW finds too few.
    """

    name = "pgvector"

    def __init__(self, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self.exact_up_to = exact_up_to
        self._large: set[str] = set()

    def nearest(
        self, vector: type_of_vectors, model: str, *, most: int, region: str = ""
    ) -> list[Neighbour]:
        """Return at most that many startups, the nearest first; see VectorIndex."""
        if not vector.any():
            return []
        asked = [float(n) for n in vector]
        rows = stored(model).filter(Exists(_open_to(region).filter(pk=OuterRef("subject_id"))))
        found = [] if self._is_small(model) else _by_index(rows, model, asked, most)
        # The index gives up when most of what it meets does not count: few serve the region, or a
        # vacuum is mending its graph. Who is there must be found all the same.
        return found if len(found) == most else _first(rows, CosineDistance("vector", asked), most)

    def _is_small(self, model: str) -> bool:
        """Whether an exact scan is quick enough. Once it was not, that is not counted again."""
        if model not in self._large:
            few = Embedding.objects.of_startups(model)[: self.exact_up_to + 1].count()
            if few > self.exact_up_to:
                self._large.add(model)
        return model not in self._large


def stored(model: str) -> EmbeddingQuerySet:
    """The passages of startups that have a vector of the model."""
    return Embedding.objects.of_startups(model).filter(vector__isnull=False)


def open_to(region: str, ids: Iterable[int]) -> set[int]:
    """Return those of the startups that are active and serve the region, or name none."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TO, [list(ids), region, region])
        return {pk for (pk,) in cursor.fetchall()}


def _open_to(region: str) -> StartupQuerySet:
    """The active startups; those that serve the region or name none, if one is given."""
    startups = Startup.objects.active()
    if not region:
        return startups
    served = Startup.service_regions.through.objects.filter(startup=OuterRef("pk"))
    return startups.filter(~Exists(served) | Exists(served.filter(region__code=region)))


def _by_index(
    rows: EmbeddingQuerySet, model: str, asked: list[float], most: int
) -> list[Neighbour]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TUNE)
        return _first(rows, indexed_distance(model, asked), most)


def _first(rows: EmbeddingQuerySet, distance: CosineDistance, most: int) -> list[Neighbour]:
    """Return each startup by its nearest passage."""
    ordered = (
        rows.annotate(distance=distance).order_by("distance").values_list("subject_id", "distance")
    )
    nearest: dict[int, float] = {}
    for read in range(1, READS + 1):
        found = list(ordered[: most * read])
        nearest = {startup: 1 - away for startup, away in reversed(found)}
        if len(nearest) >= most or len(found) < most * read:
            break
    best = sorted(nearest.items(), key=lambda one: -one[1])[:most]
    return [Neighbour(startup, cosine) for startup, cosine in best]


def beside() -> VectorIndex:
    """Return the index of what is always searched where it is stored."""
    return at("matching.indexes.PgvectorIndex")


def indexed_distance(model: str, asked: list[float]) -> CosineDistance:
    """Return the distance as the index of the model knows it."""
    cast = Cast("vector", HalfVectorField(dimensions=vectors.SPACES[model].dimensions))
    return CosineDistance(cast, asked)


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
