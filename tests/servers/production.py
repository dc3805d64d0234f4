"""What a host gives a site in production: PostgreSQL and Redis over TCP, each with a password.

The programs are those the wheels carry; nothing of the embedded servers' own running is used.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from civstart.lib.embedded.account import Account, account_for, private_folder
from civstart.lib.embedded.cluster import SUPERUSER, ensure_cluster
from civstart.lib.embedded.places import find
from civstart.lib.embedded.programs import redis_program
from civstart.lib.embedded.tools import Tools
from tests.servers.asking import until
from tests.sites import HOST, free_port

PASSWORD = "correct-horse-battery"
WHO_MAY_COME_IN = f"""
local all {SUPERUSER} trust
host  all all {HOST}/32 scram-sha-256
"""


@dataclass(frozen=True)
class Services:
    """The addresses of both servers."""

    database_url: str
    redis_url: str


@contextmanager
def running(folder: Path) -> Iterator[Services]:
    """Run both servers in the folder until the end of the block."""
    with ExitStack() as stack:
        database_url = stack.enter_context(_postgres(folder / "database"))
        redis_url = stack.enter_context(_redis(folder))
        yield Services(database_url, redis_url)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    folder.mkdir(mode=0o755)
    places = find(folder)
    account = account_for(places.cluster)
    tools = Tools(places, account)
    private_folder(places.sockets, account)
    ensure_cluster(tools)
    (places.cluster / "pg_hba.conf").write_text(WHO_MAY_COME_IN)
    port = free_port()
    options = {
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": places.sockets,
        "fsync": "off",
    }
    argv = [tools.folder / "postgres", "-D", places.cluster]
    argv += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    inside = f"host={places.sockets} port={port} user={SUPERUSER} dbname=postgres"
    with _program(argv, account, folder / "log"):
        until(lambda: _answers(inside), "PostgreSQL over TCP")
        _make_database(inside)
        yield f"postgres://civ:{PASSWORD}@{HOST}:{port}/site"


def _make_database(inside: str) -> None:
    """Make a role that is no superuser, and its database with the extension, as a host does."""
    with psycopg.connect(inside, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE civ LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE DATABASE site OWNER civ")
    with psycopg.connect(inside, dbname="site", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")


def _answers(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    account = account_for(folder / "keeps-nothing")
    port = free_port()
    options = ["--port", str(port), "--bind", HOST, "--requirepass", PASSWORD, "--save", ""]
    url = f"redis://:{PASSWORD}@{HOST}:{port}/0"
    with _program([redis_program(account), *options], account, folder / "redis.log"):
        until(lambda: _pings(url), "Redis over TCP")
        yield url


def _pings(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


@contextmanager
def _program(argv: Sequence[str | Path], account: Account, log: Path) -> Iterator[None]:
    with (
        log.open("wb") as written,
        subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd="/",
            start_new_session=True,
            **account.popen_options(),
        ) as process,
    ):
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)  # to both: stop now, in order
