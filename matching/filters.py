"""The questions programs ask of matches, and of what found none."""

import django_filters as filters
from django.db.models import Exists, OuterRef

from matching.models import Abstention, Match, MatchQuerySet, Reason
from signals.words import Category, Kind


class MatchFilter(filters.FilterSet):
    signal = filters.UUIDFilter(field_name="signal__public_id", label="The signal's id")
    startup = filters.CharFilter(field_name="startup__slug", label="The startup's slug")
    min_score = filters.NumberFilter(
        field_name="score", lookup_expr="gte", label="The least score, of 100"
    )
    since = filters.DateFilter(
        field_name="created_at__date", lookup_expr="gte", label="The first day, in UTC"
    )
    verdict = filters.ChoiceFilter(
        choices=Reason.Verdict.choices,
        method="of_verdict",
        label="With a reason of this verdict",
    )

    class Meta:
        model = Match
        fields = ("status",)

    def of_verdict(self, rows: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        return rows.filter(Exists(Reason.objects.filter(match=OuterRef("pk"), verdict=value)))


class AbstentionFilter(filters.FilterSet):
    signal = filters.UUIDFilter(field_name="signal__public_id", label="The signal's id")
    category = filters.ChoiceFilter(field_name="signal__category", choices=Category.choices)
    kind = filters.ChoiceFilter(field_name="signal__kind", choices=Kind.choices)
    state = filters.CharFilter(
        field_name="signal__jurisdiction__region__code",
        lookup_expr="iexact",
        label="The code of the state, such as OH",
    )
    since = filters.DateFilter(
        field_name="created_at__date", lookup_expr="gte", label="The first day, in UTC"
    )

    class Meta:
        model = Abstention
        fields = ()
