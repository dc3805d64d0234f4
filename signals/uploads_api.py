"""Bringing transcripts and documents over the API, for staff: a worker reads them."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import RetrieveAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from civstart.accounts.access import person
from civstart.places.models import Jurisdiction, UnknownJurisdiction
from signals import uploads
from signals.ingest import Sitting, WrongSitting
from signals.models import MeetingDocument, Upload, UploadQuerySet
from signals.reading import MAX_BYTES
from signals.uploads import Brought


class BringSerializer(serializers.Serializer[dict[str, Any]]):
    """A file and what is known of its meeting; only the file and the jurisdiction are needed."""

    file = serializers.FileField(allow_empty_file=True, max_length=255)
    jurisdiction = serializers.CharField(
        max_length=200, help_text="As Huntsville, AL, or an Open Civic Data id."
    )
    body = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    held_on = serializers.DateField(required=False, allow_null=True, default=None)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    video_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(
        choices=MeetingDocument.Kind.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a PDF or Word document; empty: as it says itself.",
    )

    def validate_jurisdiction(self, name: str) -> Jurisdiction:
        try:
            return Jurisdiction.objects.select_related("region").named(name)
        except UnknownJurisdiction as error:
            raise serializers.ValidationError(str(error), code="unknown_jurisdiction") from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = ("jurisdiction", "body", "held_on", "title", "video_url")
        try:
            sitting = Sitting(**{name: attrs[name] for name in said})
        except WrongSitting as error:
            raise serializers.ValidationError(str(error), code="wrong_sitting") from error
        return {**attrs, "sitting": sitting}


class UploadSerializer(serializers.ModelSerializer[Upload]):
    id = serializers.UUIDField(source="public_id")
    url = serializers.HyperlinkedIdentityField(
        view_name="api:upload-status", lookup_field="public_id", lookup_url_kwarg="id"
    )
    jurisdiction = serializers.CharField(source="jurisdiction.__str__")
    meeting = serializers.UUIDField(source="meeting.public_id", default=None)

    class Meta:
        model = Upload
        fields = (
            "id",
            "url",
            "status",
            "step",
            "progress",
            "file_name",
            "size",
            "digest",
            "jurisdiction",
            "body",
            "held_on",
            "error",
            "report",
            "signal_count",
            "meeting",
            "created_at",
            "finished_at",
        )
        extra_kwargs = {
            "report": {"help_text": "How it was read: format, cues, dropped, repaired."}
        }


@extend_schema(tags=["transcripts"])
class BringTranscript(APIView):
    """Takes a transcript, agenda or minutes in. Ask the url of the answer how reading goes."""

    permission_classes = (IsAdminUser,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="transcripts_create",
        request={"multipart/form-data": BringSerializer},
        responses={202: OpenApiResponse(UploadSerializer, "Taken in, to be read by a worker.")},
    )
    def post(self, request: Request) -> Response:
        said = BringSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        file = said.validated_data["file"]
        content = file.read() if file.size <= MAX_BYTES else b""
        brought = Brought(file.name, content, said.validated_data["kind"], size=file.size)
        upload = uploads.receive(brought, said.validated_data["sitting"], by=person(request))
        if upload.is_finished:
            raise serializers.ValidationError({"file": [upload.error]}, code="not_taken_in")
        where = reverse("api:upload-status", args=[upload.public_id], request=request)
        return Response(
            UploadSerializer(upload, context={"request": request}).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": where},
        )


@extend_schema(tags=["transcripts"])
class UploadStatus(RetrieveAPIView[Upload]):
    """What became of a file that was brought: how far reading is, its report, or why it failed."""

    permission_classes = (IsAdminUser,)
    serializer_class = UploadSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    queryset = Upload.objects.none()

    def get_queryset(self) -> UploadQuerySet:
        return Upload.objects.for_lists()
