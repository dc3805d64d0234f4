"""Times written out, as 01:02:03.450: reading and showing them."""

import math
import re

# Wide on purpose: files in the wild leave out hours, write one digit, or a comma for the point.
# Every repeat is bounded, so that a line of a million digits is refused at once.
WRITTEN = r"(?:[0-9]{1,4}:)?[0-9]{1,3}:[0-9]{1,2}(?:[.,][0-9]{1,9})?"
_WRITTEN = re.compile(WRITTEN)

# A number beyond this is no time, in seconds or in milliseconds: it would be 31 years.
_LARGEST = 1e12


def parse(written: str) -> float | None:
    """Return the seconds of a written time, or None if it is not one. 61 seconds are not one."""
    written = written.strip()
    if not _WRITTEN.fullmatch(written):
        return None
    *larger, seconds = written.replace(",", ".").split(":")
    hours, minutes = ([0, *map(int, larger)])[-2:]
    if float(seconds) >= 60 or (len(larger) == 2 and minutes >= 60):
        return None
    return hours * 3600 + minutes * 60 + float(seconds)


def seconds(value: object) -> float | None:
    """Return a time found in JSON, number or text, as a number; None if it is not a time."""
    if isinstance(value, str):
        return parse(value) if ":" in value else _number(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _plausible(value)
    return None


def show(moment: float) -> str:
    """Return 3723.4 as "1:02:03", the way people read a video's clock."""
    minutes, whole = divmod(int(moment), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{whole:02}"


def _number(written: str) -> float | None:
    try:
        return _plausible(float(written[:40]))
    except ValueError:
        return None


def _plausible(value: int | float) -> float | None:
    """Return the number if it can be a time. Whisper writes -0.02 for the beginning: that is 0."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return max(0.0, float(value)) if -1 <= value <= _LARGEST else None
