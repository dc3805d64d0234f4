"""A meeting in which two needs are named, and how staff act on signals over HTTP."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from signals.models import Segment, Signal, Speaker
from tests import make

LINES = (
    ("Tom Abernathy", "council", "So before we go on, how much of this is leaks?"),
    (
        "Renee Castellano",
        "staff",
        "We lost about nineteen percent of what we treated last year, and I have four hundred "
        "and twelve thousand in the request so we can find the leaks before the ground freezes.",
    ),
    (
        "Renee Castellano",
        "staff",
        "The second thing is the billing system, which we want to replace for $90,000 by June.",
    ),
    ("Tom Abernathy", "council", "And that is equipment, or is that somebody coming in to do it?"),
)
FIRST = (
    "I have four hundred and twelve thousand in the request so we can find the leaks before the "
    "ground freezes."
)
SECOND = "the billing system, which we want to replace for $90,000 by June."


@pytest.fixture
def spoken(db: None) -> Signal:
    """A signal of the first need; the second is named in the sentence behind it."""
    meeting = make.meeting(make.jurisdiction(), video_url="https://youtu.be/mRw7Fa1Lsk0")
    signal = make.signal(at_meeting=meeting, quote="words that are replaced below at once")
    transcript = signal.evidence.get().segment.transcript
    for index, (name, role, text) in enumerate(LINES):
        speaker = Speaker.objects.get_or_create(
            meeting=meeting, name=name, defaults={"role": role}
        )[0]
        Segment.objects.update_or_create(
            transcript=transcript,
            index=index,
            defaults={
                "start_seconds": 4440 + 10 * index,
                "end_seconds": 4450 + 10 * index,
                "text": text,
                "speaker": speaker,
            },
        )
    piece = signal.evidence.get()
    at = LINES[1][2].index(FIRST)
    piece.first, piece.last, piece.quote = at, at + len(FIRST), FIRST
    piece.save()
    Signal.objects.filter(pk=signal.pk).update(heard=FIRST)
    signal.refresh_from_db()
    return signal


type_of_act = Callable[..., HttpResponse]


@pytest.fixture
def act() -> type_of_act:
    """Send what the open page sends: `act(client, "title", signal, title="…")`."""

    def send(client: Client, name: str, signal: Signal | None = None, **fields: str):
        address = (
            reverse(f"admin:review-{name}", args=[signal.public_id])
            if signal
            else reverse(f"admin:review-{name}")
        )
        return client.post(address, fields, headers={"X-Queue": "1"})

    return send
