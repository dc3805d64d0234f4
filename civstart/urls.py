"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from civstart import apidocs, health
from civstart.lib.errorpages import bad_request, not_allowed, not_found, server_error

api = [
    path("", include("signals.api_urls")),
    path("", include("startups.api_urls")),
    path("", include("matching.api_urls")),
]
urlpatterns = [
    path("", include("matching.urls")),
    path("", include("signals.urls")),
    path("", include("startups.urls")),
    path("", include("civstart.notices.urls")),
    path("", include("civstart.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("staff/", admin.site.urls),
    path("health/", health.health, name="health"),
    path("api/v1/", include((api, "api"))),
    path("api/schema/", apidocs.schema, name="schema"),
    path("api/docs/", apidocs.docs, name="docs"),
]
handler400 = bad_request
handler403 = not_allowed
handler404 = not_found
handler500 = server_error
