"""Questions and answers over the API: members of startups ask and vote, staff answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from civstart.accounts.access import person
from civstart.lib.errors import CivStartError
from matching import questions
from matching.questions_pages import known_signal, open_signal
from signals import questions as asking
from signals.correcting import Outdated
from signals.models import Answer, Question
from startups import membership
from startups.models import Startup


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    words = serializers.CharField(help_text="The answer as a sentence, whatever its kind.")

    class Meta:
        model = Answer
        fields = ("kind", "text", "words", "at", "version", "corrected_at")
        extra_kwargs = {"text": {"read_only": True}, "version": {"read_only": True}}


class QuestionSerializer(serializers.Serializer[questions.Shown]):
    """A question on a signal. Who asked is told to nobody but them and staff."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    votes = serializers.IntegerField()
    has_voted = serializers.BooleanField()
    is_own = serializers.BooleanField(help_text="Whether your startup asked it.")
    hidden_why = serializers.CharField(help_text="Why staff hid it, to its asker alone.")
    answer = AnswerSerializer(allow_null=True)
    asked_at = serializers.DateTimeField()


class AskSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(
        min_length=asking.SHORTEST,
        max_length=asking.LONGEST,
        help_text="Without names, e-mail addresses, phone numbers and links.",
    )


class SayAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(choices=Answer.Kind.choices)
    text = serializers.CharField(
        max_length=asking.LONGEST_ANSWER, required=False, allow_blank=True, default=""
    )


class CorrectSerializer(SayAnswerSerializer):
    version = serializers.IntegerField(
        min_value=1, max_value=32767, help_text="The version you read and correct."
    )


class VoteSerializer(serializers.Serializer[dict[str, Any]]):
    has_voted = serializers.BooleanField()
    votes = serializers.IntegerField()


class Conflict(exceptions.APIException):
    """The state of the signal or question does not allow it."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def refused(error: CivStartError) -> exceptions.APIException:
    """Return the answer of the API for a refusal."""
    if isinstance(error, asking.TooMany):
        return exceptions.Throttled(detail=str(error), code="too_many_questions")
    if isinstance(error, asking.NotAsked):
        return exceptions.ValidationError({"text": [str(error)]}, code="not_asked")
    codes = ((asking.Withdrawn, "withdrawn"), (Outdated, "outdated"))
    code = next((code for kind, code in codes if isinstance(error, kind)), "not_answered")
    return Conflict(str(error), code=code)


def startup_of(request: Request) -> Startup:
    """Return the startup the person speaks for. Raise PermissionDenied if they have none."""
    startup = membership.startup_of(request)
    if startup is None:
        raise exceptions.PermissionDenied("Only members of a startup may do this.")
    return startup


@extend_schema(tags=["questions"])
class SignalQuestions(APIView):
    """Questions on a signal and their answers, most wanted first; asking one."""

    @extend_schema(operation_id="questions_list", responses=QuestionSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        signal = open_signal(request, id)
        startup = membership.startup_of(request)
        rows = questions.shown_to(signal, user=person(request), startup=startup)
        return Response([QuestionSerializer(row).data for row in rows])

    @extend_schema(
        operation_id="questions_create",
        request=AskSerializer,
        responses={201: OpenApiResponse(QuestionSerializer, "Asked; staff pass it on.")},
    )
    def post(self, request: Request, id: UUID) -> Response:
        startup, user = startup_of(request), person(request)
        signal = known_signal(id, startup)
        said = AskSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            made = questions.ask(signal, said.validated_data["text"], by=user, startup=startup)
        except CivStartError as error:
            raise refused(error) from error
        rows = questions.shown_to(signal, user=user, startup=startup)
        shown = next(row for row in rows if row.id == made.public_id)
        return Response(QuestionSerializer(shown).data, status=status.HTTP_201_CREATED)


def question_of(id: UUID) -> Question:
    return get_object_or_404(
        Question.objects.select_related("signal__jurisdiction__region"), public_id=id
    )


@extend_schema(tags=["questions"])
class VoteForQuestion(APIView):
    """Votes for a question, or takes the vote back. A membership has one vote."""

    @extend_schema(operation_id="questions_vote", request=None, responses=VoteSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        startup, question = startup_of(request), question_of(id)
        signal = known_signal(question.signal.public_id, startup)
        if question.hidden_at and question.asked_for != startup.public_id:
            raise Http404(f"There is no question {id}.")
        try:
            stands = asking.toggle_vote(
                question,
                by=person(request),
                startup=startup.public_id,
                audience=questions.audience_of(signal),
            )
        except asking.NotAsked as error:
            raise Conflict(str(error), code="hidden") from error
        except CivStartError as error:
            raise refused(error) from error
        said = {"has_voted": stands, "votes": question.votes.count()}
        return Response(VoteSerializer(said).data)


@extend_schema(tags=["questions"])
class AnswerQuestion(APIView):
    """Publishes the government's answer to a question, for staff."""

    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="questions_answer", request=SayAnswerSerializer, responses=AnswerSerializer
    )
    def post(self, request: Request, id: UUID) -> Response:
        return _said(request, id, SayAnswerSerializer, questions.answer)


@extend_schema(tags=["questions"])
class CorrectAnswer(APIView):
    """Corrects a published answer, for staff; all who were told of it are told once."""

    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="questions_correct", request=CorrectSerializer, responses=AnswerSerializer
    )
    def post(self, request: Request, id: UUID) -> Response:
        return _said(request, id, CorrectSerializer, questions.correct)


def _said(
    request: Request,
    id: UUID,
    serializer: type[SayAnswerSerializer | CorrectSerializer],
    say: Callable[..., object],
) -> Response:
    """Have the government say what the request holds, and return the answer as it stands."""
    question = question_of(id)
    said = serializer(data=request.data)
    said.is_valid(raise_exception=True)
    try:
        say(question, by=person(request), **said.validated_data)
    except CivStartError as error:
        raise refused(error) from error
    return Response(AnswerSerializer(question.answer).data)
