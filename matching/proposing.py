"""What follows for a startup's exclusions from why it put a match aside. Nothing is saved here."""

from decimal import Decimal
from typing import Any

from matching import limiting
from matching.excluding import Limits
from matching.models import Feedback
from matching.models.feedback import LONGEST_WORD
from startups.models import Startup

Reason = Feedback.Reason


def leads_to_change(reason: str) -> bool:
    """Whether the reason is one that limits can be made of."""
    return bool(reason) and reason != Reason.OTHER


def propose(startup: Startup, feedback: Feedback, limits: Limits) -> tuple[Limits, str]:
    """Return the limits with what the reason asks for added, and "". If nothing can be added,
    return them as they are, and why that is so, with what the startup can do.
    """
    found = added(feedback, limits)
    if found == limits:
        return limits, _why_nothing(feedback)
    try:
        return limiting.checked(startup, found), ""
    except limiting.NotLimited as error:
        return limits, str(error)


def _why_nothing(feedback: Feedback) -> str:
    amount, note = feedback.match.signal.amount, feedback.note
    if feedback.reason in (Reason.SMALL, Reason.BIG) and not amount:
        return (
            "The signal names no amount, so no limit follows from it. Write one below; signals "
            "that name none are told all the same."
        )
    if feedback.reason == Reason.WORD and not note:
        return "Write the word below that tells you it is not for you."
    if feedback.reason == Reason.WORD and len(note) > LONGEST_WORD:
        return (
            f"Write below the one word or phrase it is, in at most {LONGEST_WORD} characters; you "
            f"said “{note[:LONGEST_WORD]}…”."
        )
    return "What this asks for is kept from you already. Change anything else below."


def added(feedback: Feedback, limits: Limits) -> Limits:
    """Return the limits with what the reason asks for added, whether or not that can be."""
    signal = feedback.match.signal
    fields = {name: getattr(limits, name) for name in Limits.__dataclass_fields__}
    match feedback.reason:
        case Reason.PLACE:
            fields["regions"] = _with(limits.regions, signal.jurisdiction.region)
        case Reason.CUSTOMER:
            fields["customers"] = _with(limits.customers, signal.jurisdiction)
        case Reason.PRODUCT:
            fields["categories"] = _with(limits.categories, signal.category)
        case Reason.WORD if feedback.note and len(feedback.note) <= LONGEST_WORD:
            fields["words"] = _with(limits.words, feedback.note)
        case Reason.SMALL if signal.amount:
            fields["smallest"] = _rounder(signal.amount, up=True)
        case Reason.BIG if signal.amount:
            fields["largest"] = _rounder(signal.amount, up=False)
    return Limits(**fields)


def _with(known: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return known if one in known else (*known, one)


def _rounder(amount: Decimal, *, up: bool) -> Decimal:
    """Return the next amount above or below of one figure and zeros: 412,000 gives 500,000."""
    step = Decimal(1).scaleb(amount.adjusted())
    steps = amount // step
    if up:
        return (steps + 1) * step
    return steps * step if amount % step else (steps - 1) * step or step * 9 / 10
