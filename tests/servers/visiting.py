"""A person at a browser, as far as these tests need one."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from tests.servers.stage import PASSWORD
from tests.sites import HOST

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Page:
    status: int
    headers: HTTPMessage
    text: str


class Visitor:
    """Keeps cookies. `headers` are what a proxy before the site would add."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Page:
        form = fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._ask("POST", path, urlencode(form))

    def sign_in(self, email: str) -> "Visitor":
        self.get("/accounts/login/")
        page = self.post("/accounts/login/", login=email, password=PASSWORD)
        assert page.status == 302, page.text
        return self

    def approve(self, signal: str) -> Page:
        return self.post(f"/staff/review/{signal}/decide/", decision="approve")

    @contextmanager
    def listen(self, port: int | None = None, origin: str | None = None) -> Iterator["Line"]:
        """Open the live socket, as live.js does."""
        address = f"ws://{HOST}:{port or self.port}/ws/live/"
        cookies = {"Cookie": self._cookie()} if self.cookies else {}
        with connect(
            address,
            origin=origin or f"http://localhost:{self.port}",
            additional_headers=cookies,
            open_timeout=PATIENCE_SECONDS,
            proxy=None,
        ) as socket:
            yield Line(socket)

    def _ask(self, method: str, path: str, body: str | None = None) -> Page:
        headers = {"Cookie": self._cookie(), **self.headers}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = Page(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()
        for line in page.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(line).items()}
        return page

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass(frozen=True)
class Line:
    """An open live socket."""

    socket: ClientConnection

    def catch_up(self) -> None:
        """Come back once the socket is in its groups and has been sent all that happened before."""
        self.say({"after": ""})
        self.hear("replayed")

    def say(self, message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, type_: str, subject: str = "") -> dict[str, str]:
        """Return the first hint of this type, and about this subject, that arrives."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            message = json.loads(self.socket.recv(timeout=deadline - time.monotonic()))
            if message["type"] == type_ and message.get("subject", "").endswith(subject):
                return message
