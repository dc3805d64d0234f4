"""The questions programs ask of the directory."""

import django_filters as filters

from startups.models import Startup


class StartupFilter(filters.FilterSet):
    # A choice, because a filter for truth values takes any other word for no filter at all.
    sells_to_government = filters.TypedChoiceFilter(
        choices=(("true", "Yes"), ("false", "No")),
        coerce=lambda word: word == "true",
        label="Has governments among its customers",
    )

    class Meta:
        model = Startup
        fields = ("stage",)
