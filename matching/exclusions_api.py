"""Putting matches aside, and what a startup is not told of, over the API."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from civstart.accounts.access import person
from civstart.places.models import Jurisdiction, Region
from matching import excluding, limiting, restoring, suggesting
from matching.api import MatchSerializer
from matching.excluding import Limits
from matching.models import Feedback, Match
from matching.models.feedback import LONGEST_NOTE, LONGEST_WORD
from matching.questions_api import Conflict
from signals.words import Category
from startups.models import Startup


class DismissSerializer(serializers.Serializer[dict[str, Any]]):
    reason = serializers.ChoiceField(
        choices=Feedback.Reason.choices, required=False, allow_blank=True, default=""
    )
    note = serializers.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed where the reason is something else.",
    )


def _own_match(request: Request, id: UUID) -> Match:
    rows = Match.objects.visible().filter(startup__members=person(request))
    return get_object_or_404(
        rows.select_related("signal", "startup").prefetch_related("reasons__evidence"),
        public_id=id,
    )


@extend_schema(tags=["matches"])
class RestoreMatch(APIView):
    """Puts a match back on the list of the startup, and forgets why it was put aside."""

    @extend_schema(operation_id="matches_restore", request=None, responses=MatchSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        match = _own_match(request, id)
        try:
            restoring.restore(match, by=person(request))
        except restoring.NotRestored as error:
            raise Conflict(str(error), code="not_put_aside") from error
        match.refresh_from_db(fields=["status", "dismissed_at"])
        return Response(MatchSerializer(match).data)


@extend_schema(tags=["matches"])
class DismissMatch(APIView):
    """Takes a match off the list of the startup, and keeps why."""

    @extend_schema(
        operation_id="matches_dismiss", request=DismissSerializer, responses=MatchSerializer
    )
    def post(self, request: Request, id: UUID) -> Response:
        match = _own_match(request, id)
        said = DismissSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            suggesting.dismiss(match, by=person(request), **said.validated_data)
        except suggesting.AlreadyDismissed as error:
            raise Conflict(str(error), code="already_dismissed") from error
        except suggesting.NotDismissed as error:
            raise exceptions.ValidationError({"note": [str(error)]}, code="not_kept") from error
        match.refresh_from_db(fields=["status", "dismissed_at"])
        return Response(MatchSerializer(match).data)


class ExclusionsSerializer(serializers.Serializer[Limits]):
    """What a startup is not told of. What is left out of it is kept away from no more."""

    states: serializers.RelatedField[Any, Any, Any] = serializers.SlugRelatedField(
        "code", source="regions", many=True, queryset=Region.objects.all(), required=False
    )
    customers: serializers.RelatedField[Any, Any, Any] = serializers.SlugRelatedField(
        "public_id",
        many=True,
        queryset=Jurisdiction.objects.select_related("region"),
        required=False,
        help_text="Ids of jurisdictions.",
    )
    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=Category.choices), required=False
    )
    words = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_WORD),
        max_length=limiting.MOST_WORDS,
        required=False,
    )
    smallest = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    largest = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True
    )

    @property
    def limits(self) -> Limits:
        said = dict(self.validated_data)
        lists = ("regions", "customers", "categories", "words")
        return Limits(
            **{name: tuple(dict.fromkeys(said.get(name, ()))) for name in lists},
            smallest=said.get("smallest"),
            largest=said.get("largest"),
        )


class HiddenSerializer(serializers.Serializer[limiting.Preview]):
    """What a change would keep away of what came before. At most ten of each are named."""

    match_count = serializers.IntegerField()
    of_matches = serializers.IntegerField()
    matches = serializers.SerializerMethodField()
    signal_count = serializers.IntegerField(help_text="Of signals approved in the last 30 days.")
    of_signals = serializers.IntegerField()
    signals = serializers.SerializerMethodField()
    back_count = serializers.IntegerField(help_text="Signals that would be kept away no more.")

    def get_matches(self, preview: limiting.Preview) -> list[UUID]:
        return [match.public_id for match in preview.matches]

    def get_signals(self, preview: limiting.Preview) -> list[UUID]:
        return [signal.public_id for signal in preview.signals]


def own_startup(request: Request, slug: str) -> Startup:
    """Return the startup if the person belongs to it, or raise 404."""
    rows = person(request).startups.prefetch_related("service_regions")
    found = rows.filter(slug=slug).first()
    if found is None:
        raise Http404(f"You belong to no startup {slug!r}.")
    return found


def limits_asked(request: Request, startup: Startup) -> Limits:
    """Return what the request asks for. Raise ValidationError for what cannot be."""
    said = ExclusionsSerializer(data=request.data)
    said.is_valid(raise_exception=True)
    try:
        return limiting.checked(startup, said.limits)
    except limiting.NotLimited as error:
        field = {"regions": "states"}.get(error.field, error.field)
        raise exceptions.ValidationError({field: [str(error)]}, code="not_limited") from error


@extend_schema(tags=["startups"])
class StartupExclusions(APIView):
    """What a startup is not told of, for its members."""

    @extend_schema(operation_id="exclusions_retrieve", responses=ExclusionsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        limits = Limits.of(excluding.stored(own_startup(request, slug)))
        return Response(ExclusionsSerializer(limits).data)

    @extend_schema(
        operation_id="exclusions_update",
        request=ExclusionsSerializer,
        responses=ExclusionsSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        startup = own_startup(request, slug)
        limits = limits_asked(request, startup)
        stored = excluding.stored(startup)
        seen = stored.changed_at if stored else None
        try:
            limiting.save(startup, limits, by=person(request), seen=seen)
        except limiting.NotLimited as error:
            raise Conflict(str(error), code="changed_meanwhile") from error
        return Response(ExclusionsSerializer(limits).data)


@extend_schema(tags=["startups"])
class PreviewExclusions(APIView):
    """Answers what these exclusions would hide, beyond those in force. Nothing is saved."""

    @extend_schema(
        operation_id="exclusions_preview",
        request=ExclusionsSerializer,
        responses=HiddenSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        startup = own_startup(request, slug)
        return Response(
            HiddenSerializer(limiting.preview(startup, limits_asked(request, startup))).data
        )
