from matching.models.embeddings import (
    Embedding,
    EmbeddingQuerySet,
    IndexState,
    ProfileWords,
    VectorModel,
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

__all__ = [
    "Abstention",
    "Embedding",
    "EmbeddingQuerySet",
    "Exclusions",
    "Feedback",
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
    "ProfileWords",
    "Reason",
    "Rematch",
    "RematchQuerySet",
    "SignalDifference",
    "VectorModel",
]
