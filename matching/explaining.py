"""Reasons: which words of the signal and which of the profile belong together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from matching import spans
from matching.contract import Explained, Pairing, Passage, type_of_vectors
from signals.models import Signal
from startups.models import Startup

# Below this cosine two spans have little in common (MiniLM, short texts).
FLOOR = 0.30
# What speaks against it must be nearer to the need, or every limit a profile names would be shown.
DOUBT_FLOOR = 0.35
DOUBTS = 1
# How profiles say what the company does not do, or only does: of itself, by name or as "we". What
# nobody "needs" or "has to" do is praise, not a limit.
LIMIT = re.compile(
    r"\b(?:[Ww]e|[Ii]t|[A-Z][\w-]+)\s+"
    r"(?:(?:do|does|can|could|are|is|will|was)\s?(?:not|n['\u2019]t)"
    r"|cannot|can['\u2019]t|won['\u2019]t|never|only)\s+"
    r"(?!need|have to|has to|require)"
    r"|\b[Nn]ot (?:for|suited|suitable|sold|offered|meant|available)\b"
    r"|\b[Oo]nly (?:for|in|on|with|where|works?|serves?)\b"
)
CLAUSE_END = re.compile(r"(?<=[.!?;:,])\s+")
SHORTEST, LONGEST = 4, 22


@dataclass(frozen=True, slots=True)
class _Pair:
    """A span and a passage by their places, and how alike they are."""

    likeness: float
    span: int
    passage: int


class LocalExplainer:
    """Pairs clauses of the quotes with sentences of the profile by MiniLM's cosine."""

    name = "Local"

    def bring(self, signal: Signal, quotes: Sequence[str], startups: Sequence[Startup]) -> None:
        """Have at hand what it needs to explain the signal to these. Four queries at most, however
        many they are; what is not stored yet is encoded in one go and stored.
        """
        own = tuple(span for quote in quotes for span in clauses(quote))
        spans.bring("signal", {signal.pk: (own, timezone.now())})
        spans.bring("startup", spans.of_profiles(startups))

    def explain(
        self, quotes: Sequence[str], passages: Sequence[Passage], *, most: int
    ) -> list[Pairing]:
        said = [(piece, span) for piece, quote in enumerate(quotes) for span in clauses(quote)]
        if not said or not passages:
            return []
        own = spans.vectors([span for _, span in said])
        likeness = own @ spans.vectors([one.text for one in passages]).T
        limits = [bool(LIMIT.search(one.text)) for one in passages]
        for_it = _pairs(likeness, [j for j, limit in enumerate(limits) if not limit], FLOOR)
        against = _pairs(likeness, [j for j, limit in enumerate(limits) if limit], DOUBT_FLOOR)
        fits = _chosen(for_it, said, passages, most=most, fits=True)
        doubts = _chosen(against, said, passages, most=DOUBTS, fits=False) if fits else []
        return Explained(fits + doubts, by=self.name)


def _pairs(likeness: type_of_vectors, columns: Sequence[int], floor: float) -> Iterator[_Pair]:
    """Return the pairs with these passages, the most alike first, down to the floor."""
    found = (_Pair(float(likeness[i, j]), i, j) for i in range(len(likeness)) for j in columns)
    return iter(
        sorted(
            (one for one in found if one.likeness >= floor),
            key=lambda one: (-one.likeness, one.span, one.passage),
        )
    )


def _chosen(
    pairs: Iterator[_Pair],
    said: Sequence[tuple[int, str]],
    passages: Sequence[Passage],
    *,
    most: int,
    fits: bool,
) -> list[Pairing]:
    """Return the first so many pairs that repeat neither span nor passage."""
    chosen: list[Pairing] = []
    for one in pairs:
        if len(chosen) == most:
            break
        piece, span = said[one.span]
        passage = passages[one.passage]
        if all(span not in c.they_said and passage.text != c.profile_says for c in chosen):
            chosen.append(Pairing(piece, span, passage.text, passage.part, one.likeness, fits=fits))
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
