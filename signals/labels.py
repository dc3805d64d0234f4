"""Decisions of people as labelled examples: what they approved is gold, what they rejected is a
hard negative. Written in the form the evaluation and the training read, transcripts beside them.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Prefetch
from django.utils.text import slugify

from civstart.lib.errors import CivStartError
from signals import redaction
from signals.measure import judged
from signals.models import Evidence, Review, SecondLook, Signal, Transcript

Row = dict[str, Any]

GOLD, NEGATIVES = "signals_dev.jsonl", "hard_negatives_dev.jsonl"
TRANSCRIPTS, MANIFEST = "transcripts", "manifest.json"
QUOTE_WORDS = (6, 80)  # the scorer finds no shorter and no longer quote
NAME_LENGTH = 40


class NotWritten(CivStartError):
    """The labels cannot be written where they were wanted."""


@dataclass(slots=True)
class Labels:
    """What was made of the decisions, and what was left out, by reason."""

    gold: list[Row] = field(default_factory=list)
    negatives: list[Row] = field(default_factory=list)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, why: str) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + 1


def collect(*, since: date | None = None, in_full: bool = False) -> Labels:
    """Return the labels of all signals that people decided since that day.

    Names and addresses of residents are withheld unless in_full. Left out is what people disagree
    on, what has no quote in its transcript any more, and quotes the scorer cannot find.
    """
    made = Labels()
    for signal in _rows(since):
        pieces = list(signal.evidence.all())
        if any(look.status == SecondLook.Status.DISAGREED for look in signal.second_looks.all()):
            made.leave_out("two people disagree on it")
        elif any(piece.anchor == Evidence.Anchor.LOST for piece in pieces):
            made.leave_out("its quote no longer occurs")
        elif len({piece.segment.transcript_id for piece in pieces}) > 1:
            made.leave_out("its quotes stand in different transcripts")
        else:
            _add(made, signal, pieces, in_full=in_full)
    return made


def _rows(since: date | None) -> Iterable[Signal]:
    rows = judged.by_people(first=since).defer("search").select_related("meeting__body")
    return (
        rows.select_related("meeting__body__jurisdiction")
        .prefetch_related(
            Prefetch("evidence", Evidence.objects.select_related("segment__transcript")),
            Prefetch("reviews", Review.objects.order_by("-at", "-pk")),
            "second_looks",
        )
        .order_by("meeting", "start_seconds", "pk")
        .iterator(chunk_size=500)
    )


def _add(made: Labels, signal: Signal, pieces: list[Evidence], *, in_full: bool) -> None:
    quote = " ".join(_said(piece.quote, piece.hidden, in_full=in_full) for piece in pieces)
    least, most = QUOTE_WORDS
    if not least <= len(quote.split()) <= most:
        made.leave_out(f"its quote has not {least} to {most} words")
        return
    transcript = pieces[0].segment.transcript
    file = file_name(signal, transcript)
    made.transcripts[file] = transcript
    place: Row = {
        "file": file,
        "start_seconds": round(signal.start_seconds, 2),
        "end_seconds": round(signal.end_seconds, 2),
        "quote": quote,
    }
    if signal.status == Signal.Status.APPROVED:
        made.gold.append(_gold(signal, pieces, place, in_full=in_full))
    else:
        made.negatives.append(_negative(signal, place))


def _said(text: str, hidden: list[Any], *, in_full: bool) -> str:
    return text if in_full else redaction.shown(text, hidden)


def _gold(signal: Signal, pieces: list[Evidence], place: Row, *, in_full: bool) -> Row:
    def field_of(name: str) -> str:
        hidden = signal.hidden.get(name, [])
        return _said(getattr(signal, name), hidden, in_full=in_full)

    stem = place["file"].removesuffix("_turns.json")
    return {
        "file": place["file"],
        "id": f"{stem}-{signal.public_id}",
        "start_seconds": place["start_seconds"],
        "end_seconds": place["end_seconds"],
        "quote_seconds": [round(pieces[0].start_seconds, 2), round(pieces[-1].end_seconds, 2)],
        "quote": place["quote"],
        "title": field_of("title"),
        "summary": field_of("summary"),
        "kind": signal.kind,
        "category": signal.category,
        "strength": signal.strength,
        "amount_usd": None if signal.amount is None else float(signal.amount),
        "timeframe": field_of("timeframe") or None,
        "speaker_role": signal.speaker_role,
    }


def _negative(signal: Signal, place: Row) -> Row:
    said = next((one for one in signal.reviews.all() if one.reason), None)
    # A note is staff's own and may name residents; the reason is of a list.
    why = str(said.get_reason_display()) if said else "Rejected"
    return place | {"why_not": f"{why}.", "reason": said.reason if said else ""}


def file_name(signal: Signal, transcript: Transcript) -> str:
    """Return a name no other transcript has. Up to the second "_" it tells the meeting."""
    place = slugify(signal.meeting.body.jurisdiction.name)[:NAME_LENGTH] or "place"
    day = signal.meeting.held_on.isoformat() if signal.meeting.held_on else "undated"
    return f"{place}_{day}-{signal.meeting_id}_{transcript.pk}_turns.json"


# --- Writing -------------------------------------------------------------------------------------


def write(labels: Labels, folder: Path, *, in_full: bool = False) -> None:
    """Write the labels and their transcripts to the folder, all at once or not at all.

    A folder written by an earlier export is replaced; raise NotWritten for any other.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise NotWritten(
            f"{folder} holds something else than labels. Choose a new folder, or empty that one."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _fill(made, labels, in_full=in_full)
        _swap(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _fill(made: Path, labels: Labels, *, in_full: bool) -> None:
    made.chmod(0o755)
    (made / GOLD).write_text(_lines(labels.gold), encoding="utf-8")
    (made / NEGATIVES).write_text(_lines(labels.negatives), encoding="utf-8")
    (made / TRANSCRIPTS).mkdir()
    for name, transcript in labels.transcripts.items():
        turns = json.dumps(_turns(transcript, in_full=in_full), ensure_ascii=False)
        (made / TRANSCRIPTS / name).write_text(turns, encoding="utf-8")
    manifest = {
        "signals": len(labels.gold),
        "hard_negatives": len(labels.negatives),
        "transcripts": len(labels.transcripts),
        "left_out": labels.left_out,
        "residents": "in full" if in_full else "withheld",
    }
    (made / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _swap(made: Path, folder: Path) -> None:
    """Put the new folder where the old one was; the old one comes back if that fails."""
    if not folder.exists():
        os.replace(made, folder)  # noqa: PTH105
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    os.replace(folder, old)  # noqa: PTH105
    try:
        os.replace(made, folder)  # noqa: PTH105
    except OSError:
        os.replace(old, folder)  # noqa: PTH105
        raise
    shutil.rmtree(old, ignore_errors=True)


def _lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _turns(transcript: Transcript, *, in_full: bool) -> list[Row]:
    """Return the transcript as speaker turns in seconds, which reader and scorer both know."""
    return [
        {
            "speaker": _speaker(one.speaker, in_full=in_full),
            "start": round(one.start_seconds, 3),
            "end": round(one.end_seconds, 3),
            "text": _said(one.text, one.hidden, in_full=in_full),
        }
        for one in transcript.segments.select_related("speaker").order_by("index")
    ]


def _speaker(speaker: Any, *, in_full: bool) -> str:
    if speaker is None:
        return ""
    return str(speaker.name if in_full else speaker.shown)
