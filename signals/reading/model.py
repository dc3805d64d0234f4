"""What reading a transcript file gives: timed utterances and a report of what was done to them."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from civstart.lib.errors import CivStartError


class Format(StrEnum):
    """The transcript formats CivStart reads, recognised by content."""

    WEBVTT = "webvtt"
    SRT = "srt"
    CLOCKED_TEXT = "clocked-text"  # [HH:MM:SS] marks between lines
    PLAIN_TEXT = "plain-text"
    CDP = "cdp"  # Council Data Project transcript JSON
    TURNS = "turns"  # speaker turns, JSON
    WHISPER = "whisper"  # Whisper verbose JSON
    YOUTUBE = "youtube"  # caption chunks of a YouTube video, JSON
    SENTENCES = "sentences"  # id, tab, sentence


class TimeUnit(StrEnum):
    """The unit in which the file writes its times."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    CLOCK = "clock"  # written out, as 01:02:03.450
    NONE = "none"  # the file has no times; they are guessed from the number of words


class UnreadableTranscript(CivStartError):
    """The file cannot be read; the message names the file, the place in it and what to do."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence or a few, as somebody said them. Times are seconds from the recording's start."""

    start: float
    end: float
    text: str
    speaker: str = ""


@dataclass(slots=True)
class Report:
    """What was read, dropped and repaired, for the person who brought the file.

    dropped and repaired count cues by reason, in words a person reads ("zero-length cue").
    seen counts what was put in order without touching a word: a byte order mark, cue settings.
    notes are whole sentences about the file.
    """

    format: Format
    time_unit: TimeUnit
    cues_read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A transcript file, understood.

    title, held_on (ISO date) and video_url are "" unless the file names them.
    """

    utterances: tuple[Utterance, ...]
    report: Report
    title: str = ""
    held_on: str = ""
    video_url: str = ""
