"""What matching does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from matching import embedding, questions, suggesting
from signals.models import Signal


@reaction("signal.approved")
def match_signal(event: Event) -> None:
    """Match the signal, unless it was withdrawn meanwhile."""
    signal = Signal.objects.approved().for_lists().filter(public_id=event.subject_id).first()
    if signal:
        suggesting.for_signal(signal)


@reaction("startup.created", "startup.updated")
def embed_startups(event: Event) -> None:
    embedding.refresh_startups()


@reaction("signal.rejected", "signal.reopened")
def tell_askers(event: Event) -> None:
    """Tell those who wait for an answer that the signal is withdrawn, if it still is."""
    signal = Signal.objects.filter(public_id=event.subject_id).first()
    if signal and signal.status != Signal.Status.APPROVED:
        questions.tell_askers_of_withdrawal(signal, because=event)
