"""One Redis server on a private unix socket; it keeps nothing on disk."""

import logging
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from civstart.lib.embedded.account import Account
from civstart.lib.embedded.leftovers import is_alive, stop_unreachable
from civstart.lib.embedded.logs import last_lines, open_log, size
from civstart.lib.embedded.places import Places
from civstart.lib.embedded.programs import redis_program
from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5
START_SECONDS = 20
STOP_SECONDS = 10

SERVER_NAME = "redis-server"

# The shell leaves Redis to init, so that it never becomes a zombie of whoever started it.
DETACHED = '"$@" >&2 & echo $!'


class RedisFailed(CivStartError):
    """The embedded Redis did not do what was asked of it."""


@dataclass(frozen=True)
class Redis:
    """The Redis server of one set of folders."""

    places: Places
    account: Account

    def ensure(self) -> None:
        """Return once it answers. The caller holds the start lock."""
        if self.ask("PING") is None:
            self._start()

    def pid(self) -> int | None:
        number = self._about_itself().get("process_id")
        return int(number) if number else None

    def version(self) -> str | None:
        number = self._about_itself().get("redis_version")
        return f"Redis {number}" if number else None

    def stop(self) -> None:
        """Stop it without saving. Does nothing when it does not run."""
        if self.ask("SHUTDOWN NOSAVE") is None:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while self.ask("PING") is not None:
            if time.monotonic() > deadline:
                raise self._failure("does not stop")
            time.sleep(0.02)
        self.places.redis_socket.unlink(missing_ok=True)

    def stop_deserted(self) -> None:
        """Stop the server although its folders were deleted."""
        self.stop()
        stop_unreachable(SERVER_NAME, self.places.sockets)

    def ask(self, command: str) -> str | None:
        """Return the answer to a command of plain words, or None when nobody listens."""
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(ANSWER_SECONDS)
            try:
                talk.connect(os.fspath(self.places.redis_socket))
                talk.sendall(command.encode() + b"\r\n")
                return _answer(talk)
            except (FileNotFoundError, ConnectionError):
                return None
            except TimeoutError:
                raise RedisFailed(
                    f"Redis on {self.places.redis_socket} accepts connections but does not answer. "
                    "Find it with `ps aux | grep redis-server`, stop it, and start again."
                ) from None

    def _about_itself(self) -> dict[str, str]:
        """Return the server section of INFO; empty when it does not run."""
        lines = (self.ask("INFO server") or "").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def _start(self) -> None:
        program = redis_program(self.account)
        stop_unreachable(SERVER_NAME, self.places.sockets)
        begun = size(self.places.redis_log)
        pid = self._launch(program)
        deadline = time.monotonic() + START_SECONDS
        while self.ask("PING") is None:
            if time.monotonic() > deadline or not is_alive(pid):
                raise self._failure(f"({program}) does not start", since=begun)
            time.sleep(0.01)
        log.info("Redis runs as %s on %s.", self.account.name, self.places.redis_socket)

    def _launch(self, program: Path) -> int:
        options = [
            *("--port", "0"),
            *("--unixsocket", os.fspath(self.places.redis_socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no"),
            *("--dir", os.fspath(self.places.sockets)),
        ]
        with open_log(self.places.redis_log) as written:
            shell = subprocess.run(
                ["/bin/sh", "-c", DETACHED, "sh", program, *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                cwd="/",
                umask=0o077,
                start_new_session=True,
                **self.account.popen_options(),
            )
        return int(shell.stdout)

    def _failure(self, what: str, *, since: int = 0) -> RedisFailed:
        written = self.places.redis_log
        return RedisFailed(
            f"Redis on {self.places.redis_socket} {what}. "
            f"Its log, {written}, ends:\n{last_lines(written, since=since)}"
        )


def _answer(talk: socket.socket) -> str:
    """Return one reply of Redis: a line, or a bulk string after its length."""
    with talk.makefile("rb") as reply:
        first = reply.readline().decode()
        if first.startswith("$"):
            return reply.read(int(first[1:])).decode()
        return first.strip()
