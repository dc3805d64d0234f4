"""Titles and summaries made of the words that were said."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from signals.words import Category, Kind, SpeakerRole

LONGEST_TITLE = 14
SHORTEST_TITLE = 3
TOPICS = 12  # words of a summary

FILLERS = re.compile(
    r"(?:^|(?<=\s))(?:um+|uh+|uhm|er|hmm|ah|\[[^\]]*\]|you know|i mean|kind of|sort of|i guess|like i said|"
    r"if you will|frankly|obviously|basically|actually|honestly|again|really|just)(?:[,.]+)?(?=\s|$)",
    re.IGNORECASE,
)
MARKS = re.compile(r">>+|&gt;|[\"\u201c\u201d*_\[\]{}<>|]|\s--?(?=\s)")
REPEATED = re.compile(r"\b(\w+(?:'\w+)?)(?:[,.]?\s+\1\b)+", re.IGNORECASE)

# Where one thought ends and another begins.
CLAUSE = re.compile(
    r"[.?!;:]+(?:\s+|$)|,?\s+(?:because|so that|but|although|though|while|since|unless|and (?=(?:i|we|you|they|it|he|she|"
    r"that|this|there)\b))\s*|,\s+(?=(?:i|we|you|they|which|who|and|so|if|as)\b)",
    re.IGNORECASE,
)

# What a speaker says before coming to the thing itself.
LEADS = re.compile(
    r"^(?:and|so|but|also|then|well|now|okay|ok|yes|yeah|right|again|first|second|secondly|finally|lastly|um|uh|oh|"
    r"thank you(?: \w+)?|madam mayor|mayor|council(?: ?members?)?|as (?:you|we) know|i (?:do |also |really |would )?(?:think|"
    r"believe|know|hope|guess|feel|say|understand|mean|wonder|note)(?: that)?|i'm (?:hopeful|hoping|wondering|asking|"
    r"requesting|glad|happy|excited)(?: that| to| for| if)?|i am (?:hopeful|hoping|asking|requesting)(?: that| to| for| if)?|"
    r"(?:i|we)(?: would|'d)(?: \w+ly)? (?:like|love|want)(?: (?:us|you|staff|the city|them))? to(?: see| request| ask(?: for)?)?(?: if)?|"
    r"(?:i|we)(?: do| really| also)? want(?:ed)?(?: (?:us|you))? to(?: see| ask| make sure| mention)?(?: if| that)?|"
    r"(?:we|i|they|you|the city|staff)(?:'re| are| am| is|'m| will be| would be| have been|'ve been| were)? ?(?:also |still |currently |"
    r"now |really )?(?:looking (?:at|to|into|for|forward to)|planning(?: to| on| for)?|working (?:on|with|to|through)|going to|"
    r"trying to|hoping to|asking(?: for)?|requesting|proposing(?: to)?|seeking|recommending|considering|moving (?:forward|ahead) with|"
    r"continuing to|in the process of|need(?:s|ed)?(?: to)?|have to|has to|must|should|could|can|will|would|plan(?:s)? to|intend(?:s)? to)|"
    r"there(?: is|'s| are| needs to be| has to be| should be| will be)(?: also| still)?(?: a need for| a need to)?|"
    r"it(?: is|'s| would be| will be)(?: also)?(?: important| critical| necessary| good| great)?(?: that we| to| for)?|"
    r"(?:this|that|these|those)(?: is| are| was| will| would|'s)?(?: be| also)?|(?:is|are|be|being|been|was|were|will|would|has|have|had|do|"
    r"does|did|that|to|if|whether|how|see|get|ask|asking|request|requesting|make sure|let's|let us|the next (?:item|one) is|item \w+ is|"
    r"what we(?:'re| are)? \w+(?: is)?|one of the(?: things| key)?|a resolution (?:to|of|for|authorizing)|an ordinance (?:to|of|for)|"
    r"authoriz(?:e|ing) the mayor to|enter into|in terms of|as (?:well|part of)|in order to|for|of|with|about|which|who|where|when|"
    r"not only|maybe|perhaps|possibly|please|even|still|already|able to|us|we|i|you|they|it|he|she|our|my|your|their))\b[,.]?\s*",
    re.IGNORECASE,
)
WANTING = re.compile(
    r"\b(need|needs|like to|want|request\w*|looking|propos\w*|plan\w*|study|pilot|fund\w*|grant|replace\w*|build\w*|"
    r"improv\w*|creat\w*|expan\w*|upgrad\w*|bid|rfp|contract|program|project|audit|require\w*)\b",
    re.IGNORECASE,
)

PLAIN = frozenset(
    ["a", "an", "the", "and", "or", "but", "nor", "so", "if", "then", "than", "as", "at", "by", "for", "from", "in", "into", "of", "off", "on", "onto", "out", "over", "to", "up", "with", "about", "after", "before", "between", "during", "through", "under", "again", "further", "is", "are", "was", "were", "be", "been", "being", "am", "have", "has", "had", "do", "does", "did", "doing", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "i", "me", "my", "we", "us", "our", "ours", "you", "your", "he", "him", "his", "she", "her", "it", "its", "they", "them", "their", "this", "that", "these", "those", "there", "here", "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "all", "any", "both", "each", "few", "more", "most", "other", "some", "such", "no", "not", "only", "own", "same", "too", "very", "just", "also", "really", "going", "get", "got", "go", "goes", "come", "came", "make", "made", "know", "think", "thing", "things", "want", "wanted", "like", "see", "say", "said", "says", "one", "two", "lot", "lots", "much", "many", "okay", "right", "yeah", "yes", "well", "now", "because", "while", "until", "though", "it's", "that's", "we're", "i'm", "they're", "there's", "don't", "we've", "i've", "you're", "let's", "he's", "what's", "can't", "didn't", "doesn't", "isn't", "won't", "wasn't", "thank", "thanks", "please", "um", "uh", "something", "someone", "anything", "everybody", "everyone", "back", "way", "put", "look", "looking", "take", "taken", "give", "given", "let", "able", "sure", "kind", "sort", "bit", "don", "didn", "ve", "re", "ll", "mean", "guess", "maybe", "actually"]
)
ENDINGS = PLAIN - {"more", "all", "other", "same", "way", "look"}

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

_WORD = re.compile(r"[A-Za-z0-9$%][\w$%'\u2019.,-]*")


class Rarity:
    """How telling a word is in one meeting: rare in the meeting, and no plain English filler."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.count = max(1, len(texts))
        self.seen = Counter(stem for text in texts for stem in {_stem(w) for w in words(text)})

    def of(self, word: str) -> float:
        """Return 0 for plain words and about 1 for rare ones."""
        bare = word.lower().strip(".,'")
        if bare in PLAIN or len(bare) < 3:
            return 0.0
        return math.log1p(self.count / (1 + self.seen[_stem(bare)])) / math.log1p(self.count)


