"""What matching does when something happened."""

from civstart.events import outbox
from civstart.events.models import Event
from civstart.events.outbox import reaction
from matching import (
    embedding,
    keeping,
    mirroring,
    questions,
    ranking,
    reasons,
    spans,
    suggesting,
    trouble,
)
from signals.models import Signal
from startups.models import Startup


@reaction("signal.approved", in_transaction=False)
def match_signal(event: Event) -> None:
    """Match the signal, unless it was withdrawn meanwhile. May ask a vendor, so holds no lock.

    Whoever tells others waits for it.
    """
    _match(event.subject_id)


@reaction("signal.merged", in_transaction=False)
def match_survivor(event: Event) -> None:
    """Match the signal that took over another one's words, if startups see it already."""
    _match(str(event.data["into"]))


@reaction("signal.unmerged", in_transaction=False)
def match_who_gave_back(event: Event) -> None:
    """Match the signal anew that has lost the other one's words, if startups see it."""
    _match(str(event.data["from"]))


def _match(public_id: str) -> None:
    signal = Signal.objects.approved().for_lists().filter(public_id=public_id).first()
    if signal:
        run = suggesting.for_signal(signal)
        if run is not None:
            count = run.suggested_count
            outbox.record("signal.matched", subject=signal, data={"suggested": count})


@reaction("signal.edited", "signal.split", "signal.rejoined", in_transaction=False)
def embed_signal(event: Event) -> None:
    """Embed an approved signal whose words changed, so that searches and matching see them."""
    signal = Signal.objects.approved().filter(public_id=event.subject_id).first()
    if signal:
        embedder = embedding.serving()
        with trouble.watched(embedder.model):
            embedding.vector_of(signal, embedder)


@reaction("startup.created", "startup.updated", in_transaction=False)
def embed_startups(event: Event) -> None:
    """Embed what changed. Runs again later if the embedder is not to be had."""
    embedder = embedding.serving()
    with trouble.watched(embedder.model):
        ranking.prepare(embedder)
    mirroring.note(embedder.model, _inactive(event))  # which are not embedded any more


@reaction("startup.created", "startup.updated", in_transaction=False)
def keep_spans(event: Event) -> None:
    """Store the meaning of the profile's sentences, so that no match waits for it."""
    if reasons.are_local():
        found = Startup.objects.active().with_profile().filter(public_id=event.subject_id)
        spans.keep(list(found))


@reaction("startup.deleted")
def forget_startup(event: Event) -> None:
    """Delete its vectors, which no key ties to it."""
    keeping.forget_startup(event.data["id"], event.subject_id)


@reaction("vectors.changed", in_transaction=False)
def follow_vectors(event: Event) -> None:
    """Tell the index outside the database. Runs again later if it is not to be had."""
    mirroring.follow(event.data["model"], event.data["passages"])


def _inactive(event: Event) -> list[int]:
    rows = Startup.objects.filter(public_id=event.subject_id, is_active=False)
    return list(rows.values_list("pk", flat=True))


@reaction("signal.rejected", "signal.reopened")
def tell_askers(event: Event) -> None:
    """Tell those who wait for an answer that the signal is withdrawn, if it still is."""
    signal = Signal.objects.filter(public_id=event.subject_id).first()
    if signal and signal.status != Signal.Status.APPROVED:
        questions.tell_askers_of_withdrawal(signal, because=event)
