"""Where the embedded servers keep things and where they listen. Nothing is started or made here."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROLE = "civstart"
DATABASE = "civstart"
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"

# Used by root only, when the project lies in a private folder the servers' account cannot enter.
SHARED = Path("/var/lib/civstart")

# sun_path holds 107 bytes on Linux and 103 on macOS; one limit for both.
LONGEST_SOCKET_PATH = 103
SHORT_SOCKETS = Path("/tmp")


@dataclass(frozen=True)
class Addresses:
    """What the settings need to reach the servers."""

    sockets: Path

    @property
    def database_url(self) -> str:
        """Return the address in the one form django-environ reads a socket folder from.

        It lower-cases a host and passes a `?host=` on as an option, which `dbshell` does not see;
        only `//folder/name` comes out as HOST and NAME. psql and psycopg want `conninfo` instead.
        """
        return f"postgresql://{ROLE}@/{quote(os.fsencode(self.sockets))}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(os.fsencode(self.sockets / REDIS_SOCKET))}?db=0"

    @property
    def conninfo(self) -> str:
        """Return the address as libpq reads it: for psql, pg_dump and psycopg."""
        folder = quote(os.fsencode(self.sockets), safe="")
        return f"postgresql://{ROLE}@/{DATABASE}?host={folder}"


@dataclass(frozen=True)
class Places:
    """The folders of one pair of servers.

    `home`, with the data, is `var`; only for root in a private folder it lies elsewhere.
    """

    var: Path
    home: Path
    sockets: Path

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def postgres_log(self) -> Path:
        return self.logs / "postgres.log"

    @property
    def redis_log(self) -> Path:
        return self.logs / "redis.log"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / POSTGRES_SOCKET

    @property
    def redis_socket(self) -> Path:
        return self.sockets / REDIS_SOCKET

    @property
    def locks(self) -> Path:
        return self.var / "lock"


def addresses(var: Path) -> Addresses:
    """Return where the servers of this folder listen, or will. Starts nothing; a few stat calls."""
    return Addresses(sockets=find(var).sockets)


def find(var: Path) -> Places:
    """Return the folders that belong to `var`; the same answer in every process of one user."""
    var = var.expanduser().resolve()
    home = _home(var)
    return Places(var=var, home=home, sockets=_sockets(home))


def path_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def open_to_all(folder: Path) -> bool:
    """Tell whether any user may pass this folder and all above it; missing ones count as open."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents) if _exists(step))


def _home(var: Path) -> Path:
    # Data that exists decides, so that a later chmod of a parent folder cannot make it seem lost.
    if os.geteuid() != 0 or _exists(var / "postgres"):
        return var
    shared = SHARED / path_hash(var)
    if _exists(shared / "postgres") or not open_to_all(var):
        return shared
    return var


def _sockets(home: Path) -> Path:
    folder = home / "run"
    longest = max(POSTGRES_SOCKET, REDIS_SOCKET, key=len)
    # libpq reads a comma in a host as "or that other host".
    if len(os.fsencode(folder / longest)) <= LONGEST_SOCKET_PATH and "," not in str(folder):
        return folder
    # Not $XDG_RUNTIME_DIR nor $TMPDIR: a cron job or a `su` has others, and must find the same.
    return SHORT_SOCKETS / f"civstart-{path_hash(home)}"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False
