"""The API's schema and its documentation page, open to everybody, served from here alone."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

# Swagger UI writes styles into its page; scripts still come from files of ours only.
POLICY = f"{settings.CONTENT_SECURITY_POLICY}; style-src 'self' 'unsafe-inline'"


class Docs(SpectacularSwaggerSplitView):
    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.headers["Content-Security-Policy"] = POLICY
        return response


schema = login_not_required(SpectacularAPIView.as_view())
docs = login_not_required(Docs.as_view(url_name="schema"))
