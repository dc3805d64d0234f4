"""Taking back the matches of a signal whose approval was undone."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.models import Event
from civstart.notices import telling
from civstart.notices.models import Mail, Notice
from matching.models import Match
from signals.models import Signal
from signals.withdrawal import Withdrawn
from startups import membership


@transaction.atomic
def withdraw(signal: Signal, *, by: User) -> Withdrawn:
    """Take back the signal's matches; return how many startups had seen theirs and how many not.

    E-mails not sent yet never are. What nobody of the startup saw is gone without a word; who saw
    it finds it withdrawn, and a notice that says so.
    """
    told = unseen = 0
    for match in signal.matches.select_related("startup", "signal__jurisdiction__region"):
        if match.status != Match.Status.SUGGESTED:  # dismissed is the startup's own word
            continue
        notices = Notice.objects.filter(event__in=_events_of(match))
        telling.withdraw(notices)
        if _was_seen(match, notices):
            _show_withdrawn(match, by)
            told += 1
        else:
            _drop(match, notices, by)
            unseen += 1
    return Withdrawn(told_count=told, unseen_count=unseen)


def _events_of(match: Match) -> list[Event]:
    return list(Event.objects.filter(type="match.suggested", subject=f"match:{match.public_id}"))


def _was_seen(match: Match, notices: QuerySet[Notice]) -> bool:
    """Whether anybody of the startup saw it: on a page, in a notice, or by e-mail."""
    if match.seen_at:
        return True
    out = (Mail.Status.SENDING, Mail.Status.SENT)
    return Notice.objects.filter(
        Q(read_at__isnull=False) | Q(mail__status__in=out), pk__in=notices
    ).exists()


def _show_withdrawn(match: Match, by: User) -> None:
    match.status, match.withdrawn_at = Match.Status.WITHDRAWN, timezone.now()
    match.save(update_fields=["status", "withdrawn_at"])
    event = _record(match, by, seen=True)
    telling.tell(
        match.startup.members.filter(is_active=True),
        because=event,
        text=f"Withdrawn: {match.signal.jurisdiction}, {match.signal.shown_title}",
        url=reverse("signal", args=[match.signal.public_id]),
    )


def _drop(match: Match, notices: QuerySet[Notice], by: User) -> None:
    _record(match, by, seen=False)
    Notice.objects.filter(pk__in=notices).delete()
    match.delete()


def _record(match: Match, by: User, *, seen: bool) -> Event:
    return outbox.record(
        "match.withdrawn",
        subject=match,
        by=by,
        data={
            "signal": str(match.signal.public_id),
            "startup": match.startup.slug,
            "seen": seen,
        },
        audience=[membership.group(match.startup.public_id)],
    )
