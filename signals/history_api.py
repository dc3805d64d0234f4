"""The history of a signal over the API, for staff."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAdminUser

from signals.models import Signal, SignalChange


class EvidenceThenSerializer(serializers.Serializer[dict[str, object]]):
    quote = serializers.CharField()
    start_seconds = serializers.FloatField()
    end_seconds = serializers.FloatField()
    file = serializers.CharField()
    version = serializers.IntegerField()
    anchor = serializers.CharField()


class SignalChangeSerializer(serializers.ModelSerializer[SignalChange]):
    """One change of a signal: who, when, the fields as they were and became, and the evidence."""

    id = serializers.UUIDField(source="public_id")
    by = serializers.CharField(source="by.name", default=None, help_text="Null: the site itself.")
    before = serializers.DictField()
    after = serializers.DictField()
    evidence = EvidenceThenSerializer(many=True)

    class Meta:
        model = SignalChange
        fields = (
            "id",
            "what",
            "by",
            "at",
            "before",
            "after",
            "note",
            "evidence",
            "extractor",
            "extractor_version",
        )


@extend_schema(tags=["signals"])
class SignalHistory(ListAPIView[SignalChange]):
    """Every change of a signal, newest first. Nothing in it can be altered."""

    permission_classes = (IsAdminUser,)
    serializer_class = SignalChangeSerializer
    filter_backends = ()
    queryset = SignalChange.objects.none()

    def get_queryset(self) -> QuerySet[SignalChange]:
        if "id" not in self.kwargs:  # the schema is made without a request
            return SignalChange.objects.none()
        signal = get_object_or_404(Signal.objects.only("pk"), public_id=self.public_id)
        return SignalChange.objects.filter(signal=signal).select_related("by")

    @property
    def public_id(self) -> UUID:
        asked: UUID = self.kwargs["id"]
        return asked
