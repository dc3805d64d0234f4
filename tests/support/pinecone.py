"""Fixtures of a site that has Pinecone for its index; a conftest imports them."""

from collections.abc import Iterator

import pytest
from pinecone._internal import http_client

from tests.fakes.pinecone import KEY, FakePinecone


@pytest.fixture
def waited(monkeypatch) -> list[float]:
    """What the SDK waits between its attempts, which takes no time here."""
    seconds: list[float] = []
    monkeypatch.setattr(http_client, "_retry_sleep", seconds.append)
    http_client.get_budget_registry()._reset()  # else other tests' failures forbid it to retry
    return seconds


@pytest.fixture
def pinecone(settings, waited) -> Iterator[FakePinecone]:
    """The fake service, without an index, and settings as a site has them that uses it."""
    with FakePinecone() as fake:
        settings.PINECONE_API_KEY = KEY
        settings.PINECONE_CONTROLLER_HOST = fake.url
        settings.PINECONE_TIMEOUT_SECONDS = 5
        settings.VECTOR_INDEX = "integrations.pinecone.index.PineconeIndex"
        yield fake
