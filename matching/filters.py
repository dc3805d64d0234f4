"""The questions programs ask of matches."""

import django_filters as filters

from matching.models import Match


class MatchFilter(filters.FilterSet):
    signal = filters.UUIDFilter(field_name="signal__public_id", label="The signal's id")
    startup = filters.CharFilter(field_name="startup__slug", label="The startup's slug")

    class Meta:
        model = Match
        fields = ("status",)
