"""Reasons: which words of the signal and which of the profile belong together."""

import re
from collections.abc import Sequence

from matching.contract import Pairing, Passage
from matching.embedding import LocalEmbedder

# Below this cosine two spans have little in common (WordLlama, short texts).
FLOOR = 0.3
CLAUSE_END = re.compile(r"(?<=[.!?;:,])\s+")
SHORTEST, LONGEST = 4, 22


class LocalExplainer:
    """Pairs clauses of the quotes with sentences of the profile by their embeddings' cosine."""

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        spans = [(piece, span) for piece, quote in enumerate(quotes) for span in clauses(quote)]
        if not spans or not passages:
            return []
        embedder = LocalEmbedder()
        likeness = (
            embedder.queries([span for _, span in spans])
            @ embedder.documents([p.text for p in passages]).T
        )
        pairs = sorted(
            (
                (float(likeness[i, j]), i, j)
                for i in range(len(spans))
                for j in range(len(passages))
            ),
            reverse=True,
        )
        chosen: list[Pairing] = []
        for value, i, j in pairs:
            if value < FLOOR or len(chosen) == most:
                break
            piece, span = spans[i]
            if all(span not in c.they_said and passages[j].text != c.profile_says for c in chosen):
                chosen.append(Pairing(piece, span, passages[j].text, passages[j].part, value))
        return chosen


def clauses(quote: str) -> list[str]:
    """Return the stretches of a quote worth showing alone: clauses, short ones joined."""
    found: list[str] = []
    open_at = 0
    for end in [match.start() for match in CLAUSE_END.finditer(quote)] + [len(quote)]:
        span = quote[open_at:end].strip()
        if len(span.split()) >= SHORTEST:
            found += _short_enough(span)
            open_at = end
    rest = quote[open_at:].strip()
    return found or ([rest] if rest else [])


def _short_enough(span: str) -> list[str]:
    words = span.split()
    if len(words) <= LONGEST:
        return [span]
    half = span.find(" ", len(span) // 2)
    return (
        [span]
        if half < 0
        else [*_short_enough(span[:half].strip()), *_short_enough(span[half:].strip())]
    )
