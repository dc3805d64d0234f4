"""Measuring an extractor against labelled meetings, with the scorer that came with the labels."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from signals.extraction.contract import Extractor, Found, Heard, Setting
from signals.extraction.labelled import Labels, Row, same_meeting
from signals.extraction.local import LocalExtractor
from signals.extraction.scoring import Model
from signals.extraction.training import Lesson, train
from signals.extraction.verify import fault, quote

Teacher = Callable[[Sequence[Lesson], Sequence[Lesson]], Model]

TOP = 10


def as_row(found: Found, heard: Sequence[Heard], file: str) -> Row:
    """Return a signal in the labels' own form, fit for JSON."""
    return {
        "file": file,
        "start_seconds": round(found.start, 2),
        "end_seconds": round(found.end, 2),
        "quote": quote(found.spans, {one.index: one for one in heard}),
        "title": found.title,
        "summary": found.summary,
        "kind": str(found.kind),
        "category": str(found.category),
        "strength": found.strength,
        "confidence": round(found.confidence, 4),
        "speaker": found.speaker,
        "speaker_role": str(found.speaker_role),
        "amount_usd": None if found.amount is None else float(found.amount),
        "amount_kind": str(found.amount_kind) or None,
        "amount_years": found.amount_years,
        "amount_said": found.amount_said or None,
        "timeframe": found.timeframe or None,
    }


def predictions(
    labels: Labels, models: Mapping[str, Model], *, below_bar: bool = False
) -> list[Row]:
    """Return what the local extractor finds in each file with that file's model.

    below_bar: with what it is less sure of than it need be to propose it.
    """
    rows: list[Row] = []
    for file, model in models.items():
        meeting = labels.meeting(file)
        found = LocalExtractor(model).extract_described(meeting.lesson.described)
        proposed = [one for one in found if below_bar or one.confidence >= model.bar]
        rows += [
            as_row(one, meeting.heard, file) for one in proposed if not fault(one, meeting.heard)
        ]
    return rows


def taught(
    labels: Labels, group: Callable[[str], str], *, without: str = "", teach: Teacher = train
) -> Model:
    """Return the model taught by all files but those of a group."""
    return teach(labels.lessons(group, without=without), labels.excerpts)


def held_out(
    labels: Labels, group: Callable[[str], str], teach: Teacher = train
) -> dict[str, Model]:
    """Return for each file a model taught by the files of other groups only."""
    models = {
        name: taught(labels, group, without=name, teach=teach)
        for name in sorted({group(file) for file in labels.files})
    }
    return {file: models[group(file)] for file in labels.files}


def in_sample(labels: Labels, teach: Teacher = train) -> dict[str, Model]:
    """Return for each file the model taught by all files, itself included."""
    return dict.fromkeys(labels.files, taught(labels, same_meeting, teach=teach))


def figures(labels: Labels, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the scorer's figures, and the precision of the ten most confident of each meeting."""
    top = [row for file in labels.files for row in _most_confident(rows, file)]
    return labels.score(rows) | {"top10_precision": labels.score(top)["precision"]}


def _most_confident(rows: Sequence[Row], file: str) -> list[Row]:
    ours = [row for row in rows if row["file"] == file]
    return sorted(ours, key=lambda row: -row["confidence"])[:TOP]


def extracted(labels: Labels, extractor: Extractor) -> list[Row]:
    """Return what any extractor finds in the labelled files, faulty signals dropped."""
    rows: list[Row] = []
    for file in labels.files:
        heard = labels.meeting(file).heard
        found = extractor.extract(heard, Setting())
        proposed = [one for one in found if one.confidence >= extractor.bar]
        rows += [as_row(one, heard, file) for one in proposed if not fault(one, heard)]
    return rows
