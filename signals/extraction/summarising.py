"""Summaries: who did what kind of thing, and the sentences around the quote that tell most."""

import re

from signals.extraction.wording import Rarity, clean, stem, words
from signals.words import Kind, SpeakerRole

SENTENCES, SHORTEST, LONGEST, IN_ALL = 2, 7, 40, 56  # words, but for the first
REPEATS = 0.6  # share of a sentence's words in the quote from which it adds nothing
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

WHO = {
    SpeakerRole.MAYOR: "The mayor",
    SpeakerRole.COUNCIL: "A council member",
    SpeakerRole.STAFF: "Staff",
    SpeakerRole.PUBLIC: "A resident",
    SpeakerRole.VENDOR: "A vendor",
    SpeakerRole.DOCUMENT: "A document read out",
    SpeakerRole.UNKNOWN: "A speaker",
}
DID = {
    Kind.NEED: "named a need",
    Kind.INITIATIVE: "told of a plan or project",
    Kind.BUDGET: "spoke of money for it",
    Kind.PROCUREMENT: "spoke of a purchase or contract",
    Kind.MANDATE: "spoke of a duty to act",
    Kind.COMMUNITY: "told of a concern of residents",
}


def summary(quote: str, discussion: str, rarity: Rarity, *, kind: str, role: str) -> str:
    """Return who did what kind of thing, and what else was said of it, in their words.

    discussion is what was said around the quote; what the quote says itself is not repeated.
    """
    who, did = WHO[SpeakerRole(role)], DID[Kind(kind)]
    around = " ".join(f"“{one}”" for one in _telling(clean(discussion), rarity, quote))
    return f"{who} {did}. Said around it: {around}" if around else f"{who} {did}."


def _telling(text: str, rarity: Rarity, quote: str) -> list[str]:
    """Return the sentences that share and add most rare words, in the order spoken."""
    known = {stem(word) for word in words(quote)}
    sentences = [one.strip() for one in SENTENCE_END.split(text)]
    worth = {at: _worth(one, rarity, known) for at, one in enumerate(sentences)}
    best = sorted((at for at in worth if worth[at] > 0), key=lambda at: (-worth[at], at))
    chosen: list[int] = []
    for at in best[: 2 * SENTENCES]:
        length = sum(len(sentences[one].split()) for one in [*chosen, at])
        if len(chosen) < SENTENCES and length <= IN_ALL:
            chosen.append(at)
    return [sentences[at][:1].upper() + sentences[at][1:] for at in sorted(chosen)]


def _worth(sentence: str, rarity: Rarity, known: set[str]) -> float:
    """Return how much a sentence tells of the quote's matter: rare words, shared ones twice."""
    own = {stem(word): rarity.of(word) for word in words(sentence)}
    length = len(sentence.split())
    if not SHORTEST <= length <= LONGEST or not sentence.endswith((".", "!")):
        return 0.0
    if len(own.keys() & known) > REPEATS * len(own):
        return 0.0
    shared = sum(own[one] for one in own.keys() & known)
    return float((sum(own.values()) + shared) / length**0.5)
