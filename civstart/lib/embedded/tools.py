"""PostgreSQL's command line tools, run as the right account in a bare environment."""

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from civstart.lib.embedded.account import Account
from civstart.lib.embedded.places import Places
from civstart.lib.embedded.programs import postgres_folder

PORT = "5432"


@dataclass(frozen=True)
class Tools:
    """initdb, pg_ctl and psql for one set of folders.

    Each runs in a session of its own, so that Ctrl-C in the terminal does not cut it short.
    """

    places: Places
    account: Account

    @cached_property
    def folder(self) -> Path:
        return postgres_folder(self.account) / "bin"

    def initdb(self, cluster: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "initdb", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            **self._surroundings(cluster),
            **self.account.popen_options(),
        )

    def pg_ctl(self, *words: str, output: IO[bytes]) -> bool:
        """Run pg_ctl and return whether it worked; what it and its server say goes to `output`."""
        ended = subprocess.run(
            [self.folder / "pg_ctl", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **self._surroundings(self.places.cluster),
            **self.account.popen_options(),
        )
        return ended.returncode == 0

    def psql(self, script: str, *, user: str, database: str) -> subprocess.CompletedProcess[str]:
        """Run SQL. Not through psycopg: who only holds the servers should not have to import it."""
        options = ["-X", "--no-password", "--quiet", "--no-align", "--tuples-only"]
        target = [f"--username={user}", f"--dbname={database}"]
        return subprocess.run(
            [self.folder / "psql", *options, *target, "--set=ON_ERROR_STOP=1", "--file=-"],
            input=script,
            capture_output=True,
            text=True,
            errors="replace",
            **self._surroundings(self.places.cluster),
        )

    def _surroundings(self, cluster: Path) -> dict[str, Any]:
        """Return a bare environment: no PG* from outside, and no keys of ours for the servers.

        The data folder goes in PGDATA because pg_ctl hands a -D to the shell unquoted.
        """
        environment = {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "TZ": "UTC",
            "PGDATA": str(cluster),
            "PGHOST": str(self.places.sockets),
            "PGPORT": PORT,
            "PGCONNECT_TIMEOUT": "5",
        }
        return {"env": environment, "cwd": "/", "umask": 0o077, "start_new_session": True}
