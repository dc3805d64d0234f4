"""Legistar's Web API as it behaves: Events of a client, paged, filtered by day, and their files.

Strict: a query the real one would refuse is refused here, and so is an unknown client, in the words
of the real one. Events and files are put in by tests.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.server import Asked, Reply, Served, serve

MOST_AT_ONCE = 1000
DATE = r"datetime'(\d{4}-\d{2}-\d{2})'"
FILTER = re.compile(
    rf"EventDate ge {DATE} and EventDate lt {DATE}(?: and EventBodyName eq '((?:[^']|'')+)')?"
)


@dataclass
class Legistar:
    """What the service holds, and what it is to answer instead, if anything."""

    client: str = "marlow"
    events: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    instead: Reply | None = None
    served: Served | None = None

    @property
    def url(self) -> str:
        assert self.served is not None
        return f"{self.served.url}/v1"

    def event(self, day: str, body: str = "City Council", **fields: object) -> dict[str, Any]:
        """Put an event in, with the fields that the real one always sends."""
        made = {
            "EventId": 100 + len(self.events),
            "EventGuid": f"0F2C{len(self.events):04}",
            "EventLastModifiedUtc": "2026-11-10T17:02:11.093",
            "EventBodyId": 138,
            "EventBodyName": body,
            "EventDate": f"{day}T00:00:00",
            "EventTime": "6:30 PM",
            "EventAgendaFile": None,
            "EventMinutesFile": None,
            "EventAgendaLastPublishedUTC": None,
            "EventMinutesLastPublishedUTC": None,
            "EventVideoPath": None,
            "EventItems": [],
        } | fields
        self.events.append(made)
        return made

    def file(self, name: str, content: bytes) -> str:
        """Put a file in and return its address."""
        assert self.served is not None
        self.files[f"/files/{name}"] = content
        return f"{self.served.url}/files/{name}"

    def answer(self, asked: Asked) -> Reply:
        if asked.path in self.files:
            return Reply(body=self.files[asked.path], headers={"Content-Type": "application/pdf"})
        if self.instead is not None:
            return self.instead
        if asked.path != f"/v1/{self.client}/events":
            client = asked.path.split("/")[2] if asked.path.startswith("/v1/") else ""
            said = f"LegistarConnectionString setting is not set up in InSite for client: {client}"
            return _json(said, 500)
        return self._list(asked)

    def _list(self, asked: Asked) -> Reply:
        if "application/json" not in asked.headers.get("accept", ""):
            return Reply(body=b"<ArrayOfGranicusEvent/>", headers={"Content-Type": "text/xml"})
        wanted = FILTER.fullmatch(asked.query.get("$filter", ""))
        if wanted is None or asked.query.get("$orderby") != "EventDate,EventId":
            return _json({"Message": "The query specified in the URI is not valid."}, 400)
        first, last, body = wanted.groups()
        rows = [
            event
            for event in sorted(self.events, key=lambda e: (e["EventDate"], e["EventId"]))
            if first <= event["EventDate"][:10] < last
            and (body is None or event["EventBodyName"] == body.replace("''", "'"))
        ]
        skip, top = int(asked.query.get("$skip", 0)), int(asked.query.get("$top", MOST_AT_ONCE))
        return _json(rows[skip : skip + min(top, MOST_AT_ONCE)])


def _json(content: object, status: int = 200) -> Reply:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(status, json.dumps(content).encode(), kind)


@contextmanager
def running() -> Iterator[Legistar]:
    legistar = Legistar()
    with serve(lambda asked: legistar.answer(asked)) as legistar.served:
        yield legistar
