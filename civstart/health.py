"""Whether the site can do its work, for load balancers and people."""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 if the database and Redis answer, else 503, naming which does not."""
    parts = {"database": _database(), "redis": _redis()}
    return JsonResponse(
        parts, status=200 if all(state == "ok" for state in parts.values()) else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _redis() -> str:
    # While Redis does not answer, the cache keeps nothing.
    sent = str(uuid4())
    cache.set(f"health-{sent}", sent, 10)
    return "ok" if cache.get(f"health-{sent}") == sent else "does not answer"
