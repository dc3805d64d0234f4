"""Who speaks: the marks >>, >>> and ->> of captions, and NAME: where it is clearly a label."""

import re
from collections import Counter
from collections.abc import Callable

from signals.reading.clean import drop_empty
from signals.reading.draft import Cue, Draft
from signals.reading.model import Format

_MARK = re.compile(r"(?:(?<![^\s])-\s?)?>{2,}")
_LABEL = re.compile(r"([A-Z][\w.'\u2019-]{0,30}(?:[ _][A-Z0-9][\w.'\u2019-]{0,30}){0,4}):(?:\s|$)")
_NUMBERED = re.compile(r"speaker[ _][0-9a-z]{1,3}", re.IGNORECASE)

# Words before a colon that announce something else than a speaker.
_NO_NAMES = frozenset(
    {
        "a", "agenda", "also", "an", "and", "answer", "amendment", "but", "exhibit", "first",
        "i", "it", "item", "motion", "my", "next", "no", "note", "number", "okay", "one", "or",
        "ordinance", "please", "question", "quote", "re", "resolution", "second", "section",
        "so", "that", "the", "there", "this", "title", "three", "two", "we", "well", "what",
        "yes", "you",
    }
)  # fmt: skip
_TITLES = frozenset(
    {
        "alderman", "alderwoman", "attorney", "chair", "chairman", "chairperson", "chairwoman",
        "chief", "clerk", "commissioner", "council", "councilman", "councilmember", "councilor",
        "councilwoman", "director", "dr", "judge", "manager", "mayor", "mr", "mrs", "ms",
        "president", "representative", "secretary", "senator", "supervisor", "trustee", "vice",
    }
)  # fmt: skip
# A label counts if it comes so often, or if so many of the lines have labels.
_OFTEN, _SHARE_OF_LABELLED = 3, 0.2
_ONLY_A_SPEAKER = "cue with only a speaker's name or mark"
_LABELLED = (Format.WEBVTT, Format.SRT, Format.CLOCKED_TEXT, Format.PLAIN_TEXT)


def separate(draft: Draft) -> None:
    """Cut cues where the speaker changes, and take the marks and labels out of the text."""
    draft.cues = [part for cue in draft.cues for part in _at_marks(cue, draft)]
    drop_empty(draft, _ONLY_A_SPEAKER)
    if draft.report.format in _LABELLED:
        _take_labels(draft)
        drop_empty(draft, _ONLY_A_SPEAKER)
    _carry_names_on(draft.cues)


def _at_marks(cue: Cue, draft: Draft) -> list[Cue]:
    if ">>" not in cue.text:
        return [cue]
    before, *marked = (text.strip() for text in _MARK.split(cue.text))
    draft.report.repaired["mark for a new speaker"] += len(marked)
    parts = cue.split([before, *marked] if before else marked)
    for part in parts[1:] if before else parts:
        part.starts_turn = True
    return parts


def _take_labels(draft: Draft) -> None:
    """Turn "MAYOR SMITH: Good evening" into a speaker and what was said."""
    found = [(cue, match[1]) for cue in draft.cues if (match := _LABEL.match(cue.text))]
    found = [(cue, label) for cue, label in found if _bare_words(label)[0] not in _NO_NAMES]
    often = Counter(label for _, label in found)
    is_everywhere = len(found) >= max(_OFTEN, len(draft.cues) * _SHARE_OF_LABELLED)
    is_shouted = _is_shouted(draft)
    for cue, label in found:
        is_usual = is_everywhere or often[label] >= _OFTEN
        if (
            cue.starts_turn
            or _NUMBERED.fullmatch(label)
            or (is_usual and _is_name(label, is_shouted))
        ):
            draft.report.repaired["speaker's name before the text"] += 1
            cue.speaker, cue.text, cue.starts_turn = label, cue.text[len(label) + 1 :].strip(), True


def _is_name(label: str, is_shouted: bool) -> bool:
    """Return whether a label looks like a name: two words, a title, or capitals among others."""
    words = _bare_words(label)
    return len(words) > 1 or words[0] in _TITLES or (label.isupper() and not is_shouted)


def _bare_words(label: str) -> list[str]:
    return label.lower().replace(".", "").split()


def _is_shouted(draft: Draft) -> bool:
    return is_in_capitals(" ".join(cue.text for cue in draft.cues[:500]))


def is_in_capitals(text: str) -> bool:
    """Return whether nearly all letters are capitals."""
    upper, lower = _count(text, str.isupper), _count(text, str.islower)
    return upper > 9 * lower


def _count(text: str, holds: Callable[[str], bool]) -> int:
    return sum(map(holds, text))


def _carry_names_on(cues: list[Cue]) -> None:
    """Give each cue a speaker: its own, or the last one named unless somebody new has begun."""
    name = ""
    for cue in cues:
        if cue.speaker is None:
            cue.speaker = "" if cue.starts_turn else name
        name = cue.speaker
