"""People who say who they are: "I'm Renee Castellano, director of public works"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from signals.extraction import roles
from signals.words import SpeakerRole

_FILLER = r"(?:(?:uh|um|is|actually)\s+)?"
_SAYS_NAME = re.compile(rf"\bmy name(?:'s|\u2019s| is)\s+{_FILLER}", re.IGNORECASE)
_SAYS_I_AM = re.compile(r"\b(?:I'm|I\u2019m|I am|[Tt]his is)\s+(?=[A-Z])")
_TOKEN = re.compile(r"[^\W\d_][\w'\u2019.-]*")
_PARTICLES = frozenset({"de", "la", "le", "van", "von", "del", "da", "st", "bin"})
# Words that stand behind a name without being of it, in captions without punctuation.
_NO_NAMES = frozenset(
    {
        "a", "address", "also", "am", "and", "as", "at", "but", "can", "first", "for", "from",
        "good", "he", "hello", "hi", "here", "i", "i'd", "i'll", "i'm", "i've", "im", "in", "is",
        "it", "live", "living", "my", "of", "on", "or", "our", "representing", "resident", "she",
        "so", "speaking", "thank", "that", "the", "they", "this", "to", "uh", "um", "was", "we",
        "who", "with", "you", "your", "not", "going", "just", "very", "really", "happy",
    }
)  # fmt: skip
_MOST_NAMES = 4
_LOOKED_AT = 140  # characters after the name

_LIVES = re.compile(
    r"\bI(?:'m|\u2019m| am)? (?:also )?(?:live|reside|liv(?:e|ing) (?:at|on|in))\b|"
    r"\bI(?:'ve|\u2019ve| have) lived\b|\bresidents?\b|\bhomeowner\b|\bmy (?:home )?address\b|"
    r"\bblock of\b|\bborn and raised\b|\bI(?:'m|\u2019m| am) at \d|^[\s,.]{0,3}\d{2,5}\s",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^[\s,.]{0,3}(?:and\s+)?(?:(?:I'm|I\u2019m|I am|I serve as|I work as|here as)\s+)?"
    r"(?:(?:the|a|an|your|our|with|from|currently)\s+)*((?:[\w'&/-]+\s+){0,5}?[\w'-]+)",
    re.IGNORECASE,
)
_NOT_AN_OFFICE = re.compile(
    r"\b(?:here|speak\w*|support|oppos\w*|live|ask\w*|in|from|for|about|thank|want\w*|would)\b",
    re.IGNORECASE,
)
_ORGANISED = re.compile(
    r"\b(?:I work (?:for|at|with)|representing|on behalf of|alliance|association|coalition|"
    r"festival|company|church|union|foundation|university|llc|inc|nonprofit|chamber of commerce|"
    r"vice president of|manager|owner)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """A name somebody gives as their own: text[first:last], and the role the words give them.

    Who gives a name and no office is taken for a resident: so begin those who come to speak.
    """

    name: str
    role: SpeakerRole
    first: int
    last: int


def heard(text: str) -> Iterator[Introduction]:
    """Yield who introduces themselves in the text, in order."""
    for match in _SAYS_NAME.finditer(text):
        if found := _named(text, match.end(), fewest=1):
            yield found
    for match in _SAYS_I_AM.finditer(text):
        found = _named(text, match.end(), fewest=2)
        if found and _tells(text[found.last : found.last + _LOOKED_AT]):
            yield found


def _named(text: str, at: int, *, fewest: int) -> Introduction | None:
    last = _end_of_name(text, at)
    name = text[at:last]
    if len(name.split()) < fewest:
        return None
    return Introduction(name, role_after(text[last : last + _LOOKED_AT]), at, last)


def _end_of_name(text: str, at: int) -> int:
    """Return where the name ends that begins there, or the same place if none does."""
    shouted = text[at : at + 40].isupper()
    last, position = at, at
    for _ in range(3 if shouted else _MOST_NAMES):
        token = _TOKEN.match(text, position)
        if token is None or not _is_name(token[0], shouted=shouted):
            break
        bare = token[0].rstrip(".'\u2019-")
        if bare.lower() not in _PARTICLES:
            last = position + len(bare)
        ends = token[0].endswith(".") and len(bare) > 2
        position = token.end()
        space = re.compile(r"[ \t\n]+").match(text, position)
        if ends or space is None:
            break
        position = space.end()
    return last


def _is_name(token: str, *, shouted: bool) -> bool:
    bare = token.rstrip(".'\u2019-").lower().replace("\u2019", "'")
    if bare in _NO_NAMES:
        return False
    return shouted or token[0].isupper() or bare in _PARTICLES


def _tells(after: str) -> bool:
    return bool(_LIVES.search(after[:80])) or office(after) != SpeakerRole.UNKNOWN


def role_after(after: str) -> SpeakerRole:
    """Return the role the words after a name give its bearer."""
    lives = _LIVES.search(after)
    said = office(after)
    if said != SpeakerRole.UNKNOWN and not (lives and lives.start() < 12):
        return said
    organised = _ORGANISED.search(after)
    if organised and not (lives and lives.start() < organised.start()):
        return SpeakerRole.UNKNOWN
    return SpeakerRole.PUBLIC


def office(after: str) -> SpeakerRole:
    """Return the role of the office named right after a name: ", director of public works"."""
    sentence = re.split(r"[.;?!]\s", after, maxsplit=1)[0][:90]
    lead = _OFFICE.match(sentence)
    if lead is None:
        return SpeakerRole.UNKNOWN
    words = sentence[lead.start(1) :].split()[:6]
    for count in range(1, len(words) + 1):
        so_far = " ".join(words[:count])
        if _NOT_AN_OFFICE.search(so_far):
            break
        role = roles.of_label(so_far.rstrip(","))
        if role not in (SpeakerRole.UNKNOWN, SpeakerRole.PUBLIC):
            return role
    return SpeakerRole.UNKNOWN
