"""Who looks at which signal, and whose it is to decide.

Opening a signal holds it for two minutes; the open page renews that. Who comes second sees who
holds it and may take it over. A hold that is not renewed ends by itself.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import pushing
from civstart.lib.errors import CivStartError
from signals.models import Desk, Signal


class HeldByAnother(CivStartError):
    """Somebody else has the signal open and decides on it."""


def sit(signal: Signal, *, by: User, take_over: bool = False) -> Desk:
    """Note that the person looks at the signal; hold it for them if it is free, or in any case.

    Tells open pages if anything changed. Five queries at most.
    """
    now = timezone.now()
    mine = Desk.objects.filter(user=by).select_related("signal").first()
    if mine and mine.signal_id == signal.pk and mine.holds and mine.seen_at > now - Desk.LEASE:
        Desk.objects.filter(pk=mine.pk).update(seen_at=now)
        return mine
    desk = _place(signal, by, take_over=take_over)
    if mine is None or mine.signal_id != signal.pk or mine.holds != desk.holds:
        if mine and mine.signal_id != signal.pk:
            pushing.whisper("review.presence", mine.signal)
        pushing.whisper("review.presence", signal)
    return desk


def _place(signal: Signal, by: User, *, take_over: bool) -> Desk:
    """Write where the person is. Of two who come at once one holds it."""
    others = Desk.objects.filter(signal=signal, holds=True).exclude(user=by)
    if not take_over:
        others = others.filter(seen_at__lt=timezone.now() - Desk.LEASE)
    others.update(holds=False)
    try:
        with transaction.atomic():
            return _write(signal, by, holds=True)
    except IntegrityError:
        return _write(signal, by, holds=False)


def _write(signal: Signal, by: User, *, holds: bool) -> Desk:
    now = timezone.now()
    desk = Desk.objects.filter(user=by).first() or Desk(user=by)
    if desk.pk is None or desk.signal_id != signal.pk:
        desk.signal, desk.opened_at = signal, now
    desk.holds, desk.seen_at = holds, now
    desk.save()
    return desk


def leave(by: User) -> None:
    """Let go of what the person holds."""
    desk = Desk.objects.filter(user=by).select_related("signal").first()
    if desk:
        desk.delete()
        pushing.whisper("review.presence", desk.signal)


def others_at(signal: Signal, person: User) -> list[Desk]:
    """Return who else looks at the signal now, its holder first. One query."""
    return list(
        Desk.objects.present()
        .filter(signal=signal)
        .exclude(user=person)
        .select_related("user")
        .order_by("-holds", "opened_at")
    )


def at(signals: list[Signal], person: User) -> dict[int, Desk]:
    """Return who else is at which of these signals, by the signal's key. One query."""
    rows = (
        Desk.objects.present()
        .filter(signal__in=[signal.pk for signal in signals])
        .exclude(user=person)
        .select_related("user")
        .order_by("holds")
    )
    return {desk.signal_id: desk for desk in rows}


def check_free(signal: Signal, *, by: User) -> None:
    """Raise HeldByAnother if somebody else holds the signal."""
    holder = (
        Desk.objects.holding().filter(signal=signal).exclude(user=by).select_related("user").first()
    )
    if holder:
        raise HeldByAnother(
            f'{holder.user} has "{signal.title}" open since {holder.opened_at:%H:%M} UTC and '
            "decides on it. Take it over, or go on to the next."
        )
