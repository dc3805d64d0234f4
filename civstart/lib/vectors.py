"""Vectors: what each model's answers are like. The distance is cosine everywhere (pgvector's <=>).

Stored vectors have no fixed size. Each model has its own partial HNSW index, on the cast to
halfvec of its size, for the passages of startups: `index_of` names it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of one model.

    strange and near are the cosines of a need with a profile that has nothing to do with it, and
    with one as near as they come: where a score's points begin and end. Those of the local models
    are measured over a thousand companies (docs/decisions/0012); Gemini's are what its users
    report, and `manage.py evaluate matching` says whether they hold.
    """

    model: str
    dimensions: int
    strange: float
    near: float

    def share(self, cosine: float) -> float:
        """Return where the cosine lies between strange and near, 0 to 1."""
        return min(1.0, max(0.0, (cosine - self.strange) / (self.near - self.strange)))

    @property
    def index(self) -> str:
        return f"embedding_{self.dimensions}_hnsw"


MINILM = Space("minilm-l6-v2-int8", 384, 0.10, 0.60)
WORDLLAMA = Space("wordllama-256", 256, 0.15, 0.60)
GEMINI = Space("gemini-embedding-001", 3072, 0.55, 0.80)
SPACES = {space.model: space for space in (MINILM, WORDLLAMA, GEMINI)}
