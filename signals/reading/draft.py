"""What a parser hands on: the cues of a file as the file has them, before anything is put right."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from signals.reading import pace
from signals.reading.model import Format, Report, TimeUnit, UnreadableTranscript


@dataclass(slots=True)
class Cue:
    """One piece of text as the file has it. start and end are None where the file does not say.

    speaker is None where the file names nobody, so that the name before it still holds.
    """

    text: str
    place: int  # the line, or the number of the item, where a person finds it in the file
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    starts_turn: bool = False  # somebody else speaks from here on
    is_parted: bool = False  # what stood before it was taken out, or a paragraph ended

    def split(self, texts: Sequence[str]) -> "list[Cue]":
        """Return one cue for each text, which share the time by their number of words."""
        parts = [replace(self, text=text) for text in texts]
        if self.start is not None and self.end is not None:
            for part, times in zip(parts, pace.spread(texts, self.start, self.end), strict=True):
                part.start, part.end = times
        for part in parts[1:]:
            part.starts_turn = part.is_parted = False
        return parts


@dataclass(slots=True)
class Draft:
    """A file taken apart into cues, with the report that is being written about it."""

    name: str
    report: Report
    counted_in: str  # "line" or "item": what Cue.place counts
    cues: list[Cue] = field(default_factory=list)
    title: str = ""
    held_on: str = ""
    video_url: str = ""

    def place(self, cue: "Cue | Timed") -> str:
        """Return "meeting.srt line 12": where to look."""
        return f"{self.name} {self.counted_in} {cue.place}"

    def error(self, cue: "Cue | Timed", trouble: str) -> UnreadableTranscript:
        """Return the error that names the place of the cue before the trouble."""
        return UnreadableTranscript(f"{self.place(cue)}: {trouble}")


@dataclass(slots=True)
class Timed:
    """A cue whose times are settled, in seconds. speaker is "" where nobody is named."""

    text: str
    place: int
    start: float
    end: float
    speaker: str
    is_parted: bool


def draft(name: str, format: Format, unit: TimeUnit, *, counted_in: str) -> Draft:
    """Return an empty draft for a parser to fill."""
    return Draft(name=name, report=Report(format=format, time_unit=unit), counted_in=counted_in)
