"""What matching answered, over the API, for staff: whom a signal was told to, who came near, and
the answers "no startup fits".
"""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.filters import AbstentionFilter
from matching.models import Abstention, Match, MatchRun
from signals.models import Signal

type_of_row = dict[str, Any]


class NearSerializer(serializers.Serializer[type_of_row]):
    startup = serializers.SlugField()
    score = serializers.FloatField()


class NearMissSerializer(NearSerializer):
    """A startup that clears the bar but lacks one thing."""

    missing = serializers.CharField(help_text="The one thing, as a sentence.")
    thing = serializers.CharField(
        default="", help_text="The same for every startup that lacks it; empty if not known."
    )


class LeftOutSerializer(serializers.Serializer[Any]):
    """A startup that clears the bar and was not told, so that others are."""

    startup = serializers.SlugField(source="startup.slug")
    score = serializers.FloatField()
    why = serializers.CharField()


class GradeSerializer(serializers.Serializer[type_of_row]):
    startup = serializers.SlugField()
    grade = serializers.IntegerField(help_text="0 to 3; from 2 on it is worth suggesting.")
    reason = serializers.CharField()
    before = serializers.IntegerField(help_text="Its place without the grade, from 1.")
    after = serializers.IntegerField()


class RereadSerializer(serializers.Serializer[type_of_row]):
    by = serializers.CharField()
    failure = serializers.CharField(help_text="Why its answer was not used; empty if it was.")
    grades = GradeSerializer(many=True)


class ExplainedSerializer(serializers.Serializer[type_of_row]):
    by = serializers.DictField(
        child=serializers.IntegerField(), help_text="Who found the reasons of how many startups."
    )
    dropped = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many reasons were not kept, by why."
    )
    failures = serializers.ListField(child=serializers.CharField())


class MatchRunSerializer(serializers.ModelSerializer[MatchRun]):
    """The last search for startups for a signal."""

    signal = serializers.UUIDField(source="signal.public_id")
    policy = serializers.IntegerField(source="policy.version")
    abstained = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()
    fit_bar = serializers.FloatField(source="policy.fit_bar")
    bar = serializers.FloatField(source="policy.bar")
    suggested = extend_schema_field(NearSerializer(many=True))(serializers.SerializerMethodField)()
    nearest = extend_schema_field(NearSerializer(many=True))(serializers.SerializerMethodField)()
    near_misses = NearMissSerializer(many=True)
    passed_over = LeftOutSerializer(many=True)
    reread = extend_schema_field(RereadSerializer(allow_null=True))(
        serializers.SerializerMethodField
    )()
    explained = extend_schema_field(ExplainedSerializer(allow_null=True))(
        serializers.SerializerMethodField
    )()
    matched_at = serializers.DateTimeField(source="finished_at")

    class Meta:
        model = MatchRun
        fields = (
            "signal",
            "policy",
            "embedder",
            "considered_count",
            "abstained",
            "why",
            "fit",
            "fit_bar",
            "best_score",
            "bar",
            "suggested",
            "nearest",
            "near_misses",
            "passed_over",
            "reread",
            "explained",
            "matched_at",
        )

    def get_abstained(self, run: MatchRun) -> bool:
        return hasattr(run, "abstention")

    def get_why(self, run: MatchRun) -> str:
        """Why no startup fits; empty if some do."""
        return run.abstention.why if hasattr(run, "abstention") else ""

    def get_suggested(self, run: MatchRun) -> list[type_of_row]:
        """All that fit, those told of the signal before included."""
        return [dict(NearSerializer(one).data) for one in run.fitting]

    def get_nearest(self, run: MatchRun) -> list[type_of_row]:
        """Who came nearest where no startup fits."""
        return list(run.abstention.nearest) if hasattr(run, "abstention") else []

    def get_reread(self, run: MatchRun) -> type_of_row | None:
        """How a re-ranker graded the best; null if none was in use."""
        return dict(run.reread) or None

    def get_explained(self, run: MatchRun) -> type_of_row | None:
        """Who found the reasons of the matches; null if none were asked for."""
        return dict(run.explained) or None


@extend_schema(tags=["matches"])
class SignalMatchRun(APIView):
    """What matching answered for a signal last, in full: scores, near misses, who was left out."""

    permission_classes = (IsAdminUser,)

    @extend_schema(operation_id="match_run_retrieve", responses=MatchRunSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        signal = get_object_or_404(Signal.objects.only("pk", "public_id"), public_id=id)
        runs = signal.match_runs.select_related("signal", "policy", "abstention")
        run = runs.prefetch_related("passed_over__startup").order_by("-started_at", "-pk").first()
        if run is None:
            raise exceptions.NotFound(
                "The signal was not matched yet. It is, in moments, once it is approved."
            )
        return Response(MatchRunSerializer(run).data)


class AbstentionSerializer(serializers.ModelSerializer[Abstention]):
    """The answer "no startup fits" to a signal, with what came nearest."""

    signal = serializers.UUIDField(source="signal.public_id")
    signal_title = serializers.CharField(source="signal.shown_title")
    kind = serializers.CharField(source="signal.kind")
    category = serializers.CharField(source="signal.category")
    jurisdiction = serializers.CharField(source="signal.jurisdiction")
    ocd_id = serializers.CharField(source="signal.jurisdiction.ocd_id")
    fit = serializers.FloatField(
        source="run.fit", allow_null=True, help_text="How likely it seemed that any startup fits."
    )
    policy = serializers.IntegerField(source="run.policy.version")
    nearest = NearSerializer(many=True)
    near_misses = NearMissSerializer(source="run.near_misses", many=True)

    class Meta:
        model = Abstention
        fields = (
            "signal",
            "signal_title",
            "kind",
            "category",
            "jurisdiction",
            "ocd_id",
            "why",
            "fit",
            "best_score",
            "bar",
            "policy",
            "nearest",
            "near_misses",
            "created_at",
        )


@extend_schema(tags=["matches"])
class Abstentions(ListAPIView[Abstention]):
    """Needs that nobody in the directory serves, the last answer first.

    One row a signal: approved, the last search for startups found none, and none was told of it.
    """

    permission_classes = (IsAdminUser,)
    serializer_class = AbstentionSerializer
    filterset_class = AbstentionFilter
    queryset = Abstention.objects.none()

    def get_queryset(self) -> QuerySet[Abstention]:
        return (
            standing()
            .select_related("run__policy", "signal__jurisdiction__region")
            .order_by("-created_at", "-pk")
        )


def standing() -> QuerySet[Abstention]:
    """Return the abstentions that are the last word on a signal, as demand counts them."""
    later = MatchRun.objects.filter(signal=OuterRef("signal"), pk__gt=OuterRef("run"))
    told = Match.objects.filter(signal=OuterRef("signal")).exclude(status=Match.Status.WITHDRAWN)
    return Abstention.objects.filter(
        ~Exists(later), ~Exists(told), signal__status=Signal.Status.APPROVED
    )
