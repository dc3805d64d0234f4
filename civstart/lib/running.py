"""Starting what the site needs on this machine."""

from django.conf import settings

from civstart.lib import embedded


def hold_embedded_servers() -> None:
    """Start the embedded servers, unless settings name others, and keep them while this process
    lives.
    """
    if settings.EMBEDDED or settings.EMBEDDED_REDIS:
        embedded.hold(settings.VAR_DIR, postgres=settings.EMBEDDED, redis=settings.EMBEDDED_REDIS)
