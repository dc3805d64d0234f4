"""Captions: WebVTT (W3C) and SubRip, which differ in little but the header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from signals.reading import clock
from signals.reading.draft import Cue, Draft, draft
from signals.reading.model import Format, TimeUnit

TIMING = re.compile(rf"^[ \t]{{0,8}}{clock.WRITTEN}[ \t]{{0,8}}-->[ \t]{{0,8}}[0-9]", re.MULTILINE)

_ARROW = "-->"
_BLOCKS_TO_SKIP = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LETTER = re.compile(r"[^\W\d_]")
# All tags of WebVTT but <v Name>, and those of HTML that are seen in captions.
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|span|p|div|em|strong)(?:[.\s][^<>]*)?/?>"
    r"|<br\s*/?>|<[0-9][0-9:.]*>",
    re.IGNORECASE,
)
_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?[ \t]([^<>]+)>")


@dataclass(slots=True)
class _Raw:
    """A cue as its lines stand in the file."""

    place: int
    timing: str
    lines: list[str] = field(default_factory=list)
    identifier: str | None = None  # the last line, if it may belong to the next cue


def parse_webvtt(text: str, name: str) -> Draft:
    """Return the cues of a WebVTT file; cue settings, identifiers, NOTE and STYLE are left out."""
    return _parse(text, draft(name, Format.WEBVTT, TimeUnit.CLOCK, counted_in="line"))


def parse_srt(text: str, name: str) -> Draft:
    """Return the cues of a SubRip file, or of a WebVTT file that lost its header."""
    return _parse(text, draft(name, Format.SRT, TimeUnit.CLOCK, counted_in="line"))


def _parse(text: str, reading: Draft) -> Draft:
    raws = list(_raw_cues(text.split("\n"), reading.report.format))
    reading.report.cues_read = len(raws)
    has_voices = _VOICE.search(text) is not None
    for raw in raws:
        start, end = _times(raw, reading)
        cue = Cue(text=" ".join(raw.lines), place=raw.place, start=start, end=end)
        reading.cues += _voices(cue, reading) if has_voices else [_without_tags(cue, reading)]
    return reading


def _raw_cues(lines: list[str], format: Format) -> Iterator[_Raw]:
    """Yield the cues. Text after an empty line still belongs to the cue before, not to be lost."""
    cue: _Raw | None = None
    was_blank = is_skipping = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            was_blank, is_skipping = True, False
            _forget_identifier(cue)
        elif _is_timing(line):
            if cue:
                yield _without_identifier(cue)
            cue, was_blank, is_skipping = _Raw(place=number, timing=line), False, False
        elif is_skipping or (was_blank and format is Format.WEBVTT and _BLOCKS_TO_SKIP.match(line)):
            is_skipping = True
        else:
            if cue:
                _append(cue, line, format, was_blank=was_blank)
            was_blank = False
    if cue:
        yield cue


def _is_timing(line: str) -> bool:
    """Return whether a line with an arrow is a timing line, if perhaps a broken one."""
    before, arrow, after = line.partition(_ARROW)
    return bool(arrow) and (not _LETTER.search(before[:40]) or _end(after) is not None)


def _append(cue: _Raw, line: str, format: Format, *, was_blank: bool) -> None:
    """Add the line, remembering it if it may name the next cue: a number, or one after a gap."""
    is_number = line.strip().isdecimal() and bool(was_blank or cue.lines)
    cue.lines.append(line)
    cue.identifier = line if is_number or (was_blank and format is Format.WEBVTT) else None


def _forget_identifier(cue: _Raw | None) -> None:
    if cue:
        cue.identifier = None


def _without_identifier(cue: _Raw) -> _Raw:
    if cue.identifier is not None:
        cue.lines.pop()
    return cue


def _times(raw: _Raw, reading: Draft) -> tuple[float | None, float | None]:
    first, _, rest = raw.timing.partition(_ARROW)
    start, end = clock.parse(first[:60]), _end(rest)
    if start is None or end is None:
        reading.report.repaired["time that cannot be read"] += 1
    if len(rest[:200].split()) > 1:
        reading.report.seen["cue settings"] += 1
    return start, end


def _end(after_arrow: str) -> float | None:
    """Return the time behind the arrow; cue settings may follow it."""
    return clock.parse((after_arrow[:60].split() or [""])[0])


def _without_tags(cue: Cue, reading: Draft) -> Cue:
    cue.text, tags = _TAG.subn("", cue.text)
    if tags:
        reading.report.seen["formatting tags"] += 1
    return cue


def _voices(cue: Cue, reading: Draft) -> list[Cue]:
    """Return a cue for each <v Name> in the text. In files with voices, no voice is nobody."""
    before, *voices = _VOICE.split(cue.text)
    if voices:
        reading.report.seen["voice tag"] += len(voices) // 2
    spoken = [("", before), *zip(voices[::2], voices[1::2], strict=True)]
    spoken = [part for part in spoken if part[1].strip()] or [("", "")]
    parts = cue.split([_TAG.sub("", words) for _, words in spoken])
    for part, (speaker, _) in zip(parts, spoken, strict=True):
        part.speaker = speaker
    return parts
