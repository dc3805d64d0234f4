"""What is sent to Pinecone, in requests as large as it takes: it is the bytes that count.

Limits: docs.pinecone.io, "Database limits". A vector of 3,072 numbers is 30 to 60 kB as JSON.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 1_900_000  # of 2 MB, with room for what wraps the vectors
MOST_AT_ONCE = 1000
MOST_FETCHED = 100  # ids stand in the address, whose length servers limit
MOST_ANSWERED_BYTES = 3_500_000  # of 4 MB
BYTES_A_NUMBER = 24  # the service may write a number of ours longer than we did
DIGITS = 8  # after the point: what single precision holds of a number below 1


@dataclass(frozen=True, slots=True)
class Record:
    """A vector under its id, with the metadata that filters ask about."""

    id: str
    values: Sequence[float]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def sent(self) -> dict[str, Any]:
        values = [round(float(number), DIGITS) for number in self.values]
        return {"id": self.id, "values": values, "metadata": dict(self.metadata)}


def by_size(records: Iterable[Record]) -> Iterator[list[dict[str, Any]]]:
    """Yield the records as they are sent, in batches that one request can carry."""
    batch: list[dict[str, Any]] = []
    size = 0
    for record in records:
        sent = record.sent()
        weight = len(json.dumps(sent).encode())
        if batch and (size + weight > MOST_BYTES or len(batch) == MOST_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(sent)
        size += weight
    if batch:
        yield batch


def of(ids: Sequence[str], most: int = MOST_AT_ONCE) -> Iterator[list[str]]:
    """Yield the ids, so many at once."""
    for first in range(0, len(ids), most):
        yield list(ids[first : first + most])


def most_answered(dimensions: int) -> int:
    """Return how many vectors of that size one answer can carry."""
    return min(MOST_FETCHED, MOST_ANSWERED_BYTES // (BYTES_A_NUMBER * dimensions))
