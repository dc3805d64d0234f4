"""What the masthead of every page shows of notices."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from civstart.events import live
from civstart.notices.models import Notice

THEMES = ("light", "dark")


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Add the count of unread notices, the last event's id and the reader's choice of light or
    dark.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "unread_count": SimpleLazyObject(lambda: _unread(request)),
        "last_event_id": SimpleLazyObject(live.last_event_id),
        "theme": theme if theme in THEMES else "",
    }


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return Notice.objects.unread().filter(user=user).count()
