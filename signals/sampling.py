"""Drawing decisions for a second look, and letting go of looks that later decisions overtook."""

import random

from django.conf import settings

from civstart.accounts.models import User
from civstart.events import outbox
from signals.models import Review, SecondLook, Signal

Status = SecondLook.Status
Purpose = SecondLook.Purpose


def draw(decided: Review, *, share: float | None = None) -> SecondLook | None:
    """Have a random share of decisions looked at again by somebody else; return the look, if any.

    Unless told, SECOND_LOOK_SHARE is that of people's decisions, AUTO_APPROVAL_CHECK_SHARE that of
    automatic approvals.
    """
    is_automatic = decided.rule_id is not None
    if share is None:
        share = settings.AUTO_APPROVAL_CHECK_SHARE if is_automatic else settings.SECOND_LOOK_SHARE
    if random.random() >= share:
        return None
    look = SecondLook.objects.create(
        signal=decided.signal,
        review=decided,
        first_by=decided.by,
        first_decision=decided.decision,
        purpose=Purpose.AUTOMATIC if is_automatic else Purpose.BLIND,
    )
    outbox.record("second_look.drawn", subject=look)
    return look


def overtake(signal: Signal, *, by: User) -> None:
    """Close the looks at a decision that was taken back: there is nothing left to compare with."""
    open_ones = SecondLook.objects.filter(
        signal=signal, status__in=(Status.WAITING, Status.DISAGREED)
    )
    for look in open_ones:
        look.status = Status.OVERTAKEN
        look.save(update_fields=["status"])
        outbox.record("second_look.overtaken", subject=look, by=by)
