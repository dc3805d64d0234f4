"""Vectors for many signals: those of a sample by the model in use, and neighbours of these."""

from collections.abc import Iterator

import numpy as np
from django.db import connection
from django.utils import timezone

from matching import embedding
from matching.models import Embedding
from signals.models import Signal

SAMPLE = 500  # to embed all would take the model an hour, and searching is what is measured
SPREAD = 0.01  # in each dimension, between a signal and the one of the sample it is like


def fill() -> None:
    """Give each approved signal a vector."""
    embedder = embedding.serving()
    rows = list(Signal.objects.approved().order_by("pk").values_list("pk", "title", "summary"))
    sample = np.array(embedder.documents([f"{title}. {text}" for _, title, text in rows[:SAMPLE]]))
    _store(embedder.model, [pk for pk, *_ in rows], sample)


def _store(model: str, ids: list[int], sample: "np.ndarray") -> None:
    names = "subject subject_id model passage text_digest vector source_at updated_at"
    now = timezone.now()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {Embedding._meta.db_table} ({', '.join(names.split())}) FROM STDIN"
        ) as copy,
    ):
        for pk, vector in zip(ids, _near(sample, len(ids)), strict=True):
            text = f"[{','.join(f'{one:.5f}' for one in vector)}]"
            copy.write_row((Embedding.Subject.SIGNAL, pk, model, 0, "of the bench", text, now, now))


def _near(sample: "np.ndarray", count: int) -> Iterator["np.ndarray"]:
    chance = np.random.default_rng(20)
    for number in range(count):
        vector = sample[number % len(sample)] + chance.normal(0, SPREAD, sample.shape[1])
        yield vector / np.linalg.norm(vector)
