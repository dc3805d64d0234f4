"""What machines wrote into a transcript although nobody said it."""

import re
from itertools import groupby

from signals.reading.draft import Draft, Timed
from signals.reading.model import Format

# What Whisper hears in silence. See openai/whisper discussion 679 on hallucinations.
_PHANTOMS = frozenset(
    {
        "you", "right", "okay", "ok", "so", "bye", "bye bye", "thanks", "thank you", "the end",
        "thank you very much", "thanks for watching", "thank you for watching", "please subscribe",
    }
)  # fmt: skip
_SILENCE_SECONDS = 5
_BY_MACHINES = (Format.SRT, Format.WEBVTT, Format.WHISPER)

# Sounds written down as if they were said.
_SOUNDS = frozenset({"applause", "cheering", "inaudible", "laughter", "music", "silence"})
_BRACKETED = re.compile(r"\[[^\[\]]{1,200}\]")

# One phrase again and again is Whisper's loop. A single word is not: a council votes "Aye." "Aye."
_LOOP_CUES, _LOOP_WORDS = 3, 2


def drop(draft: Draft, cues: list[Timed]) -> list[Timed]:
    """Return the cues without phantoms, loops and bracketed notes, counted in the report."""
    reasons = _phantoms(draft, cues) | _loops(cues) | _sounds(draft, cues) | _notes(cues)
    kept: list[Timed] = []
    for index, cue in enumerate(cues):
        if reason := reasons.get(index):
            draft.report.dropped[reason] += 1
            continue
        # Words on both sides of a hole were not said together.
        cue.is_parted = cue.is_parted or index - 1 in reasons
        kept.append(cue)
    return kept


def _notes(cues: list[Timed]) -> dict[int, str]:
    reason = "note in brackets, not speech"
    return {index: reason for index, cue in enumerate(cues) if _BRACKETED.fullmatch(cue.text)}


def _sounds(draft: Draft, cues: list[Timed]) -> dict[int, str]:
    if draft.report.format not in _BY_MACHINES:
        return {}
    reason = "name of a sound, not speech"
    return {index: reason for index, cue in enumerate(cues) if _bare(cue) in _SOUNDS}


def _phantoms(draft: Draft, cues: list[Timed]) -> dict[int, str]:
    """Return the lone stock phrases with silence on both sides."""
    if draft.report.format not in _BY_MACHINES:
        return {}
    reason = "phrase alone in a silence, as Whisper invents"
    stock = (index for index, cue in enumerate(cues) if _bare(cue) in _PHANTOMS)
    return {index: reason for index in stock if _is_alone(cues, index)}


def _bare(cue: Timed) -> str:
    """Return the words of a short cue without what stands around them."""
    return cue.text[:40].lower().strip(" .,!?()*\u266a")


def _is_alone(cues: list[Timed], index: int) -> bool:
    cue = cues[index]
    before = cue.start - cues[index - 1].end if index else _SILENCE_SECONDS
    after = cues[index + 1].start - cue.end if index + 1 < len(cues) else _SILENCE_SECONDS
    return min(before, after) >= _SILENCE_SECONDS and len(cues) > 1


def _loops(cues: list[Timed]) -> dict[int, str]:
    """Return all but the first of the same words by the same speaker three times or more."""
    found: dict[int, str] = {}
    said = [(cue.text, cue.speaker) for cue in cues]
    for (text, _), run in groupby(range(len(cues)), key=said.__getitem__):
        repeats = list(run)[1:]
        is_phrase = len(text.split()) >= _LOOP_WORDS
        if len(repeats) + 1 >= _LOOP_CUES and is_phrase and not _are_turns(cues, repeats):
            found |= dict.fromkeys(repeats, "same words again and again")
    return found


def _are_turns(cues: list[Timed], repeats: list[int]) -> bool:
    """Return whether marks say that it was somebody else each time."""
    return any(cues[index].is_parted for index in repeats)
