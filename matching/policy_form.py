"""The form on which staff make a new version of the match policy."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from matching import policies
from matching.models import MatchPolicy
from matching.parts import NEEDED, PARTS, WHOLE


def _field_of(part: str) -> str:
    return f"weight_{part.lower().replace(' ', '_')}"


FIELDS = {_field_of(part): part for part in PARTS}


class PolicyForm(forms.ModelForm[MatchPolicy]):
    """A new version: a field for the points of each part, and the thresholds."""

    note = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.TextInput({"class": "vLargeTextField", "autocomplete": "off"}),
        help_text="Why this version is made. It stays in the history.",
    )

    class Meta:
        model = MatchPolicy
        fields = (*policies.SETTINGS, "note")
        labels = policies.SETTINGS

    def __init__(self, *args: Any, based_on: MatchPolicy, **kwargs: Any) -> None:
        initial = {
            name: "" if (value := getattr(based_on, name)) is None else f"{value:g}"
            for name in policies.SETTINGS
        }
        super().__init__(*args, **kwargs | {"initial": initial | kwargs.get("initial", {})})
        self.based_on = based_on
        for name, part in FIELDS.items():
            self.fields[name] = forms.FloatField(
                label=part,
                min_value=1 if part in NEEDED else 0,
                max_value=WHOLE,
                initial=f"{based_on.weights.get(part, 0):g}",
                help_text=PARTS[part],
            )

    def clean(self) -> dict[str, Any]:
        """The weights are checked together by MatchPolicy.clean, once each of them can be read."""
        said = super().clean() or {}
        readable = not set(FIELDS) & set(self.errors)
        weights = {part: said.get(name, 0) for name, part in FIELDS.items()}
        self.instance.weights = weights if readable else self.based_on.weights
        self.instance.based_on = self.based_on
        if not self.errors:
            asked = {name: said[name] for name in policies.SETTINGS}
            if not policies.differences(self.based_on, MatchPolicy(weights=weights, **asked)):
                raise ValidationError(policies.same_again(self.based_on))
        return said
