"""One decision on many signals, each on its own: refusals are named, the rest goes through."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from signals import review
from signals.models import Review, Signal
from signals.queue import desks

ASK_ABOVE = 20  # signals; for more the number must be typed
MOST = 200


class TooMany(CivStartError):
    """More signals than one request decides, or none."""


class NotConfirmed(CivStartError):
    """Above 20 signals the number must be typed, so that nobody decides by accident."""


@dataclass(slots=True)
class Outcome:
    """What was decided, each to be undone by itself, and why the others were not."""

    made: list[Review] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def check(decision: str, reason: str, count: int, typed: str) -> None:
    """Raise TooMany, NotConfirmed or ReasonMissing before anything is changed."""
    if not count:
        raise TooMany("No signal is chosen. Tick some in the list first.")
    if count > MOST:
        raise TooMany(f"{count} signals are chosen; at most {MOST} are decided at once.")
    if decision not in (Review.Decision.APPROVE, Review.Decision.REJECT):
        raise review.ReasonMissing(f"{decision!r} is no decision. Approve or reject the signals.")
    if decision == Review.Decision.REJECT and not reason:
        raise review.ReasonMissing("No reason is chosen. Choose why these signals are rejected.")
    if decision == Review.Decision.REJECT and reason not in Review.Reason.values:
        raise review.ReasonMissing(
            f'"{reason}" is no reason to reject signals. '
            f"Choose one of: {', '.join(Review.Reason.labels)}."
        )
    if count > ASK_ABOVE and typed.strip() != str(count):
        raise NotConfirmed(
            f"{count} signals are chosen, and “{typed.strip()}” was typed. Type {count} to decide "
            "on all of them."
        )


def decide(
    signals: Iterable[Signal], decision: str, *, reason: str = "", note: str = "", by: User
) -> Outcome:
    """Approve or reject each signal, with one reason for all. Call check() first."""
    outcome = Outcome()
    for signal in signals:
        try:
            desks.check_free(signal, by=by)
            if decision == Review.Decision.APPROVE:
                made = review.approve(signal, by=by)
            else:
                made = review.reject(signal, reason=reason, note=note, by=by)
        except (review.AlreadyDecided, desks.HeldByAnother) as error:
            outcome.refused.append(str(error))
        else:
            made.signal = signal
            outcome.made.append(made)
    return outcome
