"""Vectors of spans: the sentences of profiles, and the clauses of what signals quote.

The local explainer pairs them by likeness. They are stored beside the startup or the signal they
stand in, by the digest of their texts, so that no match encodes them again; those in use lately
stay in memory. What is missing is encoded when it is asked for.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Literal

import numpy as np
from django.db.models import Exists, OuterRef
from numpy.typing import NDArray

from civstart.lib import minilm
from matching import freshness, profiles
from matching.contract import type_of_vectors
from matching.keeping import digest
from matching.models import SpanVectors
from startups.models import Startup, StartupQuerySet

Texts = tuple[str, ...]
TextsByKey = Mapping[int, tuple[Texts, datetime]]
Half = NDArray[np.float16]
HALF = np.dtype("<f2")
BATCH = 50  # profiles, a second of a processor
REMEMBERED = 20_000  # spans, a kilobyte each


class Memory:
    """The vectors of texts, so many at most; of more than these, those that came first go."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: dict[str, Half] = {}

    def knows(self, texts: Texts) -> bool:
        return all(text in self._kept for text in texts)

    def get(self, text: str) -> Half | None:
        return self._kept.get(text)

    def put(self, texts: Sequence[str], vectors: Half) -> None:
        with self._lock:
            for text in list(islice(self._kept, max(0, len(self._kept) - self._most))):
                del self._kept[text]
            self._kept.update(zip(texts, vectors, strict=True))


_memory = Memory(REMEMBERED)


def vectors(texts: Sequence[str]) -> type_of_vectors:
    """Return the vectors of the texts, one in a row; what is not in memory is encoded."""
    found = {text: _memory.get(text) for text in texts}
    missing = [text for text, vector in found.items() if vector is None]
    if missing:
        made = _encoded(missing)
        _memory.put(missing, made)
        found |= zip(missing, made, strict=True)
    rows = [found[text] for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(rows), minilm.DIMENSIONS)


def _encoded(texts: Sequence[str]) -> Half:
    """Rounded at once, so that what is read from the database is the same."""
    return minilm.encode(texts).astype(HALF)


# --- Stored ---------------------------------------------------------------------------------


def bring(of: Literal["startup", "signal"], texts: TextsByKey) -> None:
    """Have the spans of these startups or signals in memory; store those that were not stored.

    texts: with how new they are. Two queries for any number, none if all are in memory.
    """
    wanted = {pk: one for pk, one in texts.items() if not _memory.knows(one[0])}
    if not wanted:
        return
    rows = SpanVectors.objects.filter(model=minilm.MODEL, **{f"{of}__in": wanted})
    for pk, known, stored in rows.values_list(of, "text_digest", "vectors"):
        spans, _ = wanted[pk]
        if known == digest_of(spans):
            _memory.put(spans, _unpacked(stored))
            del wanted[pk]
    _make(of, wanted)


def keep(startups: Sequence[Startup]) -> None:
    """Store the spans of these profiles; of those whose words did not change, only that they are
    fresh. Needs with_profile().
    """
    texts = of_profiles(startups)
    rows = SpanVectors.objects.filter(model=minilm.MODEL, startup__in=texts).defer("vectors")
    same = []
    for row in rows:
        spans, source_at = texts[row.startup_id or 0]
        if row.text_digest == digest_of(spans):
            row.source_at = source_at
            same.append(row)
    SpanVectors.objects.bulk_update(same, ["source_at"])
    done = {row.startup_id for row in same}
    _make("startup", {pk: one for pk, one in texts.items() if pk not in done})


def _make(of: str, texts: TextsByKey) -> None:
    """Encode them in one go, and store them over what there was."""
    if not texts:
        return
    flat = [span for _, (spans, _) in sorted(texts.items()) for span in spans]
    made = _encoded(flat)
    _memory.put(flat, made)
    left = iter(made)
    SpanVectors.objects.bulk_create(
        (
            SpanVectors(
                **{f"{of}_id": pk},
                model=minilm.MODEL,
                text_digest=digest_of(spans),
                vectors=b"".join(next(left).tobytes() for _ in spans),
                source_at=source_at,
            )
            for pk, (spans, source_at) in sorted(texts.items())
        ),
        update_conflicts=True,
        unique_fields=[of],
        update_fields=["model", "text_digest", "vectors", "source_at"],
    )


def _unpacked(stored: bytes | memoryview) -> Half:
    return np.frombuffer(stored, dtype=HALF).reshape(-1, minilm.DIMENSIONS)


def digest_of(spans: Texts) -> str:
    return digest("\0".join(spans))


def of_profiles(startups: Iterable[Startup]) -> dict[int, tuple[Texts, datetime]]:
    """Return the sentences of each profile, and how new they are. Needs with_profile()."""
    return {
        one.pk: (tuple(passage.text for passage in profiles.passages(one)), one.updated_at)
        for one in startups
    }


# --- In the background ----------------------------------------------------------------------


def stale() -> StartupQuerySet:
    """Active startups whose spans are not stored, or were before the profile changed."""
    fresh = SpanVectors.objects.filter(
        startup=OuterRef("pk"), model=minilm.MODEL, source_at__gte=OuterRef("updated_at")
    )
    return Startup.objects.active().filter(~Exists(fresh))


def refresh(*, seconds: float) -> bool:
    """Store the spans of profiles for about so long; return whether some are left."""
    # By its name, so that of another model all are looked for.
    ends_at, look = time.monotonic() + seconds, freshness.look(f"spans, {minilm.MODEL}")
    late = look.late(stale()).order_by("pk")
    while startups := list(late.with_profile()[:BATCH]):
        if time.monotonic() > ends_at:
            return True
        keep(startups)
    look.done()
    return False
