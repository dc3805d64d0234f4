"""Running `manage.py ingest` as a person would, and keeping what it prints."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import call_command


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    out: str
    errors: list[str]
    code: int


def ingest(*files: Path, jurisdiction: str = "Marlow Falls, OH", **options: object) -> Ran:
    out, errors, code = StringIO(), StringIO(), 0
    try:
        call_command(
            "ingest",
            *map(str, files),
            jurisdiction=jurisdiction,
            stdout=out,
            stderr=errors,
            **options,
        )
    except SystemExit as stop:
        code = int(str(stop.code))
    return Ran(out.getvalue(), errors.getvalue().splitlines(), code)


def refused(path: Path, **options: object) -> str:
    """Return the one message with which the file is refused."""
    ran = ingest(path, **options)
    assert ran.code == 1
    assert ran.out == ""
    message, summary = ran.errors
    assert summary == "1 of 1 files were not taken in; why is said above."
    return message


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
