"""What staff may change of a signal on its form."""

from typing import Any

from django import forms

from signals.models import Signal
from signals.words import KINDS_WITH_TERM, AmountKind


class SignalForm(forms.ModelForm[Signal]):
    """A signal's own words and facts. Its evidence is verbatim and is not edited."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._check_amount(said)
        first, last = said.get("due_from"), said.get("due_by")
        if first and last and first > last:
            self.add_error(
                "due_by",
                f"It ends on {last:%-d %b %Y}, before it begins on {first:%-d %b %Y}. "
                "Turn the days around.",
            )
        if said.get("due_is_deadline") and not last:
            self.add_error("due_is_deadline", "A deadline needs the day by which it is due.")
        return said

    def _check_amount(self, said: dict[str, Any]) -> None:
        kind = said.get("amount_kind")
        if said.get("amount") is None:
            if kind and "amount_kind" in self.changed_data:
                self.add_error("amount_kind", "A kind belongs to an amount. Name the amount too.")
            said["amount_kind"], said["amount_years"] = "", None
        elif not kind:
            said["amount_kind"] = AmountKind.UNKNOWN
        if said.get("amount_years") and said["amount_kind"] not in KINDS_WITH_TERM:
            self.add_error(
                "amount_years",
                "A term in years belongs to an amount that is yearly, monthly, over a term or up "
                "to a sum. Choose its kind, or leave the term empty.",
            )
