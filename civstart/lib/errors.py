"""The root of the errors CivStart raises on purpose."""


class CivStartError(Exception):
    """Something a person can put right.

    The message names the thing, the value and the next step.
    """
