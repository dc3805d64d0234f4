from django.urls import path
from rest_framework.routers import SimpleRouter

from matching.api import MatchViewSet
from matching.exclusions_api import (
    DismissMatch,
    PreviewExclusions,
    RestoreMatch,
    StartupExclusions,
)
from matching.questions_api import AnswerQuestion, CorrectAnswer, SignalQuestions, VoteForQuestion
from matching.runs_api import Abstentions, SignalMatchRun

router = SimpleRouter(use_regex_path=False)
router.register("matches", MatchViewSet, basename="match")
urlpatterns = [
    *router.urls,
    path("matches/<uuid:id>/dismiss/", DismissMatch.as_view(), name="dismiss-match"),
    path("matches/<uuid:id>/restore/", RestoreMatch.as_view(), name="restore-match"),
    path("abstentions/", Abstentions.as_view(), name="abstentions"),
    path("signals/<uuid:id>/match-run/", SignalMatchRun.as_view(), name="signal-match-run"),
    path("startups/<slug:slug>/exclusions/", StartupExclusions.as_view(), name="exclusions"),
    path(
        "startups/<slug:slug>/exclusions/preview/",
        PreviewExclusions.as_view(),
        name="preview-exclusions",
    ),
    path("signals/<uuid:id>/questions/", SignalQuestions.as_view(), name="questions"),
    path("questions/<uuid:id>/vote/", VoteForQuestion.as_view(), name="question-vote"),
    path("questions/<uuid:id>/answer/", AnswerQuestion.as_view(), name="question-answer"),
    path("questions/<uuid:id>/correct/", CorrectAnswer.as_view(), name="question-correct"),
]
