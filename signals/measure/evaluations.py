"""Measuring extraction against labelled meetings, and keeping what was measured.

It is measured part by part: a model is taught by some meetings and tried on others. What each part
found is kept, so a worker can do one after another; the figures are of all parts together.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from signals.extraction.labelled import Labels, Row, city, same_meeting
from signals.extraction.local import LocalExtractor
from signals.extraction.measuring import figures, predictions, taught
from signals.measure import calibration
from signals.models import Evaluation

# What is asked for is asked of this way, and the calibration is this one's.
HONEST = "one meeting left out"
# What is left out together, by the way to measure; nothing where a model is tried on its teachers.
WAYS: dict[str, Callable[[str], str] | None] = {
    "in sample": None,
    HONEST: same_meeting,
    "one city left out": city,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by the way they were measured, the calibration, and what was measured on what."""

    figures: dict[str, dict[str, Any]]
    calibration: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A model to teach and to try: the way to measure, and whose files it does not learn from."""

    way: str
    left_out: str = ""

    def __str__(self) -> str:
        return f"{self.way}: {self.left_out}" if self.left_out else self.way

    def files(self, labels: Labels) -> list[str]:
        """Return the files it is tried on."""
        group = WAYS[self.way]
        return [file for file in labels.files if group is None or group(file) == self.left_out]


@dataclass(frozen=True, slots=True)
class Found:
    """What a part's model proposes; unsure has what it is less sure of too. Fit for JSON."""

    part: Part
    rows: list[Row]
    unsure: list[Row]
    bar: float

    def as_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "unsure": self.unsure, "bar": self.bar}


def parts(labels: Labels, ways: Iterable[str] = tuple(WAYS)) -> list[Part]:
    """Return what these ways to measure are made of. Reads the labels alone, no transcript."""
    found = []
    for way in ways:
        group = WAYS[way]
        left_out = sorted({group(file) for file in labels.files}) if group else [""]
        found += [Part(way, name) for name in left_out]
    return found


def find(labels: Labels, part: Part) -> Found:
    """Teach the part's model and try it. Most of a minute of a processor."""
    model = taught(labels, WAYS[part.way] or same_meeting, without=part.left_out)
    models = dict.fromkeys(part.files(labels), model)
    unsure = predictions(labels, models, below_bar=True) if part.way == HONEST else []
    return Found(part, predictions(labels, models), unsure, model.bar)


def measured(labels: Labels, found: Sequence[Found]) -> Measured:
    """Return the figures of all parts together, whatever the order they were measured in."""
    by_way: dict[str, list[Found]] = {}
    for one in found:
        by_way.setdefault(one.part.way, []).append(one)
    return Measured(
        {
            way: figures(labels, _in_order(labels, [one.rows for one in ones]))
            for way, ones in by_way.items()
        },
        _calibrated(labels, by_way[HONEST]) if HONEST in by_way else {},
        about(labels),
    )


def _calibrated(labels: Labels, found: Sequence[Found]) -> dict[str, Any]:
    rows = _in_order(labels, [one.unsure for one in found])
    bar = next(one.bar for one in found if labels.files[0] in one.part.files(labels))
    return calibration.kept(told(labels, rows), bar=bar)


def _in_order(labels: Labels, found: Iterable[Sequence[Row]]) -> list[Row]:
    """Return the rows in the order of the labels' files."""
    places = {file: place for place, file in enumerate(labels.files)}
    return sorted((row for rows in found for row in rows), key=lambda row: places[row["file"]])


def extraction(labels: Labels, ways: Iterable[str] = tuple(WAYS)) -> Measured:
    """Measure the local extractor in these ways, in one go. Minutes."""
    return measured(labels, [find(labels, part) for part in parts(labels, ways)])


def told(labels: Labels, rows: Sequence[dict[str, Any]]) -> list[tuple[float, bool]]:
    """Return how sure the extractor was of each prediction, and whether it hit a labelled signal,
    by the scorer's rules: one to one.
    """
    found: list[tuple[float, bool]] = []
    for file in labels.files:
        ours = [row for row in rows if row["file"] == file]
        gold = [row for row in labels.signals if row["file"] == file]
        pairs, _, _ = labels.scorer.match(labels.scorer.Meeting(labels.texts[file]), gold, ours)
        hits = {at for _, at in pairs}
        found += [(row["confidence"], at in hits) for at, row in enumerate(ours)]
    return found


def about(labels: Labels) -> dict[str, Any]:
    transcripts = (labels.transcripts / file for file in labels.files)
    return {
        "extractor": f"{LocalExtractor.name} {LocalExtractor.version}",
        "meetings": len(labels.files),
        "labels": len(labels.signals),
        "digest": digest_of(labels.gold / "signals_dev.jsonl", *transcripts),
    }


def digest_of(*files: Path) -> str:
    """Return twelve characters that change whenever a word of the files does."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


def keep(what: Evaluation.What, measured: Measured, *, since: datetime) -> Evaluation:
    """Keep what a command measured from that time until now."""
    now = timezone.now()
    return Evaluation.objects.create(
        what=what,
        figures=measured.figures,
        calibration=measured.calibration,
        about=measured.about,
        status=Evaluation.Status.DONE,
        started_at=since,
        moved_at=now,
        finished_at=now,
    )
