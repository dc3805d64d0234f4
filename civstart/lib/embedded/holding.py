"""Keeping the servers up as long as somebody uses them.

Two files in var/lock do it. `start` is locked by whoever starts or stops servers, one at a time.
`users` is locked, shared, by every process that uses them; whoever can lock it alone is the last.
Both are flocks, so the kernel takes them back from a process that is killed.
"""

import atexit
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from civstart.lib.embedded.account import account_for, name_of, private_folder
from civstart.lib.embedded.places import SHARED, SHORT_SOCKETS, Addresses, Places, find
from civstart.lib.embedded.postgres_server import Postgres
from civstart.lib.embedded.redis_server import Redis
from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

LOCK_SECONDS = 180

Server = Postgres | Redis


class NotStarted(CivStartError):
    """The embedded servers could not be started, or not be stopped."""


class Held:
    """A share in the running servers; given back by `release`, at exit, or by dying."""

    def __init__(self, places: Places, servers: Sequence[Server]) -> None:
        """Join the users. The caller holds the start lock."""
        self.places = places
        self.addresses = Addresses(places.sockets)
        self._servers = servers
        self._owner = os.getpid()
        self._users = users_file(places)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        atexit.register(self.release)

    def ensure(self) -> None:
        """Start what does not run. The caller holds the start lock."""
        for server in self._servers:
            server.ensure()

    def release(self) -> None:
        """Give the share back; the last one out stops the servers.

        Safe to repeat. In a forked child it does nothing: the share is the parent's.
        """
        if self._users.closed or os.getpid() != self._owner:
            return
        atexit.unregister(self.release)
        with self._users:
            if self._is_deserted():
                self._leave_deserted()
                return
            with start_lock(self.places):
                if lock_alone(self._users) and not is_kept(self.places, self._servers):
                    stop_servers(self.places, self._servers)

    def _is_deserted(self) -> bool:
        """Tell whether somebody deleted the folder under us, and perhaps began a new one."""
        ours = os.fstat(self._users.fileno())
        try:
            return not os.path.samestat(ours, (self.places.locks / "users").stat())
        except FileNotFoundError:
            return True

    def _leave_deserted(self) -> None:
        # Whoever began anew has stopped the old servers before starting new ones.
        begun_anew = self.places.locks.exists()
        if begun_anew or not lock_alone(self._users):
            return
        for server in self._servers:
            server.stop_deserted()
        _remove_short_folder(self.places)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def hold(var: Path, *, postgres: bool = True, redis: bool = True) -> Held:
    """Start what does not run yet and keep it up until released. Raise CivStartError if it fails.

    A setup with a DATABASE_URL or a REDIS_URL of its own asks only for the other server.
    """
    places = find(var)
    with explained(places):
        _make_folders(places)
        return _hold(places, postgres=postgres, redis=redis)


def _hold(places: Places, *, postgres: bool, redis: bool) -> Held:
    held = None
    try:
        with start_lock(places):
            account = account_for(places.cluster)
            private_folder(places.sockets, account)
            servers: list[Server] = []
            servers += [Postgres(places, account)] if postgres else []
            servers += [Redis(places, account)] if redis else []
            held = Held(places, servers)
            held.ensure()
            return held
    except BaseException:
        # Ctrl-C as well: half a pair must not stay behind.
        if held is not None:
            held.release()
        raise


def _make_folders(places: Places) -> None:
    places.var.mkdir(mode=0o755, parents=True, exist_ok=True)
    for folder in (places.locks, places.logs):
        folder.mkdir(mode=0o700, exist_ok=True)
    if places.home != places.var:
        log.info("%s is closed to other users; the data is in %s.", places.var, places.home)
        SHARED.mkdir(mode=0o755, exist_ok=True)
        places.home.mkdir(mode=0o755, exist_ok=True)


@contextlib.contextmanager
def explained(places: Places) -> Iterator[None]:
    """Turn an error of the disk into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise NotStarted(_explain(error, places)) from error


def _explain(error: OSError, places: Places) -> str:
    owner = f" It belongs to {name_of(places.var.stat().st_uid)}." if places.var.exists() else ""
    return (
        f"The embedded servers cannot use {error.filename or places.var}: {error.strerror}. "
        f"They need {places.var}.{owner} "
        f"Make it writable for {name_of(os.geteuid())}, or set DATABASE_URL and REDIS_URL."
    )


@contextlib.contextmanager
def start_lock(places: Places, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Be the only one who starts or stops these servers."""
    with (places.locks / "start").open("ab") as turn:
        deadline = time.monotonic() + seconds
        while not lock_alone(turn):
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"Another process has been starting or stopping the servers for {seconds} s. "
                    f"See who holds {turn.name} (lsof), and {places.postgres_log}."
                )
            time.sleep(0.01)
        yield


def lock_alone(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def users_file(places: Places) -> IO[bytes]:
    return (places.locks / "users").open("ab")


def stop_servers(places: Places, servers: Sequence[Server]) -> None:
    """Stop them, the last started first. The caller holds the start lock."""
    for server in reversed(servers):
        server.stop()
    keep_file(places).unlink(missing_ok=True)
    _remove_short_folder(places)


def _remove_short_folder(places: Places) -> None:
    if places.sockets.parent == SHORT_SOCKETS:
        with contextlib.suppress(
            OSError
        ):  # a server of the other kind may still have its socket in it
            places.sockets.rmdir()


def keep(places: Places, servers: Sequence[Server]) -> None:
    """Note that these running servers stay when the last user leaves."""
    keep_file(places).write_text(_pids(servers))


def is_kept(places: Places, servers: Sequence[Server]) -> bool:
    # The numbers are compared so that a note from before a reboot does not count.
    return keep_file(places).exists() and keep_file(places).read_text() == _pids(servers)


def keep_file(places: Places) -> Path:
    return places.locks / "keep"


def _pids(servers: Sequence[Server]) -> str:
    return " ".join(str(server.pid()) for server in servers)
