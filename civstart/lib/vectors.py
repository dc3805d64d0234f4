"""Vectors: the size of each model's answers. The distance is cosine everywhere (pgvector's <=>)."""

DIMENSIONS = {"wordllama-256": 256, "gemini-embedding-001": 3072}
