from tests.support.pinecone import pinecone, waited

__all__ = ["pinecone", "waited"]
