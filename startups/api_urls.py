from rest_framework.routers import SimpleRouter

from startups.api import StartupViewSet

router = SimpleRouter(use_regex_path=False)
router.register("startups", StartupViewSet, basename="startup")
urlpatterns = router.urls
