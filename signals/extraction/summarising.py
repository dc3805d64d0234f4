"""Summaries: who did what, the sentence around the quote that tells most, what recurs."""

import re
from collections.abc import Collection, Mapping

from signals.extraction.mattering import matters, salience
from signals.extraction.wording import Rarity, clean, stem, words
from signals.words import Kind, SpeakerRole

SHORTEST, LONGEST = 7, 36  # words of the sentence
MATTERS, MATTERS_ALONE = 10, 15  # words of what recurs, and where there is no sentence to quote
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


def summary(
    quote: str,
    discussion: str,
    rarity: Rarity,
    *,
    kind: str,
    role: str,
    withheld: Collection[str] = (),
) -> str:
    """Return who did what kind of thing, and what else was said of it, in their words.

    discussion is what was said around the quote; what the quote says itself is not repeated.
    withheld are words, in lower case, that are not named among what came up again.
    """
    text = clean(discussion)
    sentence = _telling(text, salience(text, rarity), quote)
    most = MATTERS if sentence else MATTERS_ALONE
    named = matters(text, rarity, most=most, withheld=withheld)
    told = [f"{WHO[SpeakerRole(role)]} {DID[Kind(kind)]}."]
    if sentence:
        told.append(f"Said around it: “{sentence}”")
    if named:
        told.append(f"Also spoken of: {', '.join(named)}.")
    return " ".join(told)


def _telling(text: str, told: Mapping[str, float], quote: str) -> str:
    """Return the sentence with most of the matter that does not repeat the quote, "" if none."""
    known = {stem(word) for word in words(quote)}
    sentences = [one.strip() for one in SENTENCE_END.split(text)]
    best = max(sentences, key=lambda one: _worth(one, told, known))
    return best[:1].upper() + best[1:] if _worth(best, told, known) > 0 else ""


def _worth(sentence: str, told: Mapping[str, float], known: set[str]) -> float:
    """Return how much a sentence tells of the matter for its length."""
    own, length = {stem(word) for word in words(sentence)}, len(sentence.split())
    if not SHORTEST <= length <= LONGEST or not sentence.endswith((".", "!")):
        return 0.0
    if len(own & known) > REPEATS * len(own):
        return 0.0
    return float(sum(told.get(one, 0.0) for one in own) / length**0.5)
