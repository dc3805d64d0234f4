"""Pinecone, a vector index as a service: index.py is the index, client.py talks to the service."""
