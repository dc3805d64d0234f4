"""Further labels of meetings that others publish: times and our own words, none of theirs.

Each line of labels/further.jsonl speaks of a transcript by its file's name. A signal has
start_seconds, end_seconds, quote_seconds, title, kind, category and strength; a passage that only
sounds like one has start_seconds, end_seconds and why; from_seconds says from when on the file was
read by who labelled it. What was said is taken from the transcript where there is one.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from signals.extraction.contract import Heard
from signals.extraction.lessons import DISCUSSED, NEAR_MISS, SIGNAL, Excerpt, Mark, Place, checked

FILE = Path(__file__).parent / "labels" / "further.jsonl"

Row = dict[str, Any]


def excerpts(
    transcripts: Path, reader: Callable[[Path], Sequence[Heard]], labels: Path = FILE
) -> list[Excerpt]:
    """Return what is labelled of the transcripts in the folder, each named by its file.

    Raise NotMarked naming a label that is wrong.
    """
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines() if line]
    files = dict.fromkeys(str(row["file"]) for row in rows)
    return [
        _excerpt(file, reader(transcripts / file), [row for row in rows if row["file"] == file])
        for file in files
        if (transcripts / file).exists()
    ]


def _excerpt(file: str, heard: Sequence[Heard], rows: Sequence[Row]) -> Excerpt:
    begin = max((row["from_seconds"] for row in rows if "from_seconds" in row), default=0.0)
    read = [one for one in heard if one.start >= begin]
    marks = [mark for row in rows if "start_seconds" in row for mark in _marks(file, read, row)]
    return Excerpt(file, read, marks)


def _marks(file: str, heard: Sequence[Heard], row: Row) -> list[Mark]:
    stretch = (row["start_seconds"], row["end_seconds"])
    if "why" in row:
        return [_mark(NEAR_MISS, heard, stretch, {"why": row["why"]})]
    told = {key: str(row[key]) for key in ("title", "kind", "category", "strength")}
    signal = checked(file, _mark(SIGNAL, heard, row["quote_seconds"], told))
    return [_mark(DISCUSSED, heard, stretch, {}), signal]


def _mark(tag: str, heard: Sequence[Heard], seconds: Sequence[float], told: dict[str, str]) -> Mark:
    first, last = (_place(heard, moment) for moment in seconds)
    return Mark(tag, first, last, told)


def _place(heard: Sequence[Heard], moment: float) -> Place:
    """Return where in the text the moment falls, as if each segment were spoken evenly."""
    one = next((one for one in heard if one.end > moment), heard[-1])
    share = (moment - one.start) / max(0.001, one.end - one.start)
    return one.index, round(len(one.text) * min(1.0, max(0.0, share)))
