"""How far a need has come, told by the words of a signal. Pure."""

import re
from calendar import month_name
from datetime import date

from signals.extraction.amounts import SMALL, TENS
from signals.words import Kind, Stage

ORDER = {stage: place for place, stage in enumerate(Stage)}

_TENDER = (
    r"(?:rf[pqi]s?|r\.f\.[pqi]\.?|requests? for (?:proposals?|qualifications?|quotes?|bids?)|"
    r"invitations? to bid|bids?|solicitations?|tenders?)"
)
_MONEY = (
    r"(?:\$\s?[\d,.]+|\d[\d,.]*|money|funds?|funding|dollars|(?:\w+ ){0,5}(?:thousand|million))"
)
_WILL = r"(?:will|would|going to|plans? to|intends?|expects? to|hopes? to|about to|ready to|to)"

# The first rule that holds tells the stage. Later stages are asked for first.
_RULES: tuple[tuple[Stage, str], ...] = (
    (
        Stage.RENEWAL,
        r"\b(?:renew(?:al|ing|s|ed)? (?:of )?(?:the|our|this|its|a|that)?\s?(?:\w+ ){0,4}"
        r"(?:contract|agreement|licen[cs]e|subscription|lease)|(?:contract|agreement|subscription|"
        r"lease|licen[cs]e)\b(?: \w+){0,6} (?:expires?|expiring|is up|runs? out|ends|comes? up|"
        r"up for renewal)|rebid (?:the|this|our)|exercise (?:the|our|an?) (?:\w+ )?option)",
    ),
    (
        Stage.AWARD,
        r"\b(?:award(?:ed|ing|s)? (?:of )?(?:the |a |an |this |that )?(?:\w+ ){0,5}"
        r"(?:contracts?|bids?|rfp|agreement|purchase|project)|"
        r"(?:contract|bid|agreement) (?:\w+ ){0,4}"
        r"(?:was|is|be|were|been) awarded|(?:enter into|execute|sign|approve|authorize)"
        r"(?: [\w-]+){0,4} (?:contract|agreement) (?:with|between)|"
        r"(?:we|they|council|city) (?:have |has )?"
        r"(?:selected|chose|chosen|hired|picked)|award (?:it|this) to)",
    ),
    (
        Stage.VENDOR_REVIEW,
        rf"\b(?:(?:received|got|reviewing|evaluating|scoring|opened) (?:\w+ ){{0,5}}(?:{_TENDER}|"
        r"proposals?|responses?|submissions?)|short-?list(?:ed|ing)?|(?:interview|demo)\w* "
        r"(?:with |of )?(?:the )?(?:\w+ )?(?:vendors?|firms?|finalists?|bidders?)|finalists?|"
        r"selection committee|(?:proposals|responses|bids) (?:are|were|came|have come) "
        r"(?:being |in\b)|low bid(?:der)?)",
    ),
    (
        Stage.PRE_RFP,
        rf"\b(?:{_WILL} (?:be )?(?:\w+ )?(?:go(?:ing)? out|put(?:ting)? out|issue|issuing|release|"
        rf"releasing|draft|drafting|publish|advertise|prepare|bring back|write|send out|post)"
        rf"(?: \w+){{0,7}} (?:{_TENDER}|to bid)\b|{_TENDER} {_WILL} (?:be )?(?:\w+ )?(?:go|goes|"
        rf"going|issued|released|published|out|posted|ready|come)|(?:drafting|writing|preparing|"
        rf"working on|developing|finalizing) (?:\w+ ){{0,3}}{_TENDER}|"
        r"go(?:es|ing)? (?:out )?to bid|"
        rf"{_TENDER} (?:in|by|this|next|later) (?:the )?(?:\w+ )?"
        rf"(?:fall|spring|summer|winter|month|year|quarter|january|february|march|april|may|june|july|august|september|october|"
        rf"november|december)|(?:upcoming|draft) {_TENDER})",
    ),
    (
        Stage.RFP_OUT,
        rf"\b(?:{_TENDER}\b (?:\w+ ){{0,3}}(?:closes?|closing|(?:is|are) (?:out|open)|are due|"
        rf"is due|went out|has gone out|was (?:issued|released|published|posted)|opens?)|"
        rf"(?:issued|released|published|advertised|posted|put out|went out (?:with|for|to)) "
        rf"(?:\w+ ){{0,4}}{_TENDER}|(?:open|current|active) {_TENDER}|"
        rf"{_TENDER} (?:\w+ )?(?:is|are) on the street|(?:proposals|bids|responses) (?:are|is) due|"
        rf"accepting (?:proposals|bids))",
    ),
    (
        Stage.BUDGET_REQUEST,
        rf"\b(?:(?:request(?:s|ed|ing)?|ask(?:s|ed|ing)?|propos(?:es?|ed|ing)|recommend\w*|seeking|"
        rf"appl(?:y|ied|ying) for) (?:\w+ ){{0,6}}{_MONEY}|"
        rf"{_MONEY} (?:\w+ ){{0,3}}in (?:the|our|my|this) (?:\w+ )?"
        r"(?:request|proposal|proposed budget)|budget (?:request|ask|proposal)|"
        r"proposed budget|grant application|"
        r"(?:need|want|like) (?:\w+ ){0,5}in (?:the|next year's|this year's) budget)",
    ),
    (
        Stage.BUDGETED,
        rf"\b(?:(?:is|are|was|were|been|have|has|already) (?:\w+ )?(?:budgeted|appropriated|funded|"
        r"allocated|set aside|earmarked)|"
        r"(?:budgeted|appropriat(?:e|ed|es|ing)|allocated|set aside|"
        rf"earmarked) (?:\w+ ){{0,5}}{_MONEY}|(?:adopted|approved) budget|(?:awarded|received|got|"
        rf"accept\w*) (?:\w+ ){{0,6}}(?:grant|funding)|(?:is|are) in (?:the|our|this year's) "
        rf"(?:\w+ )?(?:budget|capital plan|cip)|approved (?:\w+ ){{0,4}}{_MONEY} (?:for|to))",
    ),
    (
        Stage.EXPLORING,
        r"\b(?:explor(?:e|ed|ing)|pilot(?:ed|ing|s)?\b|feasibility|stud(?:y|ies|ying)|"
        r"look(?:ed|ing)? (?:at|into)|research(?:ed|ing)?|evaluat(?:e|ed|ing)|consider(?:ed|ing)?|"
        r"options|assess(?:ed|ing|ment)?|sat down with|talk(?:ed|ing) (?:to|with) (?:\w+ ){0,3}"
        r"(?:vendors?|compan(?:y|ies)|firms?|utilities|cities)|rfi\b|master plan|investigat\w+)",
    ),
)
_PATTERNS = tuple((stage, re.compile(pattern, re.IGNORECASE)) for stage, pattern in _RULES)
# A grant is awarded to the government; that closes nothing.
_GRANT = re.compile(r"\baward\w*(?: \w+){0,6} grant|grant(?: \w+){0,4} award", re.IGNORECASE)


