"""Titles made of the words that were said."""

import math
import re
from collections.abc import Sequence

from signals.extraction.wording import PLAIN, Rarity, clean
from signals.words import Category, Kind

SHORTEST, LONGEST = 3, 12  # words

# Where one thought ends and another begins.
_CLAUSE = (
    r"[.?!;:]+(?:\s+|$)",
    r",?\s+(?:because|so that|but|although|though|while|since|unless)\s+",
    r",?\s+and (?=(?:i|we|you|they|it|he|she|that|this|there)\b)",
    r",\s+(?=(?:i|we|you|they|which|who|and|so|if|as)\b)",
)
CLAUSE = re.compile("|".join(_CLAUSE), re.IGNORECASE)

# What a speaker says before coming to the thing itself.
_LEADS = (
    "and|so|but|also|then|well|now|okay|ok|yes|yeah|right|first|second|secondly|finally|lastly|oh",
    r"thank you(?: \w+)?|madam mayor|mayor|council(?: ?members?)?|as (?:you|we) know",
    r"i (?:do |also |would )?(?:think|believe|know|hope|feel|say|understand|wonder)(?: that)?",
    r"i(?:'m| am) (?:hopeful|hoping|wondering|asking|requesting|glad|happy)(?: that| to| for| if)?",
    r"(?:i|we)(?: would|'d)(?: \w+ly)? (?:like|love|want)(?: (?:us|you|staff|them))? to",
    r"(?:i|we)(?: do| also)? want(?:ed)?(?: (?:us|you))? to",
    r"(?:see|request|ask(?:ing)?|mention|make sure)(?: for| if| that)?",
    r"(?:we|i|they|you|the city|staff)(?:'re| are| am| is|'m| will be|'ve been| have been)",
    r"(?:also |still |currently )?(?:looking (?:at|to|into|for|forward to)|planning(?: to| on| "
    r"for)?)",
    r"working (?:on|with|to|through)|(?:going|trying|hoping|continuing) to|in the process of",
    r"proposing(?: to)?|seeking|recommending|considering|moving (?:forward|ahead) with",
    r"(?:need|plan|intend|ha[vs]e?)s? to|must|should|could|can|will|would|do|does|did|to|that|if",
    r"there(?: is|'s| are| needs to be| has to be| should be| will be)(?: also| still)?",
    r"a need (?:for|to)|it(?: is|'s| would be| will be)(?: also)? (?:important|critical|good|"
    r"great)",
    r"(?:this|that|these|those)(?: is| are| was| will| would|'s)?(?: be| also)?",
    r"is|are|be|being|been|was|were|has|have|had|whether|how|get|let's|let us",
    r"(?:the next|this) (?:item|one) is|(?:item )?\d+ ?[a-z]?\.? is|one of the(?: things| key)?",
    r"motion carried|a resolution (?:to|of|for|authorizing)|an ordinance (?:to|of|for)",
    r"authoriz(?:e|ing) the mayor to|enter into(?: an)? (?:agreement|contract)?|in terms of",
    r"as (?:well|part of)|in order to|for|of|with|about|in|on|at|by|which|who|where|when|not only",
    r"maybe|perhaps|possibly|please|even|already|able to",
    r"(?:us|we|i|you|they|it|he|she|there|that)(?:['\u2019]\w+)?",
)
LEADS = re.compile(rf"^(?:(?:{'|'.join(_LEADS)})\b[,.]?\s*)", re.IGNORECASE)
WANTING = re.compile(
    r"\b(needs?|like to|want|request\w*|looking|propos\w*|plan\w*|study|pilot|fund\w*|grant|"
    r"replace\w*|"
    r"build\w*|improv\w*|creat\w*|expan\w*|upgrad\w*|bid|rfp|contract|program|project|audit|"
    r"require\w*)\b",
    re.IGNORECASE,
)

# Words that point to something said elsewhere leave a title hanging.
POINTING = re.compile(r"\b(this|that|these|those|it|they|them|which|we|i|you)\b", re.IGNORECASE)

ENDINGS = PLAIN - {"more", "all", "other", "same", "way", "look"}


def title(quote: str, rarity: Rarity, *, category: str, kind: str) -> str:
    """Return a neutral title of 3 to 12 words, made of the telling words of the quote."""
    said = clean(quote)
    for texts in (CLAUSE.split(said), [said]):
        candidates = [_trimmed(_without_leads(text)) for text in texts]
        whole = [one for one in candidates if len(one) >= SHORTEST]
        if whole:
            best: list[str] = max(whole, key=lambda one: _worth(one, rarity))
            return _cased(" ".join(best))
    return f"{Category(category).label}: {Kind(kind).label.lower()} voiced in the meeting"


def _without_leads(clause: str) -> str:
    """Return the clause from where it comes to the point."""
    clause = clause.strip(" ,.-")
    for _ in range(8):
        shorter = LEADS.sub("", clause, count=1).strip(" ,.-")
        if shorter == clause or len(shorter.split()) < SHORTEST:
            break
        clause = shorter
    return clause


def _trimmed(clause: str) -> list[str]:
    """Return at most LONGEST words, ending neither in a preposition nor in a half sentence."""
    parts = clause.split()
    if len(parts) > LONGEST:
        comma = next((i for i in range(LONGEST - 1, 4, -1) if parts[i].endswith(",")), LONGEST - 1)
        parts = parts[: comma + 1]
    while parts and parts[-1].lower().strip(".,?!'") in ENDINGS:
        parts.pop()
    while parts and parts[0].lower().strip(".,?!'") in ENDINGS - {"no", "all", "more"}:
        parts.pop(0)
    return parts


def _worth(parts: Sequence[str], rarity: Rarity) -> float:
    """Return how much a title of these words would say; too short and too long say less."""
    telling = sum(rarity.of(part) for part in parts)
    wanting = 0.6 if WANTING.search(" ".join(parts)) else 0.0
    pointing = 0.5 * len(POINTING.findall(" ".join(parts)))
    return float((telling + wanting - pointing) / math.sqrt(6 + len(parts)))


def _cased(text: str) -> str:
    """Return the text with a capital first letter and without shouting."""
    letters = [letter for letter in text if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters) > 0.6 * max(1, len(letters))
    text = (text.lower() if shouted else text).strip(" ,.;:?!-'")
    return text[:1].upper() + text[1:]
