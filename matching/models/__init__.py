from matching.models.embeddings import Embedding, EmbeddingQuerySet, ProfileWords, VectorModel
from matching.models.matches import (
    Abstention,
    Match,
    MatchPolicy,
    MatchQuerySet,
    MatchRun,
    Reason,
)
from matching.models.rematches import Rematch, RematchQuerySet

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
    "Rematch",
    "RematchQuerySet",
    "VectorModel",
]
