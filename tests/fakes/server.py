"""A local HTTP server for fakes of services: each test says what each path answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came in. query holds the last value of each name."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """What is sent back. drip seconds are waited before each byte; promised is a false length."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0
    promised: int | None = None


type_of_answer = Callable[[Asked], Reply]


@dataclass
class Served:
    """A running server: its host:port, and what it was asked so far."""

    host: str
    asked: list[Asked]

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@contextmanager
def serve(answer: type_of_answer, *, tls: SSLContext | None = None) -> Iterator[Served]:
    """Serve on a free port of this machine until the block ends."""
    asked: list[Asked] = []
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            request = Asked(parts.path, query, {k.lower(): v for k, v in self.headers.items()})
            asked.append(request)
            with suppress(OSError):  # the other side hung up, as some tests want
                self._send(answer(request))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            if reply.status != 304:
                length = len(reply.body) if reply.promised is None else reply.promised
                self.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not reply.drip:
                self.wfile.write(reply.body)
                return
            for at in range(len(reply.body)):
                if over.wait(reply.drip):
                    return
                self.wfile.write(reply.body[at : at + 1])

        def log_message(self, *args: object) -> None:
            """Say nothing: tests read what was asked instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Served(f"127.0.0.1:{server.server_port}", asked)
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
