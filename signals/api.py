"""Signals over the API: read only; approved ones for who signs in, all of them for staff."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from signals.filters import SignalFilter
from signals.models import Evidence, Signal, SignalQuerySet


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    quote = serializers.CharField(source="shown")
    speaker = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ("quote", "start_seconds", "end_seconds", "speaker", "video_url")

    def get_speaker(self, piece: Evidence) -> str:
        speaker = piece.segment.speaker
        if speaker is None:
            return ""
        return speaker.shown if piece.signal.withholds else speaker.name


class SignalSerializer(serializers.ModelSerializer[Signal]):
    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField(source="shown_title")
    summary = serializers.CharField(source="shown_summary")
    timeframe = serializers.CharField(source="shown_timeframe")
    speaker_name = serializers.CharField(source="shown_speaker")
    jurisdiction = serializers.CharField(source="jurisdiction.__str__")
    ocd_id = serializers.CharField(source="jurisdiction.ocd_id")
    body = serializers.CharField(source="meeting.body.name")
    held_on = serializers.DateField(source="meeting.held_on", allow_null=True)
    thread = serializers.UUIDField(source="thread.public_id", default=None, allow_null=True)
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = Signal
        fields = (
            "id",
            "status",
            "title",
            "summary",
            "kind",
            "category",
            "strength",
            "confidence",
            "amount",
            "currency",
            "timeframe",
            "stage",
            "thread",
            "speaker_name",
            "speaker_role",
            "jurisdiction",
            "ocd_id",
            "body",
            "held_on",
            "evidence",
            "created_at",
            "decided_at",
        )


@extend_schema(tags=["signals"])
class SignalViewSet(viewsets.ReadOnlyModelViewSet[Signal]):
    """What governments said that a vendor could act on, each with its verbatim evidence."""

    serializer_class = SignalSerializer
    filterset_class = SignalFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    queryset = Signal.objects.none()

    def get_queryset(self) -> SignalQuerySet:
        rows = Signal.objects.for_lists().order_by("-decided_at", "-id")
        return rows if self.request.user.is_staff else rows.approved()
