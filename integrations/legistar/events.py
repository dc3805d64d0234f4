"""Agendas and minutes of a client of the Legistar Web API (webapi.legistar.com, Events).

The API pages by $top and $skip, at most 1,000 events at once, and writes dates as local times
without a zone. Some clients need a token or are not set up; they answer with an error in words.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from civstart.lib import outbound
from civstart.lib.errors import CivStartError
from signals import ingest
from signals.models import Source
from signals.sources.contract import Item, Listing

BACK, AHEAD = timedelta(days=60), timedelta(days=30)  # minutes come weeks later, agendas before
EVENTS_AT_ONCE = 200
MOST_EVENTS = 2_000
LONGEST_BODY = 120
KINDS = {"agenda": "Agenda", "minutes": "Minutes"}


class NotLegistar(CivStartError):
    """The client's name or what Legistar answers is of no use."""


def listing(source: Source) -> Listing:
    """Return the agendas and minutes of two months back and one ahead, in order of their days."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", source.address):
        raise NotLegistar(
            f"{source.address!r} is no name of a Legistar client; write it as in "
            "webapi.legistar.com/v1/seattle/events: seattle."
        )
    today = timezone.now().date()
    window = (today - BACK, today + AHEAD)
    return Listing([item for event in _events(source, *window) for item in _items(event)])


def _events(source: Source, first: date, last: date) -> Iterator[Mapping[str, Any]]:
    wanted = f"EventDate ge datetime'{first}' and EventDate lt datetime'{last}'"
    if source.body:
        wanted += " and EventBodyName eq '{}'".format(source.body.replace("'", "''"))
    for skip in range(0, MOST_EVENTS, EVENTS_AT_ONCE):
        query = {
            "$filter": wanted,
            "$orderby": "EventDate,EventId",
            "$top": EVENTS_AT_ONCE,
            "$skip": skip,
        }
        rows = _ask(source.address, query)
        yield from rows
        if len(rows) < EVENTS_AT_ONCE:
            return


def _ask(client: str, query: Mapping[str, object]) -> list[Mapping[str, Any]]:
    url = f"{settings.LEGISTAR_URL}/{client}/events?{urlencode(query, quote_via=quote)}"
    answer = outbound.get(url, headers={"Accept": "application/json"})
    try:
        rows = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NotLegistar(_unexpected(client)) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotLegistar(_unexpected(client))
    return rows


def _unexpected(client: str) -> str:
    return (
        f"Legistar answered for {client} with something that is no list of events. "
        "Open webapi.legistar.com/v1/"
        f"{client}/events in a browser to see what it says."
    )


def _items(event: Mapping[str, Any]) -> Iterator[Item]:
    held_on = _day(event.get("EventDate"))
    body = _words(event.get("EventBodyName"))[:LONGEST_BODY]
    if held_on is None or not body:
        return
    video = _words(event.get("EventVideoPath"))
    for kind, name in KINDS.items():
        url = _words(event.get(f"Event{name}File"))
        if url:
            published = _words(event.get(f"Event{name}LastPublishedUTC"))
            yield Item(
                key=f"{event.get('EventId')} {kind} {url} {published}",
                name=_file_name(url),
                fetch=lambda url=url: outbound.get(url).body,  # type: ignore[misc]
                url=url,
                body=body,
                held_on=held_on,
                title=f"{body}, {name.lower()}"[:200],
                video_url=video if ingest.is_address(video) else "",
                kind=kind,
            )


def _words(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    """Return the day of a local time, as 2026-11-12T00:00:00."""
    try:
        return date.fromisoformat(_words(value)[:10])
    except ValueError:
        return None


def _file_name(url: str) -> str:
    return unquote(PurePosixPath(urlsplit(url).path).name)[:255] or "document.pdf"
