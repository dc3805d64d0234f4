"""Embeddings: the local embedder, and the stored vectors of signals and startups."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import wordllama
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.module_loading import import_string

from matching import profiles
from matching.contract import Embedder, type_of_vectors
from matching.models import Embedding
from signals.models import Signal
from startups.models import Startup, StartupQuerySet


class LocalEmbedder:
    """WordLlama, 256 dimensions; weights and tokenizer come in its wheel.

    About 60,000 short texts a second.
    """

    model = "wordllama-256"
    dimensions = 256

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        vectors = np.asarray(_wordllama().embed(list(texts)), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: type_of_vectors = np.divide(
            vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0
        )
        return unit

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        return self.documents(texts)


@cache
def _wordllama() -> Any:
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


@cache
def embedder() -> Embedder:
    """Return the embedder of settings.EMBEDDER, made once for the process."""
    made: Embedder = import_string(settings.EMBEDDER)()
    return made


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def words_of(signal: Signal) -> str:
    """Return the text by which a signal is embedded and searched with."""
    return f"{signal.title}. {signal.summary} {signal.heard}"


def vector_of(signal: Signal) -> list[float]:
    """Return the signal's vector, embedding it only if its words are new."""
    text, model = words_of(signal), embedder().model
    key: dict[str, Any] = {
        "subject": Embedding.Subject.SIGNAL,
        "subject_id": signal.pk,
        "model": model,
    }
    known = Embedding.objects.filter(**key, text_digest=digest(text)).first()
    if known:
        return list(known.vector)
    vector = embedder().queries([text])[0].tolist()
    Embedding.objects.update_or_create(
        **key, defaults={"vector": vector, "text_digest": digest(text)}
    )
    return list(vector)


def stale() -> StartupQuerySet:
    """Startups without a vector of the model in use, or changed since it was made."""
    fresh = Embedding.objects.filter(
        subject=Embedding.Subject.STARTUP,
        model=embedder().model,
        subject_id=OuterRef("pk"),
        updated_at__gte=OuterRef("updated_at"),
    )
    return Startup.objects.active().filter(~Exists(fresh))


def refresh_startups(*, batch: int = 500) -> int:
    """Embed the startups that are stale; return how many."""
    count = 0
    while startups := list(stale().with_profile()[:batch]):
        _embed(startups)
        count += len(startups)
    return count


def _embed(startups: Sequence[Startup]) -> None:
    """Store the startups' vectors.

    Text that did not change is not embedded again, only noted as fresh.
    """
    texts = {startup.pk: profiles.text_of(startup) for startup in startups}
    rows = Embedding.objects.filter(
        subject=Embedding.Subject.STARTUP, model=embedder().model, subject_id__in=texts
    )
    known = {row.subject_id: row for row in rows}
    changed = [
        pk for pk, text in texts.items() if pk not in known or known[pk].text_digest != digest(text)
    ]
    vectors = (
        dict(zip(changed, embedder().documents([texts[pk] for pk in changed]), strict=True))
        if changed
        else {}
    )
    Embedding.objects.bulk_create(
        [
            Embedding(
                subject=Embedding.Subject.STARTUP,
                subject_id=pk,
                model=embedder().model,
                text_digest=digest(text),
                vector=vectors[pk].tolist() if pk in vectors else known[pk].vector,
            )
            for pk, text in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["subject", "subject_id", "model"],
        update_fields=["vector", "text_digest", "updated_at"],
    )
