"""Signals found by what they mean: the stored vectors, asked by words or by another signal."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, QuerySet
from pgvector.django import CosineDistance

from matching import embedding
from matching.models import Embedding
from signals.models import Signal

# Below it two texts have no more in common than any two. Searches are short, so their cosines
# are lower than those of whole texts.
LEAST_OF_SEARCH = 0.35
LEAST_OF_SIGNALS = 0.45
BATCH = 1000


def nearest(
    words: str, *, most: int, among: Sequence[int] | None = None
) -> list[tuple[int, float]]:
    """Return ids and cosines of the signals nearest to the words; see signals.searching.

    An exact scan: at 50,000 signals of 256 dimensions it takes about 25 ms.
    """
    rows = _vectors() if among is None else _vectors().filter(subject_id__in=among)
    return _alike(rows, embedding.embedder().queries([words])[0].tolist(), LEAST_OF_SEARCH, most)


def related(signal: Signal, *, most: int, apart_from: int | None = None) -> list[Signal]:
    """Return the approved signals most like this one, the nearest first. At most four queries.

    apart_from: those of that thread are left out. Without a vector the newest of the same place
    and category stand in.
    """
    own = _vectors().filter(subject_id=signal.pk).first()
    others = Signal.objects.approved().exclude(pk=signal.pk)
    if apart_from is not None:
        others = others.exclude(thread=apart_from)
    if own is None:
        nearby = others.filter(jurisdiction=signal.jurisdiction_id, category=signal.category)
        return list(nearby.for_lists().order_by("-decided_at")[:most])
    # A like need is of the same category, and there are too many others to compare on each page.
    alike = _vectors().filter(subject_id__in=others.filter(category=signal.category).values("pk"))
    near = _alike(alike, list(own.vector), LEAST_OF_SIGNALS, most)
    places = {pk: place for place, (pk, _) in enumerate(near)}
    rows = others.filter(pk__in=places).for_lists()
    return sorted(rows, key=lambda one: places[one.pk])


def _alike(
    rows: QuerySet[Embedding], vector: list[float], least: float, most: int
) -> list[tuple[int, float]]:
    nearest_first = (
        rows.annotate(distance=CosineDistance("vector", vector))
        .order_by("distance")
        .values_list("subject_id", "distance")[:most]
    )
    # NaN, the distance of a vector without length, is not above it either.
    return [(pk, 1 - distance) for pk, distance in nearest_first if 1 - distance >= least]


def _vectors() -> QuerySet[Embedding]:
    return Embedding.objects.filter(
        subject=Embedding.Subject.SIGNAL, model=embedding.embedder().model
    )


def embed_missing() -> int:
    """Embed approved signals that have no vector of the model in use; return how many.

    Those approved while another model was in use, or whose matching failed.
    """
    known = _vectors().filter(subject_id=OuterRef("pk"))
    ids = list(Signal.objects.approved().filter(~Exists(known)).values_list("pk", flat=True))
    return sum(_embed(ids[first : first + BATCH]) for first in range(0, len(ids), BATCH))


def _embed(ids: Iterable[int]) -> int:
    signals = list(Signal.objects.filter(pk__in=ids).defer("search"))
    texts = [embedding.words_of(one) for one in signals]
    vectors = embedding.embedder().queries(texts)
    Embedding.objects.bulk_create(
        (
            Embedding(
                subject=Embedding.Subject.SIGNAL,
                subject_id=one.pk,
                model=embedding.embedder().model,
                text_digest=embedding.digest(text),
                vector=vector.tolist(),
            )
            for one, text, vector in zip(signals, texts, vectors, strict=True)
        ),
        ignore_conflicts=True,
    )
    return len(signals)
