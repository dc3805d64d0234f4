"""Signals found by what they mean: the stored vectors, asked by words or by another signal."""

import re
from collections.abc import Sequence

import numpy as np
from django.db.models import QuerySet
from pgvector.django import CosineDistance

from civstart.lib import vectors
from matching import embedding, soundness, trouble
from matching.contract import EmbedderUnavailable, type_of_vectors
from matching.models import Embedding
from signals import keeping
from signals.models import Signal

# How far between strange and near two texts have more in common than any two. Searches are short,
# so their cosines are lower than those of whole texts.
OF_SEARCH = 0.45
OF_SIGNALS = 0.67
BATCH = 100
_OTHER_SCRIPT = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")


def nearest(
    words: str, *, most: int, among: Sequence[int] | None = None
) -> list[tuple[int, float]]:
    """Return ids and cosines of the signals nearest to the words; see signals.searching.

    None while the embedder cannot answer: the words alone are searched then. An exact scan: at
    50,000 signals of 256 dimensions it takes about 25 ms.
    """
    embedder = embedding.serving()
    if embedder.english_only and _OTHER_SCRIPT.search(words):
        return []
    try:
        vector = soundness.queries(embedder, [words])[0]
    except EmbedderUnavailable as error:
        trouble.note(embedder.model, error)
        return []
    rows = _vectors(embedder.model)
    rows = rows if among is None else rows.filter(subject_id__in=among)
    return _alike(rows, vector, _least(embedder.model, OF_SEARCH), most)


def related(signal: Signal, *, most: int, apart_from: int | None = None) -> list[Signal]:
    """Return the approved signals most like this one, the nearest first. At most five queries.

    apart_from: those of that thread are left out. Without a vector the newest of the same place
    and category stand in.
    """
    model = embedding.serving().model
    own = _vectors(model).filter(subject_id=signal.pk).first()
    others = Signal.objects.approved().exclude(pk=signal.pk)
    if apart_from is not None:
        others = others.exclude(thread=apart_from)
    if own is None:
        nearby = others.filter(jurisdiction=signal.jurisdiction_id, category=signal.category)
        return list(nearby.for_lists().order_by("-decided_at")[:most])
    # A like need is of the same category, and there are too many others to compare on each page.
    same = others.filter(category=signal.category).values("pk")
    alike = _vectors(model).filter(subject_id__in=same)
    near = keeping.kept(
        "related",
        {"signal": signal.pk, "apart_from": apart_from, "most": most, "model": model},
        lambda: _alike(alike, np.asarray(own.vector), _least(model, OF_SIGNALS), most),
    )
    places = {pk: place for place, (pk, _) in enumerate(near)}
    rows = others.filter(pk__in=places).for_lists()
    return sorted(rows, key=lambda one: places[one.pk])


def _least(model: str, share: float) -> float:
    """Return the cosine of two texts of a model that is so far between strange and near."""
    space = vectors.SPACES[model]
    return space.strange + share * (space.near - space.strange)


def _alike(
    rows: QuerySet[Embedding], vector: type_of_vectors, least: float, most: int
) -> list[tuple[int, float]]:
    if not vector.any():
        return []
    nearest_first = (
        rows.annotate(distance=CosineDistance("vector", vector.tolist()))
        .order_by("distance")
        .values_list("subject_id", "distance")[:most]
    )
    return [(pk, 1 - distance) for pk, distance in nearest_first if 1 - distance >= least]


def _vectors(model: str) -> QuerySet[Embedding]:
    return Embedding.objects.filter(
        subject=Embedding.Subject.SIGNAL, model=model, vector__isnull=False
    )


def embed_missing() -> int:
    """Embed approved signals that have no vector of the model in use for the words they have now;
    return how many.

    Those approved while another model was in use, whose matching failed, or that changed since.
    Raise EmbedderUnavailable if the embedder is; the batches before are stored.
    """
    embedder = embedding.serving()
    ids = [one.pk for one in embedding.unembedded(embedder.model)]
    for first in range(0, len(ids), BATCH):
        rows = Signal.objects.filter(pk__in=ids[first : first + BATCH]).defer("search")
        embedding.embed_signals(list(rows), embedder)
    return len(ids)