def words(text: str) -> list[str]:
    return [found.strip(".,'-") for found in _WORD.findall(text)]


def clean(text: str) -> str:
    """Return the text without fillers, stutters and caption marks."""
    text = MARKS.sub(" ", text.replace("\u2019", "'"))
    text = FILLERS.sub(" ", " ".join(text.split()))
    text = REPEATED.sub(r"\1", " ".join(text.split()))
    return re.sub(r"\s+([,.?!;:])", r"\1", re.sub(r"(,\s*)+,", ",", text)).strip(" ,;-")


def title(quote: str, rarity: Rarity, *, category: str, kind: str) -> str:
    """Return a neutral title of 3 to 14 words, made of the telling words of the quote."""
    candidates = [_trimmed(_without_leads(clause)) for clause in _clauses(clean(quote))]
    ranked = sorted(candidates, key=lambda one: -_worth(one, rarity))
    best = next((one for one in ranked if len(one) >= SHORTEST_TITLE), None)
    if best is None:
        return f"{Category(category).label}: {WHAT[Kind(kind)]}"
    return _cased(" ".join(best))


def _clauses(text: str) -> list[str]:
    parts = [part for part in CLAUSE.split(text) if part and part.strip()]
    return [*parts, text]


def _without_leads(clause: str) -> str:
    """Return the clause from where it comes to the point."""
    clause = clause.strip(" ,.-")
    for _ in range(8):
        shorter = LEADS.sub("", clause, count=1).strip(" ,.-")
        if shorter == clause or len(shorter.split()) < SHORTEST_TITLE:
            break
        clause = shorter
    return clause


def _trimmed(clause: str) -> list[str]:
    """Return at most 12 words, ending neither in a preposition nor in a half sentence."""
    parts = clause.split()
    if len(parts) > 12:
        comma = next((i for i in range(11, 4, -1) if parts[i].endswith(",")), 11)
        parts = parts[: comma + 1]
    while parts and parts[-1].lower().strip(".,?!'") in ENDINGS:
        parts.pop()
    while parts and parts[0].lower().strip(".,?!'") in ENDINGS - {"no", "all", "more"}:
        parts.pop(0)
    return parts


def _worth(parts: list[str], rarity: Rarity) -> float:
    """Return how much a title of these words would say; too short and too long say less."""
    if not parts:
        return 0.0
    telling = sum(rarity.of(part) for part in parts)
    wanting = 0.6 if WANTING.search(" ".join(parts)) else 0.0
    return (telling + wanting) / (4 + len(parts)) ** 0.75


def _cased(text: str) -> str:
    """Return the text with a capital first letter and without shouting."""
    letters = [letter for letter in text if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters) > 0.6 * max(1, len(letters))
    text = (text.lower() if shouted else text).strip(" ,.;:?!-'")
    return text[:1].upper() + text[1:]


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
    known = {_stem(word) for word in words(apart_from)}
    weights: dict[str, float] = defaultdict(float)
    for word in words(text):
        if _stem(word) not in known and not word[:1].isdigit():
            weights[_stem(word)] += rarity.of(word)
    ranked = sorted(weights, key=lambda stem: (-weights[stem], stem))
    return _phrases(text, {stem for stem in ranked[:TOPICS] if weights[stem] > 0})


def _phrases(text: str, stems: set[str]) -> list[str]:
    """Return the first mention of each stem, neighbours joined."""
    left, found, joined = set(stems), list[str](), False
    for token in text.split():
        word = (words(token) or [""])[0]
        fresh = _stem(word) in left
        if fresh and joined:
            found[-1] += f" {word}"
        elif fresh:
            found.append(word)
        left.discard(_stem(word))
        joined = fresh and token[-1:].isalnum()
    return found


def _stem(word: str) -> str:
    return word.lower().strip(".,'-")[:6]
