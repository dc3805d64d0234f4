"""From an approved signal to suggested startups, or to the answer "no startup fits"."""

from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.notices import telling
from matching import embedding, profiles, ranking
from matching.contract import Explainer
from matching.models import Abstention, Match, MatchPolicy, MatchRun, Reason
from signals.models import Evidence, Signal
from startups import membership

REASONS = 2
NEAREST_KEPT = 5


class AlreadyDismissed(CivStartError):
    """The match was dismissed before."""


@transaction.atomic
def for_signal(signal: Signal) -> MatchRun:
    """Suggest startups for the signal and tell them, or record that none fits.

    A pair is never suggested twice.
    """
    policy = MatchPolicy.objects.get(is_current=True)
    run = MatchRun.objects.create(
        signal=signal, policy=policy, embedder=embedding.embedder().model, started_at=timezone.now()
    )
    scored = ranking.rank(signal, policy)
    fitting = [one for one in scored if one.score >= policy.bar][: policy.most_suggestions]
    known = {match.startup_id: match for match in signal.matches.all()}
    for one in fitting:
        match = known.get(one.startup.pk)
        if match is None:
            _suggest(run, signal, one)
        elif match.status == Match.Status.WITHDRAWN:
            _suggest_again(match, run, signal, one)
    if not fitting:
        _abstain(run, signal, scored)
    run.considered_count, run.suggested_count = len(scored), len(fitting)
    run.best_score = scored[0].score if scored else None
    run.finished_at = timezone.now()
    run.save(update_fields=["considered_count", "suggested_count", "best_score", "finished_at"])
    return run


def _suggest(run: MatchRun, signal: Signal, one: ranking.Scored) -> None:
    match = Match.objects.create(
        signal=signal,
        startup=one.startup,
        run=run,
        score=one.score,
        bar=run.policy.bar,
        parts=[asdict(part) for part in one.parts],
    )
    _tell(match, one)


def _suggest_again(match: Match, run: MatchRun, signal: Signal, one: ranking.Scored) -> None:
    """Bring back what was withdrawn, scored anew: the signal was approved again."""
    match.status, match.withdrawn_at, match.seen_at = Match.Status.SUGGESTED, None, None
    match.run, match.score, match.bar = run, one.score, run.policy.bar
    match.parts = [asdict(part) for part in one.parts]
    match.signal = signal
    match.save()
    match.reasons.all().delete()
    _tell(match, one)


def _tell(match: Match, one: ranking.Scored) -> None:
    signal = match.signal
    pieces = {piece.pk: piece for piece in _explain(match)}
    prefetch_related_objects([match], "reasons")
    for reason in match.reasons.all():
        reason.evidence = pieces[reason.evidence_id]
    event = outbox.record(
        "match.suggested",
        subject=match,
        data={"signal": str(signal.public_id), "startup": one.startup.slug, "score": one.score},
        audience=[membership.group(one.startup.public_id)],
    )
    telling.tell(
        one.startup.members.filter(is_active=True),
        because=event,
        text=(
            f"{signal.jurisdiction} matched {one.startup.name} at {one.score:g}: "
            f"{signal.shown_title}"
        ),
        url=reverse("signal", args=[signal.public_id]),
        letter=_letter(match),
    )


def _explain(match: Match) -> list[Evidence]:
    """Store the reasons; return the evidence they cite."""
    pieces = list(match.signal.evidence.all())
    explainer: Explainer = import_string(settings.EXPLAINER)()
    longest = Reason._meta.get_field("profile_part").max_length
    pairings = explainer.explain(
        [piece.quote for piece in pieces], profiles.passages(match.startup), most=REASONS
    )
    Reason.objects.bulk_create(
        Reason(
            match=match,
            position=position,
            evidence=pieces[pairing.piece],
            they_said=pairing.they_said,
            profile_says=pairing.profile_says,
            profile_part=pairing.profile_part[:longest],
        )
        for position, pairing in enumerate(pairings)
        if pairing.they_said in pieces[pairing.piece].quote
    )
    return pieces


def _letter(match: Match) -> telling.Letter:
    context = {"match": match, "signal": match.signal, "site": settings.SITE_URL}
    return telling.Letter(
        subject=f"{match.signal.jurisdiction}: {match.signal.shown_title}",
        body=render_to_string("matching/mail/match.txt", context),
        html=render_to_string("matching/mail/match.html", context),
    )


def _abstain(run: MatchRun, signal: Signal, scored: list[ranking.Scored]) -> None:
    Abstention.objects.create(
        run=run,
        signal=signal,
        best_score=scored[0].score if scored else None,
        bar=run.policy.bar,
        nearest=[
            {"startup": one.startup.slug, "score": one.score} for one in scored[:NEAREST_KEPT]
        ],
    )


@transaction.atomic
def dismiss(match: Match, *, by: User) -> None:
    """Take the match off the startup's list. Raise AlreadyDismissed if it is off already."""
    won = Match.objects.filter(pk=match.pk, status=Match.Status.SUGGESTED).update(
        status=Match.Status.DISMISSED, dismissed_at=timezone.now()
    )
    if not won:
        raise AlreadyDismissed(
            f'"{match.signal.shown_title}" is off your list already. Nothing was changed.'
        )
    outbox.record(
        "match.dismissed",
        subject=match,
        by=by,
        audience=[membership.group(match.startup.public_id)],
    )
