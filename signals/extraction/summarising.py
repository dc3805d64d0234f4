"""Summaries made of the words that were said around a quote."""

from collections import defaultdict

from signals.extraction.wording import Rarity, clean, stem, words
from signals.words import Kind, SpeakerRole

TOPICS = 12  # words of a summary

WHO = {
    SpeakerRole.MAYOR: "The mayor",
    SpeakerRole.COUNCIL: "A council member",
    SpeakerRole.STAFF: "Staff",
    SpeakerRole.PUBLIC: "A resident",
    SpeakerRole.VENDOR: "A vendor",
    SpeakerRole.DOCUMENT: "A document read out",
    SpeakerRole.UNKNOWN: "A speaker",
}
WHAT = {
    Kind.NEED: "a need",
    Kind.INITIATIVE: "a plan or project",
    Kind.BUDGET: "money for a purpose",
    Kind.PROCUREMENT: "a purchase or contract",
    Kind.MANDATE: "a duty to act",
    Kind.COMMUNITY: "a concern of residents",
}


def summary(quote: str, discussion: str, rarity: Rarity, *, kind: str, role: str) -> str:
    """Return who raised what kind of thing, and what the discussion around the quote was about.

    discussion is what was said widely around the quote, whose own words are not repeated.
    """
    topics = ", ".join(_topics(clean(discussion), rarity, apart_from=quote))
    who, what = WHO[SpeakerRole(role)], WHAT[Kind(kind)]
    return f"{who} on {what}. Discussed with it: {topics}." if topics else f"{who} on {what}."


def _topics(text: str, rarity: Rarity, *, apart_from: str) -> list[str]:
    """Return the words that mark the text out from the rest of the meeting, in the order spoken.

    Such words that were spoken side by side stay together, as "street sweeper".
    """
    known = {stem(word) for word in words(apart_from)}
    weights: dict[str, float] = defaultdict(float)
    for word in words(text):
        if stem(word) not in known and not word[:1].isdigit():
            weights[stem(word)] += rarity.of(word)
    ranked = sorted(weights, key=lambda one: (-weights[one], one))
    return _phrases(text, {one for one in ranked[:TOPICS] if weights[one] > 0})


def _phrases(text: str, stems: set[str]) -> list[str]:
    """Return the first mention of each stem, neighbours joined."""
    left, found, joined = set(stems), list[str](), False
    for token in text.split():
        word = (words(token) or [""])[0]
        fresh = stem(word) in left
        if fresh and joined:
            found[-1] += f" {word}"
        elif fresh:
            found.append(word)
        left.discard(stem(word))
        joined = fresh and token[-1:].isalnum()
    return found
