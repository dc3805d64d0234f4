"""From an approved signal to suggested startups, or to the answer "no startup fits"."""

from contextlib import suppress
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from civstart.notices import telling
from matching import (
    deciding,
    differing,
    embedding,
    ranking,
    reasons,
    reranking,
    searches,
    trouble,
)
from matching.contract import Embedder, EmbedderUnavailable
from matching.deciding import Decision
from matching.models import Feedback, Match, MatchPolicy, MatchRun, Rematch
from matching.models.feedback import LONGEST_NOTE
from matching.ranking import Scored
from matching.reasons import Reasons
from signals.models import Signal
from startups import membership
from startups.models import Startup


class AlreadyDismissed(CivStartError):
    """The match was dismissed before."""


class NotDismissed(CivStartError):
    """The reason cannot be kept."""


def for_signal(signal: Signal) -> MatchRun | None:
    """Suggest startups for the signal and tell them, or record that none fits.

    None: the signal is not approved any more, and nothing was recorded. A pair is never suggested
    twice. Raise EmbedderUnavailable if the signal itself cannot be embedded now; startups that
    cannot be are matched by what is stored of them.
    """
    embedder = embedding.serving()
    with suppress(EmbedderUnavailable), trouble.watched(embedder.model):
        ranking.prepare(embedder)
    return against(signal, MatchPolicy.objects.get(is_current=True), embedder)


def against(
    signal: Signal, policy: MatchPolicy, embedder: Embedder, *, rematch: Rematch | None = None
) -> MatchRun | None:
    """Do as for_signal does, by this policy, with the startups' words and vectors as they are.

    rematch: what it is part of. If it looked at the signal before, that run is returned.
    """
    with trouble.noted(embedder.model):
        embedding.vector_of(signal, embedder)  # stored: what follows is one short transaction
    began = timezone.now()
    decision = deciding.decide(signal, policy, embedder, reranker=reranking.chosen())
    found = reasons.find(signal, _untold(signal, decision))
    return _record(
        MatchRun(
            signal=signal,
            policy=policy,
            embedder=embedder.model,
            rematch=rematch,
            started_at=began,
        ),
        decision,
        found,
    )


def _untold(signal: Signal, decision: Decision) -> list[Startup]:
    """Return the startups that fit and were not told of the signal before, or not for good."""
    if not decision.fitting:
        return []
    told = signal.matches.exclude(status=Match.Status.WITHDRAWN).values_list("startup", flat=True)
    known = set(told)
    return [one.startup for one in decision.fitting if one.startup.pk not in known]


@transaction.atomic
def _record(run: MatchRun, decision: Decision, found: Reasons) -> MatchRun | None:
    signal = run.signal
    # Another worker may match the same signal, or staff undo its approval: who comes second waits
    # here, and then sees the pairs, or that there is nothing to suggest any more.
    locked = Signal.objects.select_for_update(of=("self",), no_key=True).get(pk=signal.pk)
    if locked.status != Signal.Status.APPROVED:
        return None
    if run.rematch and (before := signal.match_runs.filter(rematch=run.rematch).first()):
        return before
    last = differing.last_run(signal) if run.rematch else None
    run.explained = found.as_json()
    searches.keep(run, decision)
    known = {match.startup_id: match for match in signal.matches.all()}
    if run.rematch:
        differing.keep(run, last, decision, known)
    for one in decision.fitting:
        match = known.get(one.startup.pk)
        if match is None:
            suggest(run, signal, one, found)
        elif match.status == Match.Status.WITHDRAWN:
            suggest_again(match, run, signal, one, found)
    return run


def suggest(
    run: MatchRun, signal: Signal, one: Scored, found: Reasons, *, by: User | None = None
) -> Match:
    """Store the match and tell the startup. by: who suggests it by hand."""
    match = Match.objects.create(
        signal=signal,
        startup=one.startup,
        run=run,
        score=one.score,
        bar=run.policy.bar,
        parts=[asdict(part) for part in one.parts],
        suggested_by=by,
    )
    _tell(match, one, found)
    return match


def suggest_again(
    match: Match,
    run: MatchRun,
    signal: Signal,
    one: Scored,
    found: Reasons,
    *,
    by: User | None = None,
) -> None:
    """Bring back what was withdrawn, scored anew: the signal was approved again."""
    match.status, match.withdrawn_at, match.seen_at = Match.Status.SUGGESTED, None, None
    match.run, match.score, match.bar = run, one.score, run.policy.bar
    match.parts = [asdict(part) for part in one.parts]
    match.signal, match.suggested_by = signal, by
    match.save()
    match.reasons.all().delete()
    _tell(match, one, found)


def _tell(match: Match, one: Scored, found: Reasons) -> None:
    signal = match.signal
    pieces = {piece.pk: piece for piece in signal.evidence.all()}
    reasons.store(match, found, list(pieces.values()))
    prefetch_related_objects([match], "reasons")
    for reason in match.reasons.all():
        reason.evidence = pieces[reason.evidence_id]
    event = outbox.record(
        "match.suggested",
        subject=match,
        by=match.suggested_by,
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


def _letter(match: Match) -> telling.Letter:
    context = {"match": match, "signal": match.signal, "site": settings.SITE_URL}
    return telling.Letter(
        subject=f"{match.signal.jurisdiction}: {match.signal.shown_title}",
        body=render_to_string("matching/mail/match.txt", context),
        html=render_to_string("matching/mail/match.html", context),
    )


@transaction.atomic
def dismiss(match: Match, *, by: User, reason: str = "", note: str = "") -> Feedback | None:
    """Take the match off the startup's list, and keep why if it says so.

    Raise AlreadyDismissed if it is off already, NotDismissed if the reason cannot be kept.
    """
    note = _checked(reason, note)
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
        data={"reason": reason},
        audience=[membership.group(match.startup.public_id)],
    )
    if not reason:
        return None
    return Feedback.objects.create(match=match, reason=reason, note=note, by=by)


def _checked(reason: str, note: str) -> str:
    """Return the note tidied. Raise NotDismissed for what cannot be kept."""
    note = " ".join(note.split())
    if reason not in {"", *Feedback.Reason.values}:
        raise NotDismissed(f"There is no reason {reason!r}. Choose one of the list.")
    if reason == Feedback.Reason.OTHER and not note:
        raise NotDismissed("Say in a few words why it does not fit.")
    if len(note) > LONGEST_NOTE:
        raise NotDismissed(f"{len(note)} characters are too many; {LONGEST_NOTE} is the most.")
    if "\x00" in note:
        raise NotDismissed("The words have a sign in them that no text has.")
    return note
