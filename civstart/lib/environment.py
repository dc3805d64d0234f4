"""Words of the environment read as what they mean, or refused by name."""

import re

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def truth(name: str, *, default: bool) -> bool:
    value = env.str(name, default=str(default))
    if value.lower() not in {"true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write True or False.")
    return value.lower() in {"true", "1"}


def share(name: str, *, default: float, least: float = 0.0) -> float:
    value = env.str(name, default=str(default))
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not least <= found <= 1:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a share from {least:g} to 1.")
    return found


def days(name: str, *, default: int) -> int:
    """Return a number of days, 0 for no end."""
    value = env.str(name, default=str(default))
    if not re.fullmatch("[0-9]{1,5}", value):  # more days than that were before the calendar
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a whole number of days, 0 to keep for ever and 99,999 at "
            "most."
        )
    return int(value)
