"""A server that accepts every connection and never says a word, as one that hangs."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Silent:
    """A running silent server, and the connections it accepted so far."""

    port: int
    accepted: list[socket.socket] = field(default_factory=list)

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


@contextmanager
def silent() -> Iterator[Silent]:
    """Listen on a free port of this machine until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Silent(listening.getsockname()[1])
    thread = Thread(target=_accept, args=(listening, server), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
        for one in (listening, *server.accepted):
            one.close()


def _accept(listening: socket.socket, server: Silent) -> None:
    while True:
        try:
            server.accepted.append(listening.accept()[0])
        except OSError:  # it was shut
            return
