from django.urls import path
from rest_framework.routers import SimpleRouter

from signals.api import SignalViewSet
from signals.history_api import SignalHistory
from signals.uploads_api import BringTranscript, UploadStatus

router = SimpleRouter(use_regex_path=False)
router.register("signals", SignalViewSet, basename="signal")
urlpatterns = [
    *router.urls,
    path("signals/<uuid:id>/history/", SignalHistory.as_view(), name="signal-history"),
    path("transcripts/", BringTranscript.as_view(), name="transcripts"),
    path("transcripts/<uuid:id>/", UploadStatus.as_view(), name="upload-status"),
]
