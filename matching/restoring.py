"""Putting a match back on the list of a startup that put it aside by mistake."""

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from matching.models import Feedback, Match
from signals.models import Signal
from startups import membership


class NotRestored(CivStartError):
    """The match is on the list, or its signal is not approved any more."""


@transaction.atomic
def restore(match: Match, *, by: User) -> None:
    """Put the match back and forget why it was put aside; nobody is told of it anew. What the
    startup asked not to be told of stays as it is.

    Raise NotRestored if it was not put aside, or its signal is not approved any more.
    """
    signal = Signal.objects.select_for_update(no_key=True).only("status").get(pk=match.signal_id)
    if signal.status != Signal.Status.APPROVED:
        raise NotRestored(
            f"“{match.signal.shown_title}” is not approved any more, so it cannot be put back."
        )
    won = Match.objects.filter(pk=match.pk, status=Match.Status.DISMISSED).update(
        status=Match.Status.SUGGESTED, dismissed_at=None
    )
    if not won:
        raise NotRestored(f"“{match.signal.shown_title}” is not put aside. Nothing was changed.")
    Feedback.objects.filter(match=match).delete()
    outbox.record(
        "match.restored",
        subject=match,
        by=by,
        audience=[membership.group(match.startup.public_id)],
    )
