"""A Pinecone on this machine: the REST service as facts/pinecone.md says it behaves, as strict.

It speaks API 2026-07, which pinecone 10 asks for. Indexes live at hosts of their own, as the real
ones do. What it refuses, it refuses with the service's status and body; `fake.next(...)` scripts
single answers, `fake.always` all of them.
"""

import json
import re
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.pinecone_index import FakeIndex
from tests.fakes.pinecone_rules import Refusal

KEY = "pcsk_a-key-of-the-tests"
API_VERSION = "2026-07"
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?")
LARGEST = 20_000


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: dict[str, Any] | str = ""
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request, as it came over the wire. index: whose host it came to, "" the control plane."""

    method: str
    path: str
    index: str
    query: dict[str, list[str]]
    body: dict[str, Any]
    size: int


def control_error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}, "status": status})


def rate_limited(retry_after: str | None = None) -> Answer:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    body = {"code": 8, "message": "Too many requests. Slow down.", "details": []}
    return Answer(429, body, headers=headers)


def overloaded() -> Answer:
    return Answer(503, "upstream connect error or disconnect/reset before headers")


def broken() -> Answer:
    return Answer(500, {"code": 13, "message": "internal error", "details": []})


class FakePinecone:
    """The service, on ports of its own. Start it with a with statement."""

    def __init__(self) -> None:
        self.key = KEY
        self.indexes: dict[str, FakeIndex] = {}
        self.asked: list[Asked] = []  # all that came in, with a good key or without
        self.refused: list[Answer] = []
        self.always: Answer | None = None
        self._script: deque[Answer] = deque()
        self._closing = threading.Event()
        self._servers: list[ThreadingHTTPServer] = []
        self.url = self._serve("")

    def __enter__(self) -> "FakePinecone":
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def next(self, *answers: Answer) -> None:
        """Give these answers next, one a request, before anything is looked at."""
        self._script.extend(answers)

    def make_index(self, name: str, dimension: int, **fields: Any) -> FakeIndex:
        index = FakeIndex(name, dimension, **fields)
        index.host = self._serve(name)
        self.indexes[name] = index
        return index

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    # --- What is answered -------------------------------------------------------------------

    def respond(self, asked: Asked, headers: dict[str, str]) -> Answer:
        self.asked.append(asked)
        if self._script:
            return self._script.popleft()
        if self.always:
            return self.always
        answer = self._checked(asked, headers)
        if answer.status >= 400:
            self.refused.append(answer)
        return answer

    def _checked(self, asked: Asked, headers: dict[str, str]) -> Answer:
        if headers.get("api-key") != self.key:
            return Answer(401, "Invalid API Key")
        if headers.get("x-pinecone-api-version") != API_VERSION:
            return control_error(400, "INVALID_ARGUMENT", "Invalid API version")
        if asked.method == "POST" and headers.get("content-type") != "application/json":
            return control_error(415, "INVALID_ARGUMENT", "Content-Type must be application/json")
        return self._data(asked) if asked.index else self._control(asked)

    def _data(self, asked: Asked) -> Answer:
        index = self.indexes.get(asked.index)
        if index is None:
            return Answer(404, "Not Found")
        try:
            if asked.method == "GET":
                body = index.get(asked.path, asked.query)
            else:
                body = index.post(asked.path, asked.body, asked.size)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)
        numbers = {
            "x-pinecone-lsn-committed": str(index.written),
            "x-pinecone-lsn-reconciled": str(index.seen),
        }
        return Answer(200, body, headers=numbers)

    def _control(self, asked: Asked) -> Answer:
        if asked.path == "/indexes" and asked.method == "POST":
            return self._create(asked.body)
        if asked.path == "/indexes" and asked.method == "GET":
            return Answer(200, {"indexes": [one.described() for one in self.indexes.values()]})
        name = asked.path.removeprefix("/indexes/")
        if name not in self.indexes:
            return control_error(404, "NOT_FOUND", f"Resource {name} not found")
        if asked.method == "DELETE":
            del self.indexes[name]
            return Answer(202)
        return Answer(200, self.indexes[name].described())

    def _create(self, body: dict[str, Any]) -> Answer:
        name, fields = body.get("name", ""), body.get("schema", {}).get("fields", {})
        vector = fields.get("_values", {})
        if not NAME.fullmatch(name):
            return control_error(400, "INVALID_ARGUMENT", f"Name {name!r} is not allowed.")
        if name in self.indexes:
            return control_error(409, "ALREADY_EXISTS", "Resource already exists")
        if vector.get("type") != "dense_vector" or set(fields) != {"_values"}:
            return control_error(400, "INVALID_ARGUMENT", "The schema needs one dense vector.")
        if not 1 <= vector["dimension"] <= LARGEST:
            return control_error(400, "INVALID_ARGUMENT", "Invalid dimension")
        if vector["metric"] not in {"cosine", "euclidean", "dotproduct"}:
            return control_error(400, "INVALID_ARGUMENT", "Invalid metric")
        if not {"cloud", "region", "deployment_type"} <= set(body.get("deployment", {})):
            return control_error(400, "INVALID_ARGUMENT", "deployment is incomplete")
        index = self.make_index(name, vector["dimension"], metric=vector["metric"])
        return Answer(201, index.described())

    # --- The wire ---------------------------------------------------------------------------

    def _serve(self, index: str) -> str:
        """Serve the control plane, or the named index, on a port of its own; return its address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(index))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    def _handler(self, index: str) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                parts = urlsplit(self.path)
                query = parse_qs(parts.query, keep_blank_values=True)
                body = json.loads(raw) if raw else {}
                asked = Asked(self.command, parts.path, index, query, body, len(raw))
                self._send(fake.respond(asked, headers))

            do_GET = do_POST = do_DELETE = do_PATCH = _answer

            def _send(self, answer: Answer) -> None:
                fake._closing.wait(answer.delay)
                is_text = isinstance(answer.body, str)
                body = (answer.body if is_text else json.dumps(answer.body)).encode()
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    kind = "text/plain" if is_text else "application/json"
                    self.send_header("content-type", kind)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    self.close_connection = True  # the client would not wait

            def log_message(self, *args: object) -> None:
                pass

        return Handler
