"""Labelled meetings: what careful readers marked, and what it teaches by the scorer's rules."""

import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from civstart.lib.modules import module_at
from signals.extraction import timed, wordless
from signals.extraction.contract import Heard
from signals.extraction.features import Described, describe
from signals.extraction.hearing import heard_in
from signals.extraction.lessons import excerpts
from signals.extraction.passages import cut, passages, text_of, words_around
from signals.extraction.training import EXCERPT_SHARE, Lesson, lesson
from signals.reading import read

Row = dict[str, Any]
Reader = Callable[[Path], Sequence[Heard]]

SUMMARY_WORDS = 60  # the scorer reads so many of a summary


@dataclass(frozen=True)
class Labels:
    """The labelled meetings of one folder, their transcripts, and the scorer lying beside them."""

    gold: Path
    transcripts: Path
    reader: Reader
    marked: Path = wordless.FILE  # what excerpts of real meetings teach
    meetings: dict[str, "Meeting"] = field(default_factory=dict)

    @classmethod
    def at(cls, gold: Path, transcripts: Path, marked: Path = wordless.FILE) -> "Labels":
        """Return the labels of a folder, its transcripts read as production reads them."""
        return cls(gold, transcripts, _heard, marked)

    @cached_property
    def signals(self) -> list[Row]:
        rows = (self.gold / "signals_dev.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(row) for row in rows if row.strip()]

    @cached_property
    def files(self) -> list[str]:
        return list(dict.fromkeys(str(row["file"]) for row in self.signals))

    @cached_property
    def scorer(self) -> ModuleType:
        return module_at(self.gold / "score_extraction.py")

    @cached_property
    def texts(self) -> dict[str, list[Row]]:
        """Return the scorer's own timed text of each file."""
        units = module_at(self.gold / "meeting_text.py").units
        with warnings.catch_warnings():
            # The labels' own program leaves its files for Python to close.
            warnings.simplefilter("ignore", ResourceWarning)
            return {file: list(units(str(self.transcripts / file))) for file in self.files}

    @cached_property
    def excerpts(self) -> list[Lesson]:
        """What our own excerpts teach, and those of real meetings, beside the labelled ones."""
        own = [lesson(one, share=EXCERPT_SHARE) for one in excerpts()]
        return [*own, *wordless.load(self.marked)]

    @cached_property
    def further(self) -> dict[str, Lesson]:
        """What our further labels teach, by the file they speak of, where the file is there.

        They are never measured on. They may be of a meeting that is.
        """
        found = timed.excerpts(self.transcripts, self.reader)
        return {one.name: lesson(one, group=same_meeting(one.name)) for one in found}

    def lessons(self, group: Callable[[str], str], *, without: str = "") -> list[Lesson]:
        """Return what meetings and further labels teach, but for those of a group of files."""
        files = [file for file in self.files if group(file) != without]
        further = [one for file, one in self.further.items() if group(file) != without]
        return [*(self.meeting(file).lesson for file in files), *further]

    def meeting(self, file: str) -> "Meeting":
        if file not in self.meetings:
            self.meetings[file] = Meeting.read(file, self)
        return self.meetings[file]

    def score(self, predicted: Iterable[Row]) -> dict[str, Any]:
        """Return the scorer's figures for predictions over all labelled files."""
        text = [row for rows in self.texts.values() for row in rows]
        return dict(self.scorer.score(self.signals, list(predicted), text))


@dataclass(frozen=True)
class Meeting:
    """One labelled meeting, read and described once, so that many models can be tried on it."""

    file: str
    heard: Sequence[Heard]
    lesson: Lesson

    @classmethod
    def read(cls, file: str, labels: Labels) -> "Meeting":
        heard = labels.reader(labels.transcripts / file)
        pieces = cut(heard)
        described = describe(pieces, passages(pieces))
        gold = [row for row in labels.signals if row["file"] == file]
        judge = labels.scorer.Meeting(labels.texts[file])
        marks = [
            _Marks(labels.scorer, judge, described, row, gold)
            for row in range(len(described.texts))
        ]
        kinds = [str(row["kind"]) for row in gold]
        lesson = Lesson(
            described,
            hits=np.array([one.likeness(around="") for one in marks]),
            near_hits=np.array([one.likeness(around=one.around) for one in marks]),
            within=np.array([any(one.inside) for one in marks]),
            kinds=kinds,
            group=same_meeting(file),
        )
        return cls(file, heard, lesson)


class _Marks:
    """How one passage stands to the labelled signals of its meeting, by the scorer's rules."""

    def __init__(
        self, scorer: ModuleType, judge: Any, described: Described, row: int, gold: Sequence[Row]
    ) -> None:
        self.scorer, self.judge, self.gold = scorer, judge, gold
        self.text, passage = described.texts[row], described.passages[row]
        self.around = text_of(
            described.pieces, *words_around(described.pieces, passage, SUMMARY_WORDS // 2)
        )
        place = judge.find(self.text, passage.start)
        self.middle = sum(place) / 2 if place else float("nan")
        self.inside = [
            one["start_seconds"] - scorer.SLACK <= self.middle <= one["end_seconds"] + scorer.SLACK
            for one in gold
        ]

    def likeness(self, *, around: str) -> list[float]:
        """Return how alike passage and each labelled signal are, 0 where that is no hit."""
        if not any(self.inside):
            return [0.0] * len(self.gold)
        bag = self.judge.bag({"quote": self.text, "summary": around})
        return [
            self._like(one, bag) if inside else 0.0
            for one, inside in zip(self.gold, self.inside, strict=True)
        ]

    def _like(self, one: Row, bag: set[str]) -> float:
        near = abs(self.middle - sum(one["quote_seconds"]) / 2) <= self.scorer.CLOSE
        like = float(self.judge.alike(self.judge.bag(one), bag))
        return like if like >= (self.scorer.NEAR if near else self.scorer.FAR) else 0.0


def city(file: str) -> str:
    """Return the city a transcript's file name begins with."""
    return Path(file).name.split("_")[0]


def same_meeting(file: str) -> str:
    """Return the meeting a file belongs to; formats of one meeting share it."""
    return "_".join(Path(file).name.split("_")[:2])


def _heard(path: Path) -> Sequence[Heard]:
    return heard_in(read(path.read_bytes(), path.name))
