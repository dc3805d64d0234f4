"""How strong a signal is, and when it is a purchase to come, by the words of the field guide."""

import re

from signals.extraction import amounts
from signals.words import Kind, Strength

FAINT = 0.3  # confidence below which a signal without any mark is faint

_BUYING = (
    r"rfps?|rfqs?|rfis?|request for (?:proposals?|qualifications|information)|out (?:to|for) bids?",
    r"(?:for|up for) bids|rebid\w*|contract (?:expires|is expiring|runs out|ends)",
)
_MARKS = (
    *_BUYING,
    r"grant (?:application|award|program)|bonds?|earmarked|appropriat\w+|purchase|renewal",
)
BUYING = re.compile(rf"\b(?:{'|'.join(_BUYING)})\b", re.IGNORECASE)
CONCRETE = re.compile(rf"\b(?:{'|'.join(_MARKS)})\b", re.IGNORECASE)
BOUGHT = re.compile(
    r"\b(?:did|issued|conducted|received|awarded|selected|past|last)\b", re.IGNORECASE
)


def strength(said: str, confidence: float) -> Strength:
    """Return the strength of a passage: money, a deadline and buying words make it concrete."""
    marks = bool(amounts.sums(said)) + bool(amounts.timeframe(said)) + bool(CONCRETE.search(said))
    if marks >= 2:
        return Strength.CONCRETE
    if marks == 0 and confidence < FAINT:
        return Strength.FAINT
    return Strength.CLEAR


def kind(said: str, learned: str) -> str:
    """Return procurement where a purchase to come is named, else the kind that was learned.

    Too few labelled signals are procurements to learn them.
    """
    to_come = BUYING.search(said) and not BOUGHT.search(said)
    return str(Kind.PROCUREMENT) if to_come else learned
