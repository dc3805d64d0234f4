"""What staff think of startups for signals, and those judgements written for evaluation."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from matching.models import Judgement, Match, MatchRun
from matching.models.feedback import LONGEST_NOTE
from signals.models import Signal
from startups.models import Startup

Row = dict[str, Any]
NEEDS, STARTUPS, MANIFEST = "matches_dev.jsonl", "startups.jsonl", "manifest.json"
GOOD = Judgement.Grade.GOOD
AGREED = 1  # grades that lie no farther apart count as agreement


class NotJudged(CivStartError):
    """The grade or the note cannot be kept."""


class NotWritten(CivStartError):
    """The judgements cannot be written where they were wanted."""


@transaction.atomic
def judge(
    signal: Signal, startup: Startup, *, grade: object, by: User, note: str = ""
) -> Judgement:
    """Keep how well the startup answers the signal; a later word of the same person replaces it."""
    note = " ".join(note.split())
    if str(grade) not in {str(one) for one in Judgement.Grade.values}:
        raise NotJudged(f"There is no grade {grade!r}. Choose one from 0 to 3.")
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise NotJudged(f"Say why in at most {LONGEST_NOTE} characters.")
    made, _ = Judgement.objects.update_or_create(
        signal=signal,
        startup=startup,
        by=by,
        defaults={"grade": int(str(grade)), "note": note, "at": timezone.now()},
    )
    return made


# --- Written for evaluation --------------------------------------------------------------------


@dataclass(slots=True)
class Collected:
    """The judged needs, and what was left out, by reason."""

    needs: list[Row] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def collect(*, in_full: bool = False) -> Collected:
    """Return the signals that staff judged startups for, in the form evaluation reads.

    A signal with a startup graded 2 or more has an answer. One without is an abstention only if all
    that were told and all that came nearest are judged. Names and addresses of residents are
    withheld unless in_full.
    """
    made = Collected()
    rows = Signal.objects.filter(judgements__isnull=False).distinct().order_by("pk")
    rows = rows.for_lists().prefetch_related(
        "judgements__startup", "matches__startup", "match_runs__abstention"
    )
    for signal in rows:
        grades = _grades(signal)
        if not grades:
            made.left_out["staff disagree on every startup"] += 1
        elif max(grades.values()) < GOOD and not _near(signal) <= set(grades):
            made.left_out["no answer was found, and not all that came near are judged"] += 1
        else:
            made.needs.append(_need(signal, grades, in_full=in_full))
    return made


def _grades(signal: Signal) -> dict[str, int]:
    """Return the grade of each startup that staff agree on, the lower where they differ by one."""
    found: dict[str, list[int]] = {}
    for one in signal.judgements.all():
        found.setdefault(one.startup.slug, []).append(one.grade)
    return {
        slug: min(grades)
        for slug, grades in sorted(found.items())
        if max(grades) - min(grades) <= AGREED
    }


def _near(signal: Signal) -> set[str]:
    """Return who was told of the signal and who came nearest in its last run."""
    told = {
        match.startup.slug
        for match in signal.matches.all()
        if match.status != Match.Status.WITHDRAWN
    }
    last = max(signal.match_runs.all(), key=lambda run: (run.started_at, run.pk), default=None)
    return told | set(_nearest(last))


def _nearest(run: MatchRun | None) -> Iterator[str]:
    if run and hasattr(run, "abstention"):
        yield from (one["startup"] for one in run.abstention.nearest)


def _need(signal: Signal, grades: dict[str, int], *, in_full: bool) -> Row:
    shown = signal.heard if in_full else signal.shown_quote
    return {
        "id": str(signal.public_id),
        "title": signal.title if in_full else signal.shown_title,
        "summary": signal.summary if in_full else signal.shown_summary,
        "quote": shown,
        "kind": signal.kind,
        "category": signal.category,
        "strength": signal.strength,
        "state": signal.jurisdiction.region.code,
        "judgements": grades,
        "abstain": max(grades.values()) < GOOD,
    }


def directory() -> Iterable[Row]:
    """Return the active startups in the form evaluation reads."""
    for startup in Startup.objects.active().with_profile().defer("search").order_by("pk"):
        yield {
            "slug": startup.slug,
            "name": startup.name,
            "one_liner": startup.one_liner,
            "description": startup.description,
            "tags": [tag.name for tag in startup.tags.all()],
            "team_size": startup.team_size,
            "sells_to_government": startup.sells_to_government,
            "service_states": [region.code for region in startup.service_regions.all()],
            "products": [
                {"name": one.name, "description": one.description} for one in startup.products.all()
            ],
            "case_studies": [
                {
                    "customer": one.customer,
                    "state": one.region.code if one.region else None,
                    "summary": one.summary,
                    "result": one.result,
                }
                for one in startup.case_studies.all()
            ],
        }


def write(made: Collected, folder: Path, *, in_full: bool = False) -> int:
    """Write the needs and the directory to the folder; return how many startups.

    Files of an earlier export are replaced; raise NotWritten if the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise NotWritten(
            f"{folder} holds something else than judgements. Choose a new folder, or empty that "
            "one."
        )
    folder.mkdir(parents=True, exist_ok=True)
    startups = list(directory())
    _lines(folder / NEEDS, made.needs)
    _lines(folder / STARTUPS, startups)
    manifest = {
        "needs": len(made.needs),
        "startups": len(startups),
        "left_out": dict(made.left_out),
        "residents": "in full" if in_full else "withheld",
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return len(startups)


def _lines(path: Path, rows: Iterable[Row]) -> None:
    """Write one JSON object a line, all at once or not at all."""
    new = path.with_suffix(".new")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    new.write_text(text, encoding="utf-8")
    new.replace(path)
