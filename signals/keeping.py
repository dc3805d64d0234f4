"""Answers about all signals, kept until anything happens and for half a minute at most."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Subquery
from redis.exceptions import RedisError

from civstart.events.models import Event
from signals.models import Signal

SECONDS = 30
Answer = TypeVar("Answer")


def kept(
    name: str,
    asked: Mapping[str, Any],
    make: Callable[[], Answer],
    *,
    version: Callable[[], list[str]] | None = None,
) -> Answer:
    """Return the answer to what is asked, made anew if something happened since. One query.

    Without Redis it is made each time. version tells whether something happened, by default as
    far as approved signals go.
    """
    words = json.dumps([(version or of_approved)(), asked], sort_keys=True)
    key = f"{name}-{hashlib.sha256(words.encode()).hexdigest()}"
    with suppress(OSError, RedisError):
        known: Answer | None = cache.get(key)
        if known is not None:
            return known
    answer = make()
    with suppress(OSError, RedisError):
        cache.set(key, answer, SECONDS)
    return answer


def of_events() -> list[str]:
    """Return what changes when anything happens. One query."""
    return [str(one) for one in Event.objects.order_by("-id").values_list("id", flat=True)[:1]]


def of_approved() -> list[str]:
    """Return what changes when a signal is approved, edited or taken back: the newest of all."""
    event = Event.objects.order_by("-id").values("id")[:1]
    newest = Signal.objects.approved().order_by("-decided_at", "-pk")
    return [str(one) for one in newest.values_list("public_id", Subquery(event)).first() or ()]
