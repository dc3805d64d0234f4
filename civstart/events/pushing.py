"""Telling open pages over the channel layer: of events, and of what is not worth keeping."""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.utils import timezone
from redis.exceptions import RedisError

from civstart.events.models import Event
from civstart.lib.models import Public

log = structlog.get_logger()

STAFF = "staff"


def push(event: Event) -> bool:
    """Tell open pages, now. If Redis does not answer, the relay tells them later; return False."""
    return push_all([event])


def push_all(events: Sequence[Event]) -> bool:
    """Do as push does for all of the events, or for none."""
    try:
        async_to_sync(_send)([(event.audience, event.hint()) for event in events])
    except (OSError, RedisError) as error:
        log.warning("push failed", event_ids=[str(event.id) for event in events], error=str(error))
        return False
    ids = [event.pk for event in events]
    Event.objects.filter(pk__in=ids).update(pushed_at=timezone.now())
    return True


async def _send(hints: Iterable[tuple[Iterable[str], dict[str, Any]]]) -> None:
    """All at once: in a worker each call from outside costs a connection to Redis."""
    layer = get_channel_layer()
    assert layer is not None, "CHANNEL_LAYERS names no default layer."
    for audience, hint in hints:
        for group in audience:
            await layer.group_send(group, {"type": "happened", "hint": hint})


def whisper(type_: str, subject: Public) -> None:
    """Tell the open pages of staff of something that is not worth keeping: who looks at what.

    Nothing is stored or replayed; if Redis does not answer, nobody hears of it.
    """
    name = f"{subject._meta.model_name}:{subject.public_id}"
    hint = {"type": type_, "subject": name, "passing": True}
    try:
        async_to_sync(_send)([([STAFF], hint)])
    except (OSError, RedisError) as error:
        log.warning("whisper failed", type=type_, error=str(error))
