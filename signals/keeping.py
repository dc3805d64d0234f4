"""Answers about all signals, kept until anything happens and for half a minute at most.

One makes an answer at a time. Who asks the same meanwhile is told the one before, which is half a
minute old or a little more while nothing happened; where there is none, they wait for the new one.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Subquery
from redis.exceptions import RedisError

from civstart.events.models import Event
from signals.models import Signal

SECONDS = 30
OLDER_SECONDS = 30  # and for so long while it is made anew: "in the last 30 days" moves on
MAKING_SECONDS = 5  # then whoever made it is taken to have died
LOOK_SECONDS = 0.01
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
    # The 2 tells these answers, which carry a time, from those an older process keeps.
    key = f"{name}-2-{hashlib.sha256(words.encode()).hexdigest()}"
    known: tuple[float, Answer] | None = _get(key)
    if known and time.time() < known[0]:
        return known[1]
    if not _begin(key) and (known := known or _made_by_another(key)):
        return known[1]
    try:
        answer = make()
        _keep(key, answer)
        return answer
    finally:
        _end(key)


def of_events() -> list[str]:
    """Return what changes when anything happens. One query."""
    return [str(one) for one in Event.objects.order_by("-id").values_list("id", flat=True)[:1]]


def of_approved() -> list[str]:
    """Return what changes when a signal is approved, edited or taken back: the newest of all."""
    event = Event.objects.order_by("-id").values("id")[:1]
    newest = Signal.objects.approved().order_by("-decided_at", "-pk")
    return [str(one) for one in newest.values_list("public_id", Subquery(event)).first() or ()]


def _made_by_another(key: str) -> Any:
    """Return what somebody makes at this moment, once it is made; None if they fail."""
    until = time.monotonic() + MAKING_SECONDS
    while time.monotonic() < until:
        is_made = _get(_making(key))
        if known := _get(key):
            return known
        if not is_made:
            return None
        time.sleep(LOOK_SECONDS)
    return None


def _making(key: str) -> str:
    return f"{key}-making"


def _get(key: str) -> Any:
    with suppress(OSError, RedisError):
        return cache.get(key)
    return None


def _begin(key: str) -> bool:
    """Whether it is ours to make."""
    with suppress(OSError, RedisError):
        return bool(cache.add(_making(key), True, MAKING_SECONDS))
    return True


def _keep(key: str, answer: object) -> None:
    with suppress(OSError, RedisError):
        cache.set(key, (time.time() + SECONDS, answer), SECONDS + OLDER_SECONDS)


def _end(key: str) -> None:
    with suppress(OSError, RedisError):
        cache.delete(_making(key))