def of(text: str, *, kind: str = "") -> Stage:
    """Return the stage the words tell, else the one its kind begins with."""
    for stage, pattern in _PATTERNS:
        if stage is Stage.AWARD and _GRANT.search(text):
            continue
        if pattern.search(text):
            return stage
    return _OF_KIND.get(kind, Stage.NEED)


_OF_KIND: dict[str, Stage] = {
    Kind.INITIATIVE: Stage.EXPLORING,
    Kind.BUDGET: Stage.BUDGET_REQUEST,
    Kind.PROCUREMENT: Stage.PRE_RFP,
}

_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
_COUNT = r"(\d{1,3}|[a-z]+(?:-[a-z]+)?)"
_TERM = re.compile(
    rf"\b{_COUNT}[\s-](year|month)s?[\s-](?:(?:\w+ ){{0,3}}(?:contract|agreement|term|lease|deal|"
    rf"period|subscription|licen[cs]e)|initial term)|\bterm of {_COUNT} (year|month)s?|"
    rf"\b(?:contract|agreement|lease|subscription)(?: \w+){{0,6}} for {_COUNT} (year|month)s?",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:through|until|expir\w+(?: \w+)?|ends?(?: in| on)?|ending)\s+(?:on |in |the end of )?"
    rf"(?:({'|'.join(_MONTHS)})\s+)?(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(20\d\d)\b",
    re.IGNORECASE,
)


def renewal_on(text: str, *, from_day: date) -> date | None:
    """Return when the contract the words award will be up, if they name its end or its term."""
    if ends := _ENDS.search(text):
        return _day(int(ends[3]), _MONTHS.get((ends[1] or "december").lower(), 12), ends[2])
    for term in _TERM.finditer(text):
        count, unit = next(
            (c, u) for c, u in zip(term.groups()[::2], term.groups()[1::2], strict=True) if c
        )
        months = _number(count) * (12 if unit.lower() == "year" else 1)
        if months:
            later = from_day.year * 12 + from_day.month - 1 + months
            return _day(later // 12, later % 12 + 1, str(from_day.day))
    return None


def _number(word: str) -> int:
    """Return 5 for "5" and "five", 0 for what is no number."""
    if word.isdecimal():
        return int(word)
    tens, _, ones = word.lower().partition("-")
    return (SMALL | TENS).get(tens, 0) + (SMALL.get(ones, 0) if ones else 0)


def _day(year: int, month: int, day: str | None) -> date:
    """Return the day, or the last one the month has."""
    for number in range(min(31, max(1, int(day or 31))), 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, min(28, int(day or 28)))
