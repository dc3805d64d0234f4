"""Times as people read them."""


def clock(seconds: float) -> str:
    """Return a time in a recording, as 1:14:07."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}"
