"""The cast and the doors tests use.

Servers are real: PostgreSQL with pgvector, started by the project itself.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.lib import embedded
from tests import make

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    embedded.hold(Path(settings.VAR_DIR))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED_DATA.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(
                pytest.mark.skip(reason=f"THE REAL DATA IS MISSING: no folder {SHARED_DATA}")
            )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    return SHARED_DATA


@pytest.fixture
def sam(db: None) -> User:
    """Works for the accelerator."""
    return make.user("Sam Staffer", is_staff=True, is_superuser=True)


@pytest.fixture
def ana(db: None) -> User:
    """Works for the accelerator too."""
    return make.user("Ana Ruiz", is_staff=True, is_superuser=True)


@pytest.fixture
def rita(db: None) -> User:
    """Founded a startup, Leakwise, which finds leaks in water mains."""
    rita = make.user("Rita Founder")
    make.membership(make.startup("Leakwise"), rita, role="founder")
    return rita


@pytest.fixture
def stranger(db: None) -> User:
    """Signs in, but belongs to nothing."""
    return make.user("Stan Stranger")


@pytest.fixture
def as_sam(sam: User) -> Client:
    return signed_in(sam)


@pytest.fixture
def as_rita(rita: User) -> Client:
    return signed_in(rita)


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    return signed_in(stranger)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def react(db: None) -> Callable[[], int]:
    """Run what is queued, as a worker would; return how many reactions ran."""

    def run() -> int:
        count = 0
        while due := list(Delivery.objects.due().values_list("pk", flat=True)):
            for pk in due:
                outbox.deliver(pk)
                count += 1
        return count

    return run
