import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from civstart.lib import embedded
from tests import sites
from tests.servers.asking import Database, until
from tests.servers.visiting import Visitor

MANAGE = (sys.executable, "manage.py")
PROGRAMS = {
    "web": (sys.executable, "-m", "daphne", "-b", sites.HOST, "civstart.asgi:application", "-p"),
    "worker": (*MANAGE, "qcluster"),
    "relay": (*MANAGE, "relay", "--every", "0.2"),
}


@dataclass
class Town:
    """A running site with people and signals, and its database."""

    site: sites.Site
    database: Database
    emails: dict[str, str]
    signals: list[dict[str, str]]
    running: set[str] = field(default_factory=set)

    def fresh_signal(self) -> dict[str, str]:
        """Return the id and title of a signal that waits for review."""
        return self.signals.pop()

    def start(self, *names: str) -> None:
        """Start those that do not run."""
        for name in names:
            if name not in self.running:
                self.site.start(name, PROGRAMS[name])
                self.running.add(name)

    def stop(self, *names: str, how: int = signal.SIGTERM) -> None:
        """Stop those that run, with all they started."""
        for name in self.running & set(names):
            self.site.stop(name, how=how)
            self.running.remove(name)


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with sites.throwaway() as site:
        site.manage("prepare")
        site.start("web", [*PROGRAMS["web"], str(site.port)])
        staged = json.loads(site.python("-m", "tests.servers.stage"))
        site.wait_for_web()
        conninfo = embedded.addresses(site.folder).conninfo
        town = Town(site, Database(conninfo), staged["emails"], staged["signals"], {"web"})
        yield town
        # Hard, for it is quick. A killed worker's children may outlive it for a moment and still
        # use the servers, so those are not left to the last one out.
        town.stop("web", "worker", "relay", how=signal.SIGKILL)
        embedded.stop(site.folder, force=True)


@pytest.fixture(scope="session")
def signed_in(town: Town) -> Callable[[str], Visitor]:
    """Sign people in, each once."""
    known: dict[str, Visitor] = {}

    def sign_in(name: str) -> Visitor:
        if name not in known:
            known[name] = Visitor(town.site.port).sign_in(town.emails[name])
        return known[name]

    return sign_in


@pytest.fixture
def sam(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("sam")


@pytest.fixture
def ana(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("ana")


@pytest.fixture
def rita(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("rita")


@pytest.fixture
def warm_worker(town: Town, sam: Visitor) -> None:
    """A worker that has matched before, so that its model is loaded."""
    if "worker" not in town.running:
        town.start("worker")
        approved = town.fresh_signal()
        sam.approve(approved["id"])
        until(lambda: town.database.is_settled(approved["id"]), "the first match")
