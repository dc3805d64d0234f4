"""Talking to Pinecone through its own SDK: finding an index, and what is asked of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pinecone
from django.conf import settings
from pinecone.models.indexes.index import IndexModel

from integrations.pinecone import batches, faults
from integrations.pinecone.batches import Record
from integrations.pinecone.faults import Missing, Refused, Unavailable

__all__ = ["Index", "Missing", "Pinecone", "Refused", "Unavailable"]

METRIC = "cosine"
MOST_FOUND = 10_000  # the service's limit of one query
PAGE = 100  # ids listed at once, the service's limit


@dataclass(frozen=True, slots=True)
class Found:
    """A vector's id and its cosine with the one asked with."""

    id: str
    cosine: float


class Pinecone:
    """A connection to the service. Close it, or use it in a with statement."""

    def __init__(self, key: str, *, controller: str, timeout_seconds: float) -> None:
        self._key = _sound(key)
        with faults.told(hide=key):
            self._sdk = pinecone.Pinecone(
                api_key=key, host=controller or None, timeout=timeout_seconds
            )

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            settings.PINECONE_API_KEY,
            controller=settings.PINECONE_CONTROLLER_HOST,
            timeout_seconds=settings.PINECONE_TIMEOUT_SECONDS,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._sdk.close()

    def index_for(self, name: str, dimensions: int) -> "Index":
        """Open the index of that name, or if its vectors are of another size the one called after
        it and the size. Raise Missing if neither will do, Unavailable if it is still being made.
        """
        first = self._described(name)
        if first and first.dimension == dimensions:
            return self._open(first)
        if first is None:
            raise Missing(
                f'Pinecone has no index "{name}" (PINECONE_INDEX). Run `manage.py verify_index '
                "--repair`, which makes it and fills it."
            )
        other = self._described(_sized(name, dimensions))
        if other and other.dimension == dimensions:
            return self._open(other)
        raise Missing(
            f'The Pinecone index "{name}" (PINECONE_INDEX) takes vectors of {first.dimension} '
            f"numbers, and those of the embedder have {dimensions}. Run `manage.py verify_index "
            f'--repair`, which makes "{_sized(name, dimensions)}" beside it, or name another one.'
        )

    def make(self, name: str, dimensions: int) -> str:
        """Make an index for vectors of that size and wait until it is ready; return its name.

        That of the name, if there is none yet; else one called after it and the size.
        """
        wanted = name if self._described(name) is None else _sized(name, dimensions)
        with faults.told(hide=self._key):
            self._sdk.indexes.create(
                name=wanted,
                schema={
                    "fields": {
                        "_values": {
                            "type": "dense_vector",
                            "dimension": dimensions,
                            "metric": METRIC,
                        }
                    }
                },
                deployment={
                    "deployment_type": "managed",
                    "cloud": settings.PINECONE_CLOUD,
                    "region": settings.PINECONE_REGION,
                },
            )
        return wanted

    def _described(self, name: str) -> IndexModel | None:
        try:
            with faults.told(hide=self._key):
                return self._sdk.indexes.describe(name)
        except Missing:
            return None

    def _open(self, described: IndexModel) -> "Index":
        if not described.status.ready or not described.host:
            raise Unavailable(
                f'The Pinecone index "{described.name}" is not ready (it says '
                f"{described.status.state}). Try again later."
            )
        if described.metric != METRIC:
            raise Refused(
                f'The Pinecone index "{described.name}" compares by {described.metric}, and '
                f"CivStart by {METRIC}. Name another one in PINECONE_INDEX."
            )
        with faults.told(hide=self._key):
            return Index(self._sdk.index(host=described.host), described.name, self._key)


class Index:
    """An index whose vectors have the size that was asked for. Close it as the connection."""

    def __init__(self, sdk: "pinecone.Index", name: str, key: str) -> None:
        self._sdk, self.name, self._key = sdk, name, key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._sdk.close()

    def put(self, namespace: str, records: Iterable[Record]) -> None:
        """Store the records over those of the same ids, in requests as large as are taken."""
        for batch in batches.by_size(records):
            with faults.told(hide=self._key):
                self._sdk.upsert(vectors=batch, namespace=namespace)

    def remove(self, namespace: str, ids: Sequence[str]) -> None:
        """Remove what there is of the ids."""
        for some in batches.of(ids):
            try:
                with faults.told(hide=self._key):
                    self._sdk.delete(ids=some, namespace=namespace)
            except Missing:
                return  # a namespace nothing was put into

    def nearest(
        self, namespace: str, vector: Sequence[float], *, most: int, among: Mapping[str, Any]
    ) -> list[Found]:
        """Return the nearest whose metadata passes the filter, the nearest first."""
        with faults.told(hide=self._key):
            answer = self._sdk.query(
                vector=list(vector),
                top_k=min(most, MOST_FOUND),
                namespace=namespace,
                filter=dict(among),
            )
        return [Found(one.id, one.score) for one in answer.matches]

    def ids(self, namespace: str) -> Iterator[str]:
        """List all ids; a request for each hundred."""
        with faults.told(hide=self._key):
            for page in self._sdk.list(namespace=namespace, limit=PAGE):
                yield from (one.id for one in page.vectors if one.id)

    def held(self, namespace: str, ids: Sequence[str], *, dimensions: int) -> list[Record]:
        """Return what there is of the ids."""
        found = []
        for some in batches.of(ids, batches.most_answered(dimensions)):
            with faults.told(hide=self._key):
                answer = self._sdk.fetch(ids=some, namespace=namespace)
            found += [
                Record(one.id, one.values, one.metadata or {}) for one in answer.vectors.values()
            ]
        return found

    def count(self, namespace: str) -> int:
        with faults.told(hide=self._key):
            held = self._sdk.describe_index_stats().namespaces.get(namespace)
        return held.vector_count if held else 0


def _sized(name: str, dimensions: int) -> str:
    return f"{name}-{dimensions}"


def _sound(key: str) -> str:
    if not key:
        raise Refused(
            "PINECONE_API_KEY is empty. Set it to a key of the Pinecone console, or set "
            "VECTOR_INDEX=matching.indexes.PgvectorIndex."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Refused("PINECONE_API_KEY has a character that no key has. Copy the key again.")
    return key
