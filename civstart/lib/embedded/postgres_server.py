"""One PostgreSQL server on a private unix socket, driven through the wheel's own initdb and pg_ctl.

Not through the wheel's Python manager: as root that one opens every parent folder to the world.

Whoever can connect may do so without a password (`trust`), because nobody else can: there is no TCP
port, the socket's folder has mode 700, and so has the socket.
"""

import enum
import logging
import shlex
import time
from functools import cached_property
from pathlib import Path

from civstart.lib.embedded.account import Account
from civstart.lib.embedded.cluster import SUPERUSER, ensure_cluster
from civstart.lib.embedded.leftovers import stop_unreachable
from civstart.lib.embedded.logs import last_lines, open_log, size
from civstart.lib.embedded.places import DATABASE, ROLE, Places
from civstart.lib.embedded.tools import PORT, Tools
from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

SERVER_NAME = "postgres"
START_SECONDS = 120
STOP_SECONDS = 60
RETRY_SECONDS = 15
PREPARE_TRIES = 3

# Run as our role in our database, it proves server, role, database and extension at once.
CHECK = """
SELECT current_setting('server_version'), extversion FROM pg_extension WHERE extname = 'vector'
"""

# Each line may be repeated. The database comes last: where it exists, all before it was done.
# The extension is in template1 because tests create databases as a role that may not install it.
PREPARE = f"""
SET client_min_messages = warning;
SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
\\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
ALTER EXTENSION vector UPDATE;
SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
\\connect {DATABASE}
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
ALTER EXTENSION vector UPDATE;
"""


class PostgresFailed(CivStartError):
    """The embedded PostgreSQL did not do what was asked of it."""


class State(enum.Enum):
    """What a server answers when one connects to it."""

    READY = "ready"
    UNPREPARED = "running, without our role, database or extension"
    BUSY = "starting or stopping"
    DOWN = "down"


class Postgres:
    """The PostgreSQL server of one set of folders."""

    def __init__(self, places: Places, account: Account) -> None:
        self.places = places
        self.account = account
        self.tools = Tools(places, account)

    @cached_property
    def lock_file(self) -> Path:
        return self.places.cluster / "postmaster.pid"

    def ensure(self) -> None:
        """Return once it runs and is prepared. The caller holds the start lock."""
        state = self._settled_state()
        if state is State.DOWN:
            self._clear_the_way()
            ensure_cluster(self.tools)
            self._start()
        if state is not State.READY:
            self._prepare()

    def state(self) -> State:
        # Without its lock file its data was deleted under it, even if it still answers.
        if not self.lock_file.exists():
            return State.DOWN
        asked = self.tools.psql(CHECK, user=ROLE, database=DATABASE)
        if asked.returncode == 0:
            return State.READY if asked.stdout.strip() else State.UNPREPARED
        return _state_from(asked.stderr)

    def version(self) -> str | None:
        """Return the versions of server and pgvector, or None when it does not run."""
        if not self.lock_file.exists():
            return None
        asked = self.tools.psql(CHECK, user=ROLE, database=DATABASE)
        server, _, vector = asked.stdout.strip().partition("|")
        return f"PostgreSQL {server.split()[0]} with pgvector {vector}" if server else None

    def pid(self) -> int | None:
        """Return the process id the server wrote down; `state` says whether it still runs."""
        try:
            return int(self.lock_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def stop(self) -> None:
        """Stop it in order; clients are disconnected. Does nothing when it does not run."""
        if self.state() is State.DOWN:
            # pg_ctl would send its signal to whoever has the written process id by now.
            self._clear_the_way()
            return
        for mode in ("fast", "immediate"):
            with open_log(self.places.postgres_log) as written:
                options = ("-w", "-s", "-t", str(STOP_SECONDS), "-m", mode)
                if self.tools.pg_ctl("stop", *options, output=written):
                    return
        raise self._failure("does not stop")

    def stop_deserted(self) -> None:
        """Stop the server although its folders were deleted."""
        stop_unreachable(SERVER_NAME, self.places.cluster)

    def _settled_state(self) -> State:
        deadline = time.monotonic() + STOP_SECONDS
        while (state := self.state()) is State.BUSY:
            if time.monotonic() > deadline:
                raise self._failure(f"has been starting or stopping for {STOP_SECONDS} s")
            time.sleep(0.1)
        return state

    def _start(self) -> None:
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            begun = size(self.places.postgres_log)
            if self._start_once():
                log.info("PostgreSQL runs as %s in %s.", self.account.name, self.places.cluster)
                return
            failure = self._failure("does not start", since=begun)
            # After kill -9 of the server, memory it shared is let go of a moment later.
            leaving = "pre-existing shared memory block" in str(failure)
            if not leaving or time.monotonic() > deadline:
                raise failure
            time.sleep(0.2)

    def _start_once(self) -> bool:
        options = ("-w", "-s", "-t", str(START_SECONDS), "-o", shlex.join(self._settings()))
        with open_log(self.places.postgres_log) as written:
            return self.tools.pg_ctl("start", *options, output=written)

    def _clear_the_way(self) -> None:
        # Called when nothing answers on the socket: what still runs here is out of reach.
        stop_unreachable(SERVER_NAME, self.places.cluster)
        socket = self.places.postgres_socket
        for stale in (self.lock_file, socket.with_name(f"{socket.name}.lock")):
            stale.unlink(missing_ok=True)

    def _settings(self) -> list[str]:
        """Return the settings as options, so that a change here reaches clusters that exist."""
        sockets = str(self.places.sockets).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "fsync": "on",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            "cluster_name": "civstart",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _prepare(self) -> None:
        for _ in range(PREPARE_TRIES):
            done = self.tools.psql(PREPARE, user=SUPERUSER, database="postgres")
            if done.returncode == 0:
                return
            # The psql of a process killed just here may still be doing the same.
            time.sleep(0.5)
        raise self._failure(f"could not prepare {DATABASE!r}: {done.stderr.strip()}")

    def _failure(self, what: str, *, since: int = 0) -> PostgresFailed:
        written = self.places.postgres_log
        return PostgresFailed(
            f"PostgreSQL in {self.places.cluster} {what}. "
            f"Its log, {written}, ends:\n{last_lines(written, since=since)}"
        )


def _state_from(complaint: str) -> State:
    if "too many clients" in complaint or "connection slots are reserved" in complaint:
        return State.READY
    if "FATAL" in complaint and "does not exist" in complaint:
        return State.UNPREPARED
    if "the database system is" in complaint:
        return State.BUSY
    if "Permission denied" in complaint:
        raise PostgresFailed(
            f"The embedded PostgreSQL is closed to this user: {complaint.strip()} "
            "Run as the user that started it."
        )
    return State.DOWN
