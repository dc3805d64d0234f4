"""The servers' own log files."""

from pathlib import Path
from typing import IO

ROTATE_AT_BYTES = 10_000_000


def open_log(path: Path) -> IO[bytes]:
    """Open a log to append to, for a server to inherit; an old big one is moved aside first."""
    if path.exists() and path.stat().st_size > ROTATE_AT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_lines(path: Path, *, since: int = 0, count: int = 8) -> str:
    """Return the end of a log, indented to stand under an error message."""
    try:
        text = path.read_bytes()[since:].decode(errors="replace")
    except OSError as error:
        return f"  ({path} cannot be read: {error.strerror})"
    lines = text.splitlines()[-count:] or ["(it wrote nothing)"]
    return "\n".join(f"  {line}" for line in lines)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
