"""The live socket: tells open pages that something happened, never what.

Pages refetch what they show.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from civstart.accounts.models import User
from civstart.events.models import Event
from civstart.events.pushing import STAFF

HEARTBEAT_SECONDS = 20
MOST_REPLAYED = 500
# Two commits may be pushed out of order by this much, and a page may take this long to be made;
# a page drops the ids it has seen.
OVERLAP = timedelta(seconds=5)
NOT_SIGNED_IN = 4401
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def groups_of(user: User) -> list[str]:
    """Return the groups whose events the person may hear of: staff, their startups', their own."""
    if not user.is_authenticated or not user.is_active:
        return []
    own = [f"user.{user.public_id}"]
    if user.is_staff:
        own.append(STAFF)
    for dotted_path in settings.LIVE_GROUPS:
        own += import_string(dotted_path)(user)
    return own


def last_event_id() -> str:
    """Return the id a page hands to its socket, so that nothing between the two is missed.

    Not the very last: the page may have read its rows just before that one happened.
    """
    last = (
        Event.objects.filter(pushed_at__lt=timezone.now() - OVERLAP)
        .order_by("-pushed_at")
        .values_list("id", flat=True)
        .first()
    )
    return str(last or "")


def missed(groups: list[str], after: str) -> list[dict[str, str]] | None:
    """Return hints of what these groups were told since that event; None if too much or unknown."""
    if not after:  # the page was made when nothing had happened
        return pushed_since(LONG_AGO, groups)
    seen = _event(after)
    return pushed_since(seen.pushed_at or seen.happened_at, groups, but=seen) if seen else None


def pushed_since(
    moment: datetime, groups: list[str], *, but: Event | None = None
) -> list[dict[str, str]] | None:
    """Return hints of what these groups were told since then and just before; None if too much.

    What was not noted as pushed yet counts: it may have been sent just before the page joined.
    """
    told = Q(pushed_at__gte=moment - OVERLAP) | Q(pushed_at=None)
    events = (
        Event.objects.filter(told, audience__overlap=groups)
        .exclude(pk__in=[but.pk] if but else [])
        .order_by("pushed_at", "happened_at")
        .only("id", "type", "subject")[: MOST_REPLAYED + 1]
    )
    hints = [event.hint() for event in events]
    return hints if len(hints) <= MOST_REPLAYED else None


def _event(public_id: str) -> Event | None:
    with contextlib.suppress(ValueError):
        return Event.objects.filter(pk=UUID(public_id)).first()
    return None


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """One open page. It sends {"after": id} to be told what it missed."""

    async def connect(self) -> None:
        self.joined: list[str] = []
        groups = await self._groups()
        await self.accept()
        if not groups:
            await self.close(code=NOT_SIGNED_IN)
            return
        await self._join(groups)
        self.beating = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "beating"):
            self.beating.cancel()
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        after = content.get("after") if isinstance(content, dict) else None
        if not isinstance(after, str):
            await self.send_json(
                {"type": "error", "detail": 'Send {"after": "the last event id you saw"}.'}
            )
            return
        hints = await database_sync_to_async(missed)(self.joined, after)
        await self._send_all(hints)
        if hints is not None:
            await self.send_json({"type": "replayed"})

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        # The library's own raises on binary and empty frames, and that would close the socket.
        await self.receive_json(await self.decode_json(text_data or ""), **kwargs)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return None

    async def happened(self, message: dict[str, Any]) -> None:
        await self.send_json(message["hint"])

    async def _groups(self) -> list[str]:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or await self._has_signed_out():
            return []
        fresh = await database_sync_to_async(User.objects.filter(pk=user.pk).first)()
        return await database_sync_to_async(groups_of)(fresh) if fresh else []

    async def _has_signed_out(self) -> bool:
        """Whether the session in which the page was opened has ended since."""
        session = self.scope.get("session")
        if session is None or not session.session_key:
            return False
        return not await database_sync_to_async(session.exists)(session.session_key)

    async def _join(self, groups: list[str]) -> None:
        for group in groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in set(self.joined) - set(groups):
            await self.channel_layer.group_discard(group, self.channel_name)
        self.joined = groups

    async def _beat(self) -> None:
        """Show the page that the line is alive; look again at what the person may hear.

        What Redis may have lost since the last beat is sent again: the page drops what it has seen.
        """
        while True:
            since = timezone.now()
            await asyncio.sleep(getattr(settings, "LIVE_HEARTBEAT_SECONDS", HEARTBEAT_SECONDS))
            groups = await self._groups()
            if not groups:
                await self.close(code=NOT_SIGNED_IN)
                return
            await self._join(groups)
            await self._send_all(await database_sync_to_async(pushed_since)(since, groups))
            await self.send_json({"type": "heartbeat"})

    async def _send_all(self, hints: list[dict[str, str]] | None) -> None:
        """Send the hints; without any list, have the page fetch anew all it shows."""
        for hint in [{"type": "reload"}] if hints is None else hints:
            await self.send_json(hint)
