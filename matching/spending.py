"""What a command spent at vendors: told by whoever calls them, settings.SPENDING."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string


def since(began: datetime) -> str:
    """Return what calls to vendors came to from that time on, as sentences; "" if nothing did."""
    told = cast("Callable[[datetime], str]", import_string(settings.SPENDING))
    return told(began)
