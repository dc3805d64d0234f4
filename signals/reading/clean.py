"""Folding each cue's text into one clean line: entities, control characters, white space."""

import html
import re

from signals.reading.draft import Cue, Draft

# Controls that str.split() does not take for white space, and surrogates out of JSON.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# A longer "word" is base64 or junk. Talk in scripts without spaces fits: cues there are short.
_LONGEST_WORD = 1000
_LONGEST_SPEAKER = 120


def clean(draft: Draft) -> None:
    """Clean the text of all cues, and drop those that are left empty."""
    for cue in draft.cues:
        _clean_text(cue, draft)
        _clean_speaker(cue, draft)
    drop_empty(draft)


def drop_empty(draft: Draft, reason: str = "empty cue") -> None:
    """Drop cues without text. The change of speaker they announced passes on to the next."""
    kept: list[Cue] = []
    empty: Cue | None = None
    for cue in draft.cues:
        if empty:
            _inherit(cue, empty)
        empty = None if cue.text else cue
        if empty:
            draft.report.dropped[reason] += 1
        else:
            kept.append(cue)
    draft.cues = kept


def _inherit(cue: Cue, empty: Cue) -> None:
    if cue.speaker is None and not cue.starts_turn:
        cue.speaker = empty.speaker or None
    cue.starts_turn = cue.starts_turn or empty.starts_turn
    cue.is_parted = cue.is_parted or empty.is_parted


def _clean_text(cue: Cue, draft: Draft) -> None:
    text = _decoded(cue.text, draft) if "&" in cue.text else cue.text
    if _UNWANTED.search(text):
        text = _UNWANTED.sub(" ", text)
    words = text.split()
    if any(len(word) > _LONGEST_WORD for word in words):
        raise draft.error(
            cue,
            f"a word of more than {_LONGEST_WORD} characters, which is not talk."
            " Take it out or bring another file.",
        )
    cue.text = _whole_characters(" ".join(words), draft)


def _decoded(text: str, draft: Draft) -> str:
    """Return the text without HTML entities. Twice, because YouTube's come as &amp;#39;."""
    decoded = html.unescape(html.unescape(text))
    if decoded != text:
        draft.report.repaired["HTML entities in the text"] += 1
    return decoded


def _whole_characters(text: str, draft: Draft) -> str:
    if text.isascii() or not _SURROGATE.search(text):
        return text
    draft.report.repaired["broken character"] += 1
    return _SURROGATE.sub("\ufffd", text)


def _clean_speaker(cue: Cue, draft: Draft) -> None:
    if not cue.speaker:
        return
    name = html.unescape(" ".join(_UNWANTED.sub(" ", cue.speaker).split()))
    if len(name) > _LONGEST_SPEAKER:
        draft.report.repaired[f"speaker's name cut to {_LONGEST_SPEAKER} characters"] += 1
    cue.speaker = _SURROGATE.sub("\ufffd", name[:_LONGEST_SPEAKER])
