"""Matches over the API: read only. Staff see all of them, members those of their startups."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets

from matching.filters import MatchFilter
from matching.models import Match, MatchQuerySet, Reason


class PartSerializer(serializers.Serializer[dict[str, object]]):
    name = serializers.CharField()
    points = serializers.FloatField()
    most = serializers.FloatField()


class ReasonSerializer(serializers.ModelSerializer[Reason]):
    they_said = serializers.CharField(source="shown")
    start_seconds = serializers.FloatField(source="evidence.start_seconds")

    class Meta:
        model = Reason
        fields = ("verdict", "they_said", "start_seconds", "profile_says", "profile_part")


class MatchSerializer(serializers.ModelSerializer[Match]):
    id = serializers.UUIDField(source="public_id")
    signal = serializers.UUIDField(source="signal.public_id")
    signal_title = serializers.CharField(source="signal.shown_title")
    startup = serializers.SlugField(source="startup.slug")
    parts = extend_schema_field(PartSerializer(many=True))(serializers.JSONField)()
    reasons = ReasonSerializer(many=True)

    class Meta:
        model = Match
        fields = (
            "id",
            "signal",
            "signal_title",
            "startup",
            "score",
            "bar",
            "parts",
            "reasons",
            "status",
            "created_at",
        )


@extend_schema(tags=["matches"])
class MatchViewSet(viewsets.ReadOnlyModelViewSet[Match]):
    """Startups proposed for signals: a score that is the sum of its parts, and reasons that quote
    both sides.
    """

    serializer_class = MatchSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filterset_class = MatchFilter
    queryset = Match.objects.none()

    def get_queryset(self) -> MatchQuerySet:
        rows = (
            Match.objects.visible()
            .select_related("signal", "startup")
            .prefetch_related("reasons__evidence")
            .order_by("-created_at", "-pk")
        )
        user = self.request.user
        return rows if user.is_staff else rows.filter(startup__members=user.pk)
