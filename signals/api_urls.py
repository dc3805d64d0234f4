from rest_framework.routers import SimpleRouter

from signals.api import SignalViewSet

router = SimpleRouter(use_regex_path=False)
router.register("signals", SignalViewSet, basename="signal")
urlpatterns = router.urls
