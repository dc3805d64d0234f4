import pytest

from tests.support.pinecone import pinecone, waited

__all__ = ["pinecone", "waited"]


@pytest.fixture
def index(pinecone):
    """The index of the service that takes MiniLM's vectors."""
    return pinecone.make_index("civstart-signals", 384)
