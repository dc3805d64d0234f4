"""How strong a signal is, by the field guide: 3 concrete, 2 clear, 1 faint."""

import re

from signals.extraction import amounts
from signals.words import Strength

CONCRETE = re.compile(
    r"\b(rfps?|rfqs?|rfis?|request for (proposals?|qualifications|information)|out (to|for) "
    r"bids?|for bids|rebid|"
    r"bid (opening|date)|grant (application|award|program)|bond|earmarked|appropriat\w+|"
    r"purchase|contract expires|renewal)\b",
    re.IGNORECASE,
)


def grade(said: str, confidence: float) -> Strength:
    """Return the strength of a passage: money, a deadline and buying words make it concrete."""
    marks = bool(amounts.sums(said)) + bool(amounts.timeframe(said)) + bool(CONCRETE.search(said))
    if marks >= 2:
        return Strength.CONCRETE
    if marks == 0 and confidence < FAINT:
        return Strength.FAINT
    return Strength.CLEAR


FAINT = 0.3
