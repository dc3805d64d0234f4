"""What a search came to, stored: scores, near misses, who was left out, or that nobody fits."""

from django.utils import timezone

from matching import comparing
from matching.deciding import Decision
from matching.models import Abstention, MatchRun, PassedOver
from matching.ranking import Scored

NEAREST_KEPT = 5


def keep(run: MatchRun, decision: Decision) -> None:
    """Store the run with all that the decision says, who was left out and the abstention too."""
    scored = decision.ranked.scored
    run.considered_count = len(scored)
    run.suggested_count = len(decision.fitting)
    run.best_score = scored[0].score if scored else None
    run.fit, run.fit_signs = decision.fit, decision.signs
    run.fitting = [
        {"startup": one.startup.slug, "score": one.score, "parts": comparing.parts_of(one)}
        for one in decision.fitting
    ]
    run.near_misses = [_near_miss(one) for one in decision.near_misses]
    run.reread = decision.reread.as_json() if decision.reread else {}
    run.finished_at = timezone.now()
    run.save()
    PassedOver.objects.bulk_create(
        PassedOver(run=run, startup=one.scored.startup, score=one.scored.score, why=one.why)
        for one in decision.passed_over
    )
    if not decision.fitting:
        _abstain(run, decision)


def _near_miss(one: Scored) -> dict[str, object]:
    return {
        "startup": one.startup.slug,
        "score": one.score,
        "missing": one.missing[0],
        "thing": one.missing[0].thing,
    }


def _abstain(run: MatchRun, decision: Decision) -> None:
    Abstention.objects.create(
        run=run,
        signal=run.signal,
        best_score=run.best_score,
        bar=run.policy.bar,
        why=decision.why,
        nearest=[
            {"startup": one.startup.slug, "score": one.score}
            for one in decision.ranked.scored[:NEAREST_KEPT]
        ],
    )
