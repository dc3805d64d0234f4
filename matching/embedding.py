"""The stored vectors: of signals by their words, of startups by their profiles.

Every vector carries the digest of its text and how new that text was. Unchanged text is never
embedded again; an older text never replaces a newer one, whichever process is the slower.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

import numpy as np
from django.db.models import Exists, OuterRef
from django.utils import timezone

from civstart.lib import vectors
from matching import embedders, freshness, keeping, profiles, soundness
from matching.contract import Embedder, type_of_vectors
from matching.keeping import Embedded, digest
from matching.models import Embedding, VectorModel
from signals.models import Signal
from startups.models import Startup, StartupQuerySet

BATCH = 100

_ahead: ContextVar[Mapping[tuple[int, str], Embedding]] = ContextVar(
    "ahead", default=MappingProxyType({})
)


def serving() -> Embedder:
    """Return the embedder whose vectors are searched.

    On a new site that of settings.EMBEDDER; after that setting changed, the one before, until
    `manage.py reembed` has moved all vectors.
    """
    row = VectorModel.objects.filter(status=VectorModel.Status.SERVING).first()
    if row is None:
        row, _ = VectorModel.objects.get_or_create(
            model=embedders.wanted().model,
            defaults={"status": VectorModel.Status.SERVING, "served_at": timezone.now()},
        )
    return embedders.of(row.model)


# --- Signals --------------------------------------------------------------------------------


def words_of(signal: Signal) -> str:
    """Return the text of a signal that is searched with by words: the title counts twice."""
    return f"{signal.title}. {signal.title}. {signal.summary} {signal.heard}"


def views_of(signal: Signal) -> list[str]:
    """Return the texts whose mean is a signal's meaning.

    The title says the need best, what was said around it may be about something else, and a long
    quote drowns the rest: so each is seen with the title, and the title alone.
    """
    seen = (signal.title, f"{signal.title}. {signal.summary}", f"{signal.title}. {signal.heard}")
    return list(dict.fromkeys(text.strip() for text in seen))


def vector_of(signal: Signal, embedder: Embedder) -> type_of_vectors:
    """Return the signal's vector, embedding it only if its words are new. Zeros if it has none."""
    known = _known(signal, embedder.model)
    if known is None:
        made: type_of_vectors = embed_signals([signal], embedder)[0]
        return made
    if known.vector is None:
        return np.zeros(embedder.dimensions, dtype=np.float32)
    return np.asarray(known.vector, dtype=np.float32)


@contextmanager
def read_ahead(signals: Sequence[Signal], embedder: Embedder) -> Iterator[None]:
    """Have vector_of find what is stored of these signals in memory until the block ends: one query
    for all of them, and for the second opinion too.
    """
    rows = Embedding.objects.filter(
        subject=Embedding.Subject.SIGNAL,
        subject_id__in=[one.pk for one in signals],
        model__in={embedder.model, vectors.WORDLLAMA.model},
        passage=0,
    )
    token = _ahead.set({(row.subject_id, row.model): row for row in rows})
    try:
        yield
    finally:
        _ahead.reset(token)


def _known(signal: Signal, model: str) -> Embedding | None:
    wanted = digest(_seen(signal))
    ahead = _ahead.get().get((signal.pk, model))
    if ahead and ahead.text_digest == wanted:
        return ahead
    return Embedding.objects.filter(
        subject=Embedding.Subject.SIGNAL, subject_id=signal.pk, model=model, text_digest=wanted
    ).first()


def _seen(signal: Signal) -> str:
    return "\n".join(views_of(signal))


def unembedded(model: str) -> list[Signal]:
    """Return the approved signals without a vector of the model for the words they have now."""
    stored = dict(
        Embedding.objects.filter(subject=Embedding.Subject.SIGNAL, model=model).values_list(
            "subject_id", "text_digest"
        )
    )
    signals = Signal.objects.approved().only("title", "summary", "heard").order_by("pk")
    return [one for one in signals.iterator() if stored.get(one.pk) != digest(_seen(one))]


def embed_signals(signals: Sequence[Signal], embedder: Embedder) -> type_of_vectors:
    """Store the signals' vectors and return them."""
    read_at = timezone.now()
    made = queries([views_of(one) for one in signals], embedder)
    keeping.keep(
        Embedding.Subject.SIGNAL,
        embedder.model,
        [
            Embedded(one.pk, _seen(one), read_at, [vector])
            for one, vector in zip(signals, made, strict=True)
        ],
    )
    return made


def queries(views: Sequence[Sequence[str]], embedder: Embedder) -> type_of_vectors:
    """Return a vector for each need: the mean of its views, each the mean of its stretches."""
    cut = [[profiles.stretches(view, embedder.most_words) for view in one] for one in views]
    made = iter(soundness.queries(embedder, [text for one in cut for view in one for text in view]))
    zeros = np.zeros(embedder.dimensions, dtype=np.float32)
    return np.array(
        [_mean([_mean([next(made) for _ in view] or [zeros]) for view in one]) for one in cut]
    )


def _mean(found: Sequence[type_of_vectors]) -> type_of_vectors:
    """Return the middle of the vectors, at length 1."""
    summed: type_of_vectors = np.sum(found, axis=0)
    length = np.linalg.norm(summed)
    return summed / length if length else summed


# --- Startups -------------------------------------------------------------------------------


def stale(model: str) -> StartupQuerySet:
    """Active startups without a vector of the model, or changed since it was made."""
    fresh = Embedding.objects.of_startups(model).filter(
        subject_id=OuterRef("pk"), passage=0, source_at__gte=OuterRef("updated_at")
    )
    return Startup.objects.active().filter(~Exists(fresh))


def refresh_startups(embedder: Embedder, *, batch: int = BATCH, thoroughly: bool = False) -> int:
    """Embed the startups that are stale, batch by batch; return how many.

    thoroughly: compare every startup, also those known to be fresh. Raise EmbedderUnavailable if
    the embedder is; the batches before are stored.
    """
    count, look = 0, freshness.look(embedder.model)
    late = look.late(stale(embedder.model), thoroughly=thoroughly)
    while startups := list(late.order_by("pk").with_profile()[:batch]):
        embed_startups(startups, embedder)
        count += len(startups)
    look.done()
    return count


def embed_startups(startups: Sequence[Startup], embedder: Embedder) -> None:
    """Store the startups' vectors; of those whose words did not change, only that they are fresh.

    All are embedded in one go, before anything is stored.
    """
    texts = {one.pk: "" if profiles.why_unfit(one) else profiles.text_of(one) for one in startups}
    known = dict(
        Embedding.objects.of_startups(embedder.model)
        .filter(subject_id__in=texts, passage=0)
        .values_list("subject_id", "text_digest")
    )
    changed = [pk for pk, text in texts.items() if known.get(pk) != digest(text)]
    cut = {pk: profiles.stretches(texts[pk], embedder.most_words) for pk in changed}
    flat = [stretch for pk in changed for stretch in cut[pk]]
    made = iter(soundness.documents(embedder, flat) if flat else ())
    keeping.keep(
        Embedding.Subject.STARTUP,
        embedder.model,
        [
            Embedded(one.pk, texts[one.pk], one.updated_at, [next(made) for _ in cut[one.pk]])
            for one in startups
            if one.pk in cut
        ],
    )
    keeping.note_fresh(
        Embedding.Subject.STARTUP,
        embedder.model,
        {one.pk: one.updated_at for one in startups if one.pk not in cut},
    )
