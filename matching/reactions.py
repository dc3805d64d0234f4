"""What matching does when something happened."""

from civstart.events import outbox
from civstart.events.models import Event
from civstart.events.outbox import reaction
from matching import embedding, suggesting
from signals.models import Signal


@reaction("signal.approved")
def match_signal(event: Event) -> None:
    """Match the signal, unless it was withdrawn meanwhile. Whoever tells others waits for it."""
    signal = Signal.objects.approved().for_lists().filter(public_id=event.subject_id).first()
    if signal:
        run = suggesting.for_signal(signal)
        outbox.record("signal.matched", subject=signal, data={"suggested": run.suggested_count})


@reaction("startup.created", "startup.updated")
def embed_startups(event: Event) -> None:
    embedding.refresh_startups()
