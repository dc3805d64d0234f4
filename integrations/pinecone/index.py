"""Pinecone as the index of startups. settings.VECTOR_INDEX names it when there is a key.

One namespace a model, "startup.<model>"; a vector for each passage, under the startup's public id
and the passage's number. What filters ask about stands in its metadata.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.conf import settings

from civstart.lib import vectors
from integrations.pinecone import client
from integrations.pinecone.batches import Record
from integrations.pinecone.client import Found, Index, Pinecone
from matching.contract import Entry, IndexUnavailable, Neighbour, type_of_vectors
from startups.models import Startup

ANY = "any"  # the region of those that serve all of them
PASSAGES_EACH = 3  # vectors asked for at first, for one startup
WIDER = 4  # how many times more, if those were all of too few startups


class PineconeIndex:
    """Vectors of startups in Pinecone, which searches among the active ones of a region."""

    def __init__(self, connect: Callable[[], Pinecone] = Pinecone.from_settings) -> None:
        self._connect = connect

    @property
    def name(self) -> str:
        return f"Pinecone, {settings.PINECONE_INDEX}"

    def nearest(
        self, vector: type_of_vectors, model: str, *, most: int, region: str = ""
    ) -> list[Neighbour]:
        """Return at most that many startups, the nearest first; see VectorIndex.

        What Pinecone has not heard of yet is put right from the database: nobody inactive.
        """
        if not vector.any():
            return []
        asked = [float(number) for number in vector]
        among: dict[str, Any] = {"active": {"$eq": True}}
        if region:
            among["regions"] = {"$in": [region, ANY]}
        with self._opened(model) as index:
            found = _by_startup(index, _space(model), asked, most, among)
        return _known(found, most)

    def put(self, model: str, entries: Iterable[Entry]) -> None:
        with self._opened(model) as index:
            index.put(_space(model), (_record(entry) for entry in entries))

    def remove(self, model: str, names: Sequence[str]) -> None:
        with self._opened(model) as index:
            index.remove(_space(model), names)

    def names(self, model: str) -> Iterator[str]:
        with self._opened(model) as index:
            yield from index.ids(_space(model))

    def held(self, model: str, names: Sequence[str]) -> list[Entry]:
        with self._opened(model) as index:
            size = vectors.SPACES[model].dimensions
            return [_entry(one) for one in index.held(_space(model), names, dimensions=size)]

    def count(self, model: str) -> int:
        with self._opened(model) as index:
            return index.count(_space(model))

    def make(self, model: str) -> str:
        size = vectors.SPACES[model].dimensions
        with _told(), self._connect() as pinecone:
            try:
                with pinecone.index_for(settings.PINECONE_INDEX, size):
                    return ""
            except client.Missing:
                return pinecone.make(settings.PINECONE_INDEX, size)

    @contextmanager
    def _opened(self, model: str) -> Iterator[Index]:
        size = vectors.SPACES[model].dimensions
        with (
            _told(),
            self._connect() as pinecone,
            pinecone.index_for(settings.PINECONE_INDEX, size) as index,
        ):
            yield index


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (client.Unavailable, client.Refused) as error:
        raise IndexUnavailable(str(error)) from error


def _space(model: str) -> str:
    return f"startup.{model}"


# --- Finding --------------------------------------------------------------------------------


def _by_startup(
    index: Index, space: str, asked: Sequence[float], most: int, among: dict[str, Any]
) -> dict[str, float]:
    """Return the cosines of enough startups by public id, each of its nearest passage."""
    wanted = most * PASSAGES_EACH
    while True:
        found = index.nearest(space, asked, most=wanted, among=among)
        nearest = _best(found)
        if len(nearest) >= most or len(found) < min(wanted, client.MOST_FOUND):
            return nearest
        if wanted >= client.MOST_FOUND:
            return nearest
        wanted *= WIDER


def _best(found: Iterable[Found]) -> dict[str, float]:
    nearest: dict[str, float] = {}
    for one in found:
        nearest.setdefault(one.id.partition("#")[0], one.cosine)
    return nearest


def _known(found: dict[str, float], most: int) -> list[Neighbour]:
    active = Startup.objects.active().filter(public_id__in=list(found))
    ids = {str(public): pk for pk, public in active.values_list("pk", "public_id")}
    return [Neighbour(ids[one], cosine) for one, cosine in found.items() if one in ids][:most]


# --- What is kept ---------------------------------------------------------------------------


def _record(entry: Entry) -> Record:
    return Record(
        entry.name,
        entry.vector.tolist(),
        {
            "active": entry.is_active,
            "regions": list(entry.regions) or [ANY],
            "digest": entry.digest,
        },
    )


def _entry(record: Record) -> Entry:
    regions = record.metadata.get("regions", [])
    return Entry(
        record.id,
        np.asarray(record.values, dtype=np.float32),
        digest=str(record.metadata.get("digest", "")),
        is_active=record.metadata.get("active") is True,
        regions=() if regions == [ANY] else tuple(regions),
    )
