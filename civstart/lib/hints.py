"""Redis as the site can do without it: asked briefly, and left alone for a while if it hangs.

The cache and the channel layer hold hints alone: what is lost there, the database makes good.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from channels_redis.core import RedisChannelLayer
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import exceptions

log = structlog.get_logger()

ANSWER_SECONDS = 1.0
LEFT_ALONE_SECONDS = 5.0
# By address, for all threads: otherwise each of them would wait for a server that hangs.
_left_alone_until: dict[str, float] = {}
Found = TypeVar("Found")


class LeftAlone(exceptions.RedisError):
    """Redis hung a moment ago, so it is not asked."""


def _ask_unless_hung(address: str) -> None:
    if time.monotonic() < _left_alone_until.get(address, 0):
        raise LeftAlone(
            f"Redis hung less than {LEFT_ALONE_SECONDS:g} s ago, so it is not asked again yet."
        )


def _leave_alone(address: str) -> None:
    _left_alone_until[address] = time.monotonic() + LEFT_ALONE_SECONDS
    log.warning("redis hangs", left_alone_seconds=LEFT_ALONE_SECONDS)


class HintCacheClient(RedisCacheClient):
    """Finds nothing and keeps nothing while Redis does not answer. Other methods raise."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        waits = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
        super().__init__(servers, **(waits | options))
        self._address = ",".join(servers)

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        # True, because a lock that nobody can hold must not shut anybody out.
        return self._asked(lambda: RedisCacheClient.add(self, key, value, timeout), without=True)

    def get(self, key: Any, default: Any) -> Any:
        return self._asked(lambda: RedisCacheClient.get(self, key, default), without=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._asked(lambda: RedisCacheClient.set(self, key, value, timeout), without=None)

    def delete(self, key: Any) -> bool:
        return self._asked(lambda: RedisCacheClient.delete(self, key), without=False)

    def _asked(self, ask: Callable[[], Found], *, without: Found) -> Found:
        try:
            _ask_unless_hung(self._address)
            return ask()
        except (TimeoutError, exceptions.TimeoutError):
            _leave_alone(self._address)
        except (OSError, exceptions.RedisError) as error:
            log.debug("cache is done without", error=str(error))
        return without


class HintCache(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = HintCacheClient


class HintLayer(RedisChannelLayer):
    """Gives up on Redis in a second when it is told something. Raises OSError or RedisError."""

    # Open pages wait for messages in turns of so long; a turn ends before the socket's patience.
    brpop_timeout = 1
    socket_seconds = 3

    def __init__(self, hosts: list[str], **options: Any) -> None:
        waits = {
            "socket_timeout": self.socket_seconds,
            "socket_connect_timeout": ANSWER_SECONDS,
        }
        super().__init__([{"address": host, **waits} for host in hosts], **options)
        self._address = ",".join(hosts)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        _ask_unless_hung(self._address)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await super().group_send(group, message)
        except (TimeoutError, exceptions.TimeoutError):
            _leave_alone(self._address)
            raise
