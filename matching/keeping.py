"""Keeping vectors in the database, so that the newest text's always win."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from matching import mirroring
from matching.contract import type_of_vectors
from matching.models import Embedding

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

# The rows are locked in order by their first passage, so that of two processes one waits and the
# vectors of two versions of a text never mix.
LOCK = """
    SELECT subject_id FROM matching_embedding
    WHERE subject = %s AND model = %s AND passage = 0 AND subject_id = ANY(%s)
    ORDER BY subject_id FOR UPDATE
"""
REPLACE = """
    UPDATE matching_embedding AS old
    SET vector = new.vector::vector, text_digest = new.digest, source_at = new.source_at,
        updated_at = %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
        AS new (subject_id, vector, digest, source_at)
    WHERE old.subject = %s AND old.model = %s AND old.passage = 0
        AND old.subject_id = new.subject_id AND old.source_at <= new.source_at
    RETURNING old.subject_id
"""

FRESH = """
    UPDATE matching_embedding AS old SET source_at = new.source_at, updated_at = %s
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (subject_id, source_at)
    WHERE old.subject = %s AND old.model = %s
        AND old.subject_id = new.subject_id AND old.source_at < new.source_at
"""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text and the vectors of its stretches; none if it says too little."""

    subject_id: int
    text: str
    source_at: datetime
    vectors: Sequence[type_of_vectors]

    @property
    def told(self) -> list[list[float] | None]:
        """The vectors as the database takes them; None for zeros, which have no cosine."""
        found = [[float(n) for n in one] if one.any() else None for one in self.vectors]
        return found or [None]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def keep(subject: str, model: str, texts: Sequence[Embedded]) -> int:
    """Store the vectors, save of those whose newer text is stored already; return how many were."""
    ids = [one.subject_id for one in texts]
    is_mirrored = subject == Embedding.Subject.STARTUP
    before = mirroring.counts(model, ids) if is_mirrored else {}
    Embedding.objects.bulk_create(
        (_row(subject, model, one, 0, source_at=BEFORE_ALL) for one in texts),
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [subject, model, ids])
        cursor.execute(
            REPLACE,
            [
                timezone.now(),
                ids,
                [None if one.told[0] is None else str(one.told[0]) for one in texts],
                [digest(one.text) for one in texts],
                [one.source_at for one in texts],
                subject,
                model,
            ],
        )
        won = {pk for (pk,) in cursor.fetchall()}
    _keep_further(subject, model, [one for one in texts if one.subject_id in won])
    if is_mirrored:
        mirroring.note(model, won, before)
    return len(won)


@transaction.atomic
def forget_startup(pk: int, public_id: str) -> None:
    """Delete all vectors of a startup that was deleted."""
    rows = Embedding.objects.filter(subject=Embedding.Subject.STARTUP, subject_id=pk)
    counts = rows.values_list("model").annotate(Count("pk")).order_by()
    for model, count in counts:
        mirroring.record(model, {public_id: count})
    rows.delete()


@transaction.atomic
def note_fresh(subject: str, model: str, newest: Mapping[int, datetime]) -> None:
    """Note that the stored vectors still stand for texts that are as new as given, by subject."""
    if newest:
        with connection.cursor() as cursor:
            cursor.execute(
                FRESH, [timezone.now(), list(newest), list(newest.values()), subject, model]
            )
        if subject == Embedding.Subject.STARTUP:
            mirroring.note(model, newest)  # of which the regions may have changed


def _keep_further(subject: str, model: str, texts: Iterable[Embedded]) -> None:
    """Replace the passages after the first."""
    texts = list(texts)
    Embedding.objects.filter(
        subject=subject,
        model=model,
        passage__gt=0,
        subject_id__in=[one.subject_id for one in texts],
    ).delete()
    Embedding.objects.bulk_create(
        _row(subject, model, one, number, source_at=one.source_at, vector=vector)
        for one in texts
        for number, vector in enumerate(one.told)
        if number
    )


def _row(
    subject: str,
    model: str,
    one: Embedded,
    passage: int,
    *,
    source_at: datetime,
    vector: list[float] | None = None,
) -> Embedding:
    return Embedding(
        subject=subject,
        subject_id=one.subject_id,
        model=model,
        passage=passage,
        text_digest=digest(one.text),
        vector=vector,
        source_at=source_at,
    )
