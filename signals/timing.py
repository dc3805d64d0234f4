"""The days that a signal's timeframe means, in the calendar of its meeting and jurisdiction."""

from signals.extraction import deadlines
from signals.models import Signal


def settle(signal: Signal) -> None:
    """Set the days of the signal's timeframe; none where it names none. The signal is not saved."""
    found = deadlines.resolve(
        signal.timeframe,
        said_on=signal.meeting.held_on,
        fiscal_start=signal.jurisdiction.fiscal_year_starts,
        quote=signal.heard,
    )
    signal.due_from = found.first if found else None
    signal.due_by = found.last if found else None
    signal.due_is_deadline = bool(found and found.is_deadline)
    signal.due_doubt = found.doubt if found else ""
