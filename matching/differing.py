"""What a re-match changed: kept signal by signal, and found again for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models

from matching import comparing
from matching.comparing import Change, Comparison
from matching.deciding import Decision
from matching.models import (
    Match,
    MatchRun,
    Rematch,
    RematchedPair,
    RematchedSignal,
    RematchedSignalQuerySet,
)
from signals.models import Signal
from startups.models import Startup

Answer = RematchedSignal.Answer
LONGEST_WHY, LONGEST_WHY_OF_PAIR = 300, 400


class Kind(models.TextChoices):
    """What may have changed for a signal."""

    ADDED = "added", "New pairs"
    DROPPED = "dropped", "Pairs gone"
    MOVED = "moved", "Moved by score or rank"
    ANSWERED = "answered", "None fitted, and some do"
    UNANSWERED = "unanswered", "Some fitted, and none does"
    TOLD = "told", "Told now"


def last_run(signal: Signal) -> MatchRun | None:
    """Return its last search, with what tells why none fitted."""
    rows = signal.match_runs.select_related("policy", "abstention")
    return rows.order_by("-started_at", "-pk").first()


def keep(
    run: MatchRun, before: MatchRun | None, decision: Decision, known: Mapping[int, Match]
) -> RematchedSignal | None:
    """Store what the run of a re-match answers otherwise than the search before; None: nothing.

    known: the matches there were before, by startup. Belongs into the transaction of the run.
    """
    comparison = Comparison(before, run.policy, decision, known)
    changes = comparison.changes()
    if not changes or run.rematch is None:
        return None
    row = _row(run, before, decision, changes)
    row.before_count = len(comparison.then)
    row.answer = _answer(before, row.before_count, row.after_count)
    pairs = [_pair(row, change, known.get(change.startup.pk)) for change in changes]
    row.told_count = sum(pair.told == RematchedPair.Told.NOW for pair in pairs)
    row.save(force_insert=True)
    RematchedPair.objects.bulk_create(pairs)
    return row


def _row(
    run: MatchRun, before: MatchRun | None, decision: Decision, changes: Sequence[Change]
) -> RematchedSignal:
    return RematchedSignal(
        rematch=run.rematch,
        signal=run.signal,
        region_id=run.signal.jurisdiction.region_id,
        before_policy=before.policy if before else None,
        before_why=_why_none(before)[:LONGEST_WHY],
        after_why=decision.why[:LONGEST_WHY],
        after_count=len(decision.fitting),
        added_count=sum(one.before is None for one in changes),
        dropped_count=sum(one.after is None for one in changes),
        moved_count=sum(bool(one.before and one.after) for one in changes),
        move=max(one.move for one in changes),
    )


def _why_none(before: MatchRun | None) -> str:
    if before is None or before.suggested_count or not hasattr(before, "abstention"):
        return ""
    return before.abstention.why


def _answer(before: MatchRun | None, old: int, new: int) -> Answer:
    if before is None:
        return Answer.FIRST
    if old and not new:
        return Answer.UNANSWERED
    return Answer.ANSWERED if new and not before.suggested_count else Answer.OTHER


def _pair(row: RematchedSignal, change: Change, match: Match | None) -> RematchedPair:
    before, after = change.before, change.after
    return RematchedPair(
        rematched=row,
        signal=row.signal,
        startup=change.startup,
        before=before.score if before else None,
        after=after.score if after else None,
        before_rank=before.rank if before else None,
        after_rank=after.rank if after else None,
        parts=change.parts,
        why=change.why[:LONGEST_WHY_OF_PAIR],
        told=comparing.told(match, fits=after is not None),
    )


def counts(rematch: Rematch, signal: Signal) -> dict[str, int]:
    """Return what the signal adds to the figures of the re-match, by field."""
    row = rematch.differences.filter(signal=signal).first()
    if row is None:
        return {}
    return {
        "changed_count": 1,
        "answered_count": int(row.answer == Answer.ANSWERED),
        "unanswered_count": int(row.answer == Answer.UNANSWERED),
        "added_count": row.added_count,
        "dropped_count": row.dropped_count,
        "moved_count": row.moved_count,
    }


# --- Found again ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the differences are wanted."""

    kind: str = ""
    region: str = ""
    startup: Startup | None = None


def listed(rematch: Rematch, asked: Asked) -> RematchedSignalQuerySet:
    """Return the signals that were answered otherwise, the greatest move first."""
    rows = RematchedSignal.objects.filter(rematch=rematch, **_of_kind(asked.kind))
    if asked.region:
        rows = rows.filter(region__code=asked.region)
    if asked.startup:
        pairs = RematchedPair.objects.filter(startup=asked.startup, rematched__rematch=rematch)
        rows = rows.filter(pk__in=pairs.values("rematched"))
    return rows


def _of_kind(kind: str) -> dict[str, object]:
    if kind in (Kind.ANSWERED, Kind.UNANSWERED):
        return {"answer": kind}
    return {f"{kind}_count__gt": 0} if kind else {}
