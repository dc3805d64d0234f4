"""What matching does when something happened."""

from civstart.events.models import Event
from civstart.events.outbox import reaction
from matching import embedding, suggesting
from signals.models import Signal


@reaction("signal.approved")
def match_signal(event: Event) -> None:
    """Match the signal, unless it was withdrawn meanwhile."""
    _match(event.subject_id)


@reaction("signal.merged")
def match_survivor(event: Event) -> None:
    """Match the signal that took over another one's words, if startups see it already."""
    _match(str(event.data["into"]))


def _match(public_id: str) -> None:
    """Match the signal if it is approved. Who undoes the approval waits for the end of it."""
    rows = Signal.objects.approved().for_lists().filter(public_id=public_id)
    signal = rows.select_for_update(of=("self",), no_key=True).first()
    if signal:
        suggesting.for_signal(signal)


@reaction("startup.created", "startup.updated")
def embed_startups(event: Event) -> None:
    embedding.refresh_startups()
