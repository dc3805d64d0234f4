"""From an approved signal to suggested startups, or to the answer "no startup fits"."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.outbox import Fact
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
from matching.models import Feedback, Match, MatchPolicy, MatchRun, Reason, Rematch
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
    with embedding.read_ahead([signal], embedder):
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
    fitting = [(one, known.get(one.startup.pk)) for one in decision.fitting]
    suggest(run, signal, [pair for pair in fitting if _may_be_told(pair[1])], found)
    return run


def _may_be_told(match: Match | None) -> bool:
    return match is None or match.status == Match.Status.WITHDRAWN


def suggest(
    run: MatchRun,
    signal: Signal,
    startups: Sequence[tuple[Scored, Match | None]],
    found: Reasons,
    *,
    by: User | None = None,
) -> list[Match]:
    """Store the matches and tell the startups. A startup's match that was withdrawn is brought
    back, scored anew: the signal was approved again. by: who suggests them by hand.
    """
    if not startups:
        return []
    matches = [_match(run, signal, one, match, by) for one, match in startups]
    Match.objects.bulk_create(match for match in matches if not match.pk)
    for match in matches:
        if match.withdrawn_at:
            _bring_back(match)
    _tell(signal, matches, found)
    return matches


def _match(
    run: MatchRun, signal: Signal, one: Scored, before: Match | None, by: User | None
) -> Match:
    match = before or Match(startup=one.startup)
    match.signal, match.startup, match.run, match.suggested_by = signal, one.startup, run, by
    match.score, match.bar = one.score, run.policy.bar
    match.parts = [asdict(part) for part in one.parts]
    return match


def _bring_back(match: Match) -> None:
    match.status, match.withdrawn_at, match.seen_at = Match.Status.SUGGESTED, None, None
    match.save()
    match.reasons.all().delete()


def _tell(signal: Signal, matches: Sequence[Match], found: Reasons) -> None:
    """Tell the members of each startup, in as many queries for many startups as for one."""
    stored = reasons.store(matches, found, list(signal.evidence.all()))
    events = outbox.record_all(_suggested(match) for match in matches)
    people = membership.active_members([match.startup for match in matches])
    telling.tell_all(
        [
            telling.News(
                people[match.startup_id],
                event,
                text=(
                    f"{signal.jurisdiction} matched {match.startup.name} at {match.score:g}: "
                    f"{signal.shown_title}"
                ),
                url=reverse("signal", args=[signal.public_id]),
                letter=_letter(match, stored[match]),
            )
            for match, event in zip(matches, events, strict=True)
            if match.startup_id in people
        ]
    )


def _suggested(match: Match) -> Fact:
    return Fact(
        "match.suggested",
        match,
        match.suggested_by,
        {
            "signal": str(match.signal.public_id),
            "startup": match.startup.slug,
            "score": match.score,
        },
        (membership.group(match.startup.public_id),),
    )


def _letter(match: Match, reasons_: Sequence[Reason]) -> telling.Letter:
    context = {
        "match": match,
        "signal": match.signal,
        "reasons": reasons_,
        "site": settings.SITE_URL,
    }
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
