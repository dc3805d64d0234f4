"""Sources with the services they look at, served on this machine."""

import pytest

from tests import make
from tests.fakes import feed as fake_feed
from tests.fakes import legistar as fake_legistar


@pytest.fixture
def legistar(settings):
    with fake_legistar.running() as service:
        settings.LEGISTAR_URL = service.url
        settings.OUTBOUND_ALLOW_HOSTS = [service.served.host]
        yield service


@pytest.fixture
def feed(settings):
    with fake_feed.running() as site:
        settings.OUTBOUND_ALLOW_HOSTS = [site.served.host]
        yield site


@pytest.fixture
def from_legistar(db, legistar):
    return make.source("legistar", legistar.client, body="")


@pytest.fixture
def from_feed(db, feed):
    return make.source("feed", feed.url)


@pytest.fixture
def from_folder(db, tmp_path):
    return make.source("folder", str(tmp_path))
