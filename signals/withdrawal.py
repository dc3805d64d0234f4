"""Taking back what an approval led to. Who was told is known above; settings name who does it."""

from dataclasses import dataclass, replace
from typing import Protocol, cast

from django.conf import settings
from django.template.defaultfilters import pluralize
from django.utils.module_loading import import_string

from civstart.accounts.models import User
from signals import alerting
from signals.models import Signal


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How many startups were told and now see it withdrawn, and how many never saw it.

    reader_count: people who read of it because of a search or what they follow.
    """

    told_count: int = 0
    unseen_count: int = 0
    reader_count: int = 0

    @property
    def words(self) -> str:
        """Who was told, as a sentence; "" if nobody was to be."""
        told, unseen = self.told_count, self.unseen_count
        said = "No startup had seen it." if unseen else ""
        if told:
            said = (
                f"{told} startup{pluralize(told)} {pluralize(told, 'was,were')} told already; "
                f"{pluralize(told, 'it now sees,they now see')} it withdrawn."
            )
        return f"{said} {self._readers}".strip()

    @property
    def _readers(self) -> str:
        count = self.reader_count
        if not count:
            return ""
        return (
            f"{count} {pluralize(count, 'person,people')} had read of it for a search; "
            f"{pluralize(count, 'a notice tells,notices tell')} that it was withdrawn."
        )


class Withdrawer(Protocol):
    """Takes back matches and notices of a signal that is no longer approved."""

    def __call__(self, signal: Signal, *, by: User) -> Withdrawn: ...


def of(signal: Signal, *, by: User) -> Withdrawn:
    """Take back what followed from the signal's approval, within the current transaction."""
    told = cast(Withdrawer, import_string(settings.APPROVAL_WITHDRAWER))(signal, by=by)
    return replace(told, reader_count=alerting.withdraw(signal, by=by))
