"""Measuring extraction against labelled meetings, and keeping what was measured."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from signals.extraction.labelled import Labels, city, same_meeting
from signals.extraction.local import LocalExtractor
from signals.extraction.measuring import figures, held_out, in_sample, predictions
from signals.extraction.scoring import Model
from signals.measure import calibration
from signals.models import Evaluation

# What is asked for is asked of this way, and the calibration is this one's.
HONEST = "one meeting left out"
WAYS: dict[str, Callable[[Labels], dict[str, Model]]] = {
    "in sample": in_sample,
    HONEST: lambda labels: held_out(labels, same_meeting),
    "one city left out": lambda labels: held_out(labels, city),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by the way they were measured, the calibration, and what was measured on what."""

    figures: dict[str, dict[str, Any]]
    calibration: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)


def extraction(labels: Labels, ways: Iterable[str] = tuple(WAYS)) -> Measured:
    """Measure the local extractor in these ways. A minute or more each."""
    found, calibrated = {}, {}
    for way in ways:
        models = WAYS[way](labels)
        found[way] = figures(labels, predictions(labels, models))
        if way == HONEST:
            rows = predictions(labels, models, below_bar=True)
            bar = next((model.bar for model in models.values()), None)
            calibrated = calibration.kept(told(labels, rows), bar=bar)
    return Measured(found, calibrated, _about(labels))


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


def _about(labels: Labels) -> dict[str, Any]:
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
