"""What the demo's staff think of its startups, and how good matching is by that."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from matching import evaluations, judging
from signals.measure import evaluations as keeping
from signals.models import Evaluation, Signal
from startups.models import Startup

Row = dict[str, Any]
What = Evaluation.What


@transaction.atomic
def judge(rows: Iterable[Row], *, by: User) -> int:
    """Keep a grade for each startup named beside words of an approved signal; say how many.

    Words that were not found, or are not approved, are passed over: the extractor may change.
    """
    startups = {one.slug: one for one in Startup.objects.defer("search")}
    return sum(_judge(row, startups, by=by) for row in rows)


def _judge(row: Row, startups: dict[str, Startup], *, by: User) -> int:
    signal = Signal.objects.approved().filter(heard__contains=row["said"]).first()
    if signal is None or signal.judgements.exists():
        return 0
    for slug, grade in row["grades"].items():
        judging.judge(signal, startups[slug], grade=grade, by=by)
    return len(row["grades"])


def evaluate() -> Evaluation | None:
    """Measure matching by what was judged, once, as `evaluate matching --judgements --keep` does;
    None if that was done, or too little is judged.
    """
    if Evaluation.objects.filter(what=What.JUDGEMENTS).exists():
        return None
    since = timezone.now()
    try:
        measured = evaluations.judgements()
    except evaluations.NothingJudged:
        return None
    return keeping.keep(What.JUDGEMENTS, measured, since=since)
