"""Measuring matching: against labelled needs with a directory of their own, and on this site by
what staff judged.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from civstart.lib.errors import CivStartError
from matching import (
    deciding,
    embedders,
    embedding,
    fitting,
    grading,
    judging,
    ranking,
    reranking,
    trouble,
)
from matching.contract import Reranker
from matching.grading import Graded
from matching.measuring import Labels, Ranking, answered, learned, quietly, rank
from matching.models import Judgement, MatchPolicy
from signals.measure import calibration
from signals.measure.evaluations import Measured, digest_of
from signals.models import Signal

# What is asked for is asked of these ways, and the calibration is theirs.
HONEST = "bar with one need left out"
AS_THE_SITE = "as the site decides"
BINS = 5  # of likelihood: there are few judged needs
Row = dict[str, Any]


class NothingJudged(CivStartError):
    """Staff judged nothing that matching can be measured by."""

    def __init__(self, left_out: str = "") -> None:
        super().__init__(
            "No signal is judged well enough to measure by. Judge startups on the page of a "
            f"signal's matches.{left_out}"
        )


def matching(
    labels: Labels,
    startups: Path,
    report: Callable[[str], None] = quietly,
    *,
    reranker: Reranker | None = None,
) -> Measured:
    """Measure with the bar the site has, with one learned from all the needs, and with each need
    decided by a bar learned from the others.

    reranker: who grades the best, which may cost; nobody, if none is given.
    """
    rankings, policy = rank(labels.needs, startups, report, reranker=reranker)
    bars = {
        AS_THE_SITE: [fitting.stored()] * len(rankings),
        "bar in sample": [learned(labels, rankings)] * len(rankings),
        HONEST: [learned(labels, [two for two in rankings if two is not one]) for one in rankings],
    }
    rows = {
        way: [one.row(policy, model) for one, model in zip(rankings, models, strict=True)]
        for way, models in bars.items()
    }
    truth = answered(labels)
    about = {
        **_versions(policy, embedders.wanted().model, rankings),
        "labels": len(rankings),
        "pairs": sum(len(row["judgements"]) for row in labels.rows()),
        "digest": digest_of(labels.needs, startups),
    }
    return Measured(
        {way: labels.score(found) for way, found in rows.items()},
        calibrated([(row["fit"], truth[row["id"]]) for row in rows[HONEST]], policy),
        about,
    )


def _versions(policy: MatchPolicy, embedder: str, rankings: Sequence[Ranking]) -> Row:
    """Return what was measured, and by whose grades. unasked: who gives them on the site."""
    asked = [one.reread for one in rankings if one.reread]
    used = None if asked else reranking.chosen()
    return {
        "policy": policy.version,
        "embedder": embedder,
        "bar": digest_of(fitting.FILE),
        "reranker": asked[0].by if asked else "",
        "graded": sum(bool(one.grades) for one in asked),
        "ungraded": next((one.failure for one in asked if one.failure), ""),
        "unasked": used.name if used else "",
    }


def judgements(report: Callable[[str], None] = quietly) -> Measured:
    """Measure the policy in use on this site's own directory, by what staff judged.

    No re-ranker is asked, and nobody waits because others were told often. Raise NothingJudged, or
    EmbedderUnavailable.
    """
    needs = _judged()
    policy, embedder = MatchPolicy.objects.current(), embedding.serving()
    report("Reading the profiles that changed")
    with trouble.watched(embedder.model):
        ranking.prepare(embedder)
        rankings = []
        for number, (signal, _) in enumerate(needs, 1):
            report(f"Need {number} of {len(needs)}")
            unfit = deciding.cannot_be_matched(signal, embedder)
            ranked = ranking.rank(signal, policy, embedder)
            rankings.append(Ranking(str(signal.public_id), ranked, unfit))
    rows = [one.row(policy, fitting.stored()) for one in rankings]
    graded = [
        Graded(grades, [one.startup.slug for one in ranking_.ranked.scored], row["abstain"])
        for (_, grades), ranking_, row in zip(needs, rankings, rows, strict=True)
    ]
    told = [(row["fit"], one.is_answerable) for row, one in zip(rows, graded, strict=True)]
    about = {
        **_versions(policy, embedder.model, rankings),
        "labels": len(needs),
        "pairs": sum(len(one.grades) for one in graded),
        "startups": max(one.ranked.directory for one in rankings),
        "digest": _digest(needs),
    }
    return Measured({AS_THE_SITE: grading.score(graded)}, calibrated(told, policy), about)


def _judged() -> list[tuple[Signal, dict[str, int]]]:
    """Return the signals that staff judged well enough to measure by, with the grades."""
    made = judging.collect()
    grades = {row["id"]: row["judgements"] for row in made.needs}
    if not grades:
        why = "; ".join(f"{count}: {reason}" for reason, count in made.left_out.items())
        raise NothingJudged(f" Left out {why}." if why else "")
    rows = Signal.objects.for_lists().filter(public_id__in=grades).order_by("pk")
    return [(signal, grades[str(signal.public_id)]) for signal in rows]


def _digest(needs: Sequence[tuple[Signal, dict[str, int]]]) -> str:
    said = json.dumps([[str(signal.public_id), grades] for signal, grades in needs])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def is_judged() -> bool:
    return Judgement.objects.exists()


def calibrated(told: Sequence[tuple[float | None, bool]], policy: MatchPolicy) -> Row:
    """Return how likely it seemed that a startup fits, against how often one did.

    The bar's model takes it that as many needs have an answer as have none (fitting.learn). The
    likelihoods, and the bar with them, are moved to the share of these needs that have one
    (C. Elkan, 2001), or they could not come true.
    """
    known = [(fit, fits) for fit, fits in told if fit is not None]
    having = sum(fits for _, fits in known)
    if not 0 < having < len(known):
        return calibration.kept([])
    odds = math.log(having / (len(known) - having))
    return calibration.kept(
        [(_moved(fit, odds), fits) for fit, fits in known],
        bar=_moved(policy.fit_bar, odds),
        count=BINS,
    )


def _moved(share: float, odds: float) -> float:
    if not 0 < share < 1:
        return share
    return round(1 / (1 + math.exp(-math.log(share / (1 - share)) - odds)), 4)
