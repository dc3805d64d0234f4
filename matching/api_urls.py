from rest_framework.routers import SimpleRouter

from matching.api import MatchViewSet

router = SimpleRouter(use_regex_path=False)
router.register("matches", MatchViewSet, basename="match")
urlpatterns = router.urls
