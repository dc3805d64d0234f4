from matching.models.embeddings import Embedding, EmbeddingQuerySet, ProfileWords, VectorModel
from matching.models.matches import (
    Abstention,
    Match,
    MatchPolicy,
    MatchQuerySet,
    MatchRun,
    Reason,
)

__all__ = [
    "Abstention",
    "Embedding",
    "EmbeddingQuerySet",
    "Match",
    "MatchPolicy",
    "MatchQuerySet",
    "MatchRun",
    "ProfileWords",
    "Reason",
    "VectorModel",
]
