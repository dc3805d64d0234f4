"""Looking at the servers, starting and stopping them, for a person at the command line."""

from dataclasses import dataclass
from pathlib import Path

from civstart.lib.embedded.account import Account, account_for, myself
from civstart.lib.embedded.holding import (
    NotStarted,
    Server,
    explained,
    hold,
    keep,
    lock_alone,
    start_lock,
    stop_servers,
    users_file,
)
from civstart.lib.embedded.places import Addresses, Places, find
from civstart.lib.embedded.postgres_server import Postgres
from civstart.lib.embedded.redis_server import Redis
from civstart.lib.errors import CivStartError


class InUse(CivStartError):
    """The servers are being used."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    pid: int
    version: str


@dataclass(frozen=True)
class Status:
    """What runs for a `var` folder."""

    addresses: Addresses
    places: Places
    postgres: Running | None
    redis: Running | None
    in_use: bool


def status(var: Path) -> Status:
    """Return what runs now. Starts and creates nothing."""
    places = find(var)
    account = myself()
    with explained(places):
        return Status(
            addresses=Addresses(places.sockets),
            places=places,
            postgres=_running(Postgres(places, account)),
            redis=_running(Redis(places, account)),
            in_use=_is_in_use(places),
        )


def start(var: Path) -> None:
    """Start the servers and leave them running, without anyone holding them, until `stop`."""
    with hold(var) as held:
        keep(held.places, _servers(held.places, myself()))


def stop(var: Path, *, force: bool = False) -> None:
    """Stop the servers. Raise InUse if a process uses them, unless forced."""
    places = find(var)
    if not places.locks.exists():
        return
    with explained(places), start_lock(places), users_file(places) as users:
        if not lock_alone(users) and not force:
            raise InUse(
                f"A process uses the servers in {places.var}. Stop it first (see it with "
                f"`lsof {users.name}`), or add --force to pull them away from it."
            )
        stop_servers(places, _servers(places, account_for(places.cluster)))


def _servers(places: Places, account: Account) -> list[Server]:
    return [Postgres(places, account), Redis(places, account)]


def _running(server: Server) -> Running | None:
    version = server.version()
    pid = server.pid()
    return Running(pid, version) if version and pid else None


def _is_in_use(places: Places) -> bool:
    if not places.locks.exists():
        return False
    try:
        with start_lock(places, seconds=0), users_file(places) as users:
            return not lock_alone(users)
    except NotStarted:  # somebody is starting or stopping them just now
        return True
