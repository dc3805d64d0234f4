from matching.models.differences import (
    RematchedPair,
    RematchedSignal,
    RematchedSignalQuerySet,
    RematchFailure,
)
from matching.models.embeddings import (
    Embedding,
    EmbeddingQuerySet,
    Freshness,
    IndexState,
    ProfileTotals,
    ProfileWords,
    VectorModel,
    WordCount,
)
from matching.models.feedback import Exclusions, Feedback, Judgement
from matching.models.matches import (
    Abstention,
    Match,
    MatchQuerySet,
    MatchRun,
    PassedOver,
    Reason,
)
from matching.models.policies import MatchPolicy, PolicyUse
from matching.models.previews import (
    PairDifference,
    PolicyPreview,
    PreviewedPair,
    PreviewedSignal,
    SignalDifference,
)
from matching.models.rematches import Rematch, RematchQuerySet
from matching.models.spans import SpanVectors

__all__ = [
    "Abstention",
    "Embedding",
    "EmbeddingQuerySet",
    "Exclusions",
    "Feedback",
    "Freshness",
    "IndexState",
    "Judgement",
    "Match",
    "MatchPolicy",
    "MatchQuerySet",
    "MatchRun",
    "PairDifference",
    "PassedOver",
    "PolicyPreview",
    "PolicyUse",
    "PreviewedPair",
    "PreviewedSignal",
    "ProfileTotals",
    "ProfileWords",
    "Reason",
    "Rematch",
    "RematchFailure",
    "RematchQuerySet",
    "RematchedPair",
    "RematchedSignal",
    "RematchedSignalQuerySet",
    "SignalDifference",
    "SpanVectors",
    "VectorModel",
    "WordCount",
]
