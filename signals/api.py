"""Signals over the API: read only. Staff see all of them, others those that are approved."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from signals import alignment, keeping, links, redaction
from signals.filters import SignalFilter
from signals.models import Evidence, Signal, Speaker

type_of_row = dict[str, Any]

# What a row is made of. Plain columns: as model instances through DRF's fields, a page of
# 50 signals with their evidence takes four times as long (`make bench`).
OWN_COLUMNS = (
    "status",
    "title",
    "summary",
    "kind",
    "category",
    "strength",
    "confidence",
    "amount",
    "amount_kind",
    "amount_years",
    "amount_said",
    "currency",
    "timeframe",
    "due_from",
    "due_by",
    "due_is_deadline",
    "due_doubt",
    "stage",
    "speaker_name",
    "speaker_role",
    "created_at",
    "decided_at",
)
WITHHELD_COLUMNS = ("title", "summary", "timeframe", "amount_said", "speaker_name")
OTHER_COLUMNS = {
    "id": "public_id",
    "ocd_id": "jurisdiction__ocd_id",
    "body": "meeting__body__name",
    "held_on": "meeting__held_on",
    "thread": "thread__public_id",
}
NEEDED_COLUMNS = (
    "pk",
    "hidden",
    "redaction_lifted_at",
    "jurisdiction__name",
    "jurisdiction__region__code",
    "meeting__video_url",
)


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    speaker = serializers.CharField()
    written = serializers.CharField(
        required=False,
        help_text="For staff: the whole quote as the extractor wrote it, on its first piece; "
        "empty if it wrote the very words.",
    )
    rewording = serializers.CharField(
        required=False, help_text="For staff: what differs in it from what was said, in words."
    )

    class Meta:
        model = Evidence
        fields = (
            "quote",
            "start_seconds",
            "end_seconds",
            "speaker",
            "video_url",
            "written",
            "rewording",
        )


class SignalSerializer(serializers.ModelSerializer[Any]):
    """A need a local government has voiced in public, with its verbatim evidence."""

    # The fields are what the schema says of a signal; to_representation makes it of a row.
    id = serializers.UUIDField(source="public_id")
    jurisdiction = serializers.CharField()
    ocd_id = serializers.CharField()
    body = serializers.CharField()
    held_on = serializers.DateField(allow_null=True)
    thread = serializers.UUIDField(allow_null=True)
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
            "amount_kind",
            "amount_years",
            "amount_said",
            "currency",
            "timeframe",
            "due_from",
            "due_by",
            "due_is_deadline",
            "due_doubt",
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

    def to_representation(self, row: type_of_row) -> type_of_row:
        shown = {name: row[name] for name in OWN_COLUMNS}
        shown |= {name: row[column] for name, column in OTHER_COLUMNS.items()}
        withholds = settings.REDACT_RESIDENTS and row["redaction_lifted_at"] is None
        if withholds:
            shown |= {
                name: redaction.shown(row[name], row["hidden"].get(name, ()))
                for name in WITHHELD_COLUMNS
            }
        # As text, because a float cannot hold every sum of money.
        shown["amount"] = None if row["amount"] is None else str(row["amount"])
        shown["jurisdiction"] = f"{row['jurisdiction__name']}, {row['jurisdiction__region__code']}"
        shown["evidence"] = [
            _evidence(piece, row["meeting__video_url"], withholds=withholds)
            for piece in row["pieces"]
        ]
        if self.context["request"].user.is_staff:
            said = " ".join(piece["quote"] for piece in row["pieces"])
            for evidence, piece in zip(shown["evidence"], row["pieces"], strict=True):
                evidence |= _rewording(piece["written"], said)
        return {name: shown[name] for name in self.Meta.fields}


def _evidence(piece: type_of_row, video_url: str, *, withholds: bool) -> type_of_row:
    start = float(piece["start_seconds"])
    quote, speaker = piece["quote"], piece["speaker"] or ""
    if withholds:
        quote = redaction.shown(quote, piece["hidden"])
        speaker = Speaker(name=speaker, role=piece["role"]).shown
    return {
        "quote": quote,
        "start_seconds": start,
        "end_seconds": float(piece["end_seconds"]),
        "speaker": speaker,
        "video_url": links.at(video_url, start),
    }


def _rewording(written: str, said: str) -> type_of_row:
    differs = alignment.difference(written, said) if written else ""
    return {"written": written, "rewording": differs}


@extend_schema(tags=["signals"])
class SignalViewSet(viewsets.ReadOnlyModelViewSet[Signal]):
    """What governments said that a vendor could act on, each with its verbatim evidence."""

    serializer_class = SignalSerializer
    filterset_class = SignalFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    queryset = Signal.objects.none()

    def get_queryset(self) -> QuerySet[Signal, Any]:
        rows = Signal.objects.order_by("-decided_at", "-id")
        seen = rows if self.request.user.is_staff else rows.approved()
        return seen if self.action == "list" else as_rows(seen)

    def filter_queryset(self, queryset: QuerySet[Signal, Any]) -> QuerySet[Signal, Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        """Return the rows of the page. Only ids are counted and ordered, without any join."""
        ids: Any = queryset.values_list("pk", flat=True)
        if not self.request.user.is_staff:
            ids = CountedOnce(ids, self.request.query_params)
        page = super().paginate_queryset(ids) or []
        rows = {row["pk"]: row for row in as_rows(Signal.objects.filter(pk__in=page))}
        return [rows[pk] for pk in page if pk in rows]


class CountedOnce:
    """Ids of approved signals; how many is kept for each question until anything happens."""

    def __init__(self, ids: QuerySet[Any, Any], asked: QueryDict) -> None:
        self._ids = ids
        self._asked = {name: sorted(asked.getlist(name)) for name in SignalFilter.base_filters}
        self._asked.pop("order")

    def count(self) -> int:
        return keeping.kept("count", self._asked, self._ids.count)

    def __getitem__(self, part: slice) -> list[int]:
        return list(self._ids[part])


def as_rows(signals: QuerySet[Signal, Any]) -> QuerySet[Signal, type_of_row]:
    pieces = (
        Evidence.objects.filter(signal=OuterRef("pk"))
        .order_by("position")
        .values_list(
            JSONObject(
                quote="quote",
                start_seconds="start_seconds",
                end_seconds="end_seconds",
                speaker="segment__speaker__name",
                role="segment__speaker__role",
                hidden="hidden",
                written="written",
            )
        )
    )
    columns = (*OWN_COLUMNS, *OTHER_COLUMNS.values(), *NEEDED_COLUMNS)
    rows: QuerySet[Signal, type_of_row] = signals.values(*columns, pieces=ArraySubquery(pieces))
    return rows
