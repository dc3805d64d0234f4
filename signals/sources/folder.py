"""Folders on this machine: files that are new or changed, and that nobody writes to any more."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from civstart.lib.errors import CivStartError
from signals import ingest
from signals.models import Source
from signals.reading import MAX_BYTES
from signals.sources.contract import Item, Listing

STILL_SECONDS = 10
MOST_FILES = 10_000
SUFFIXES = frozenset({".vtt", ".srt", ".txt", ".json", ".tsv", ".pdf", ".docx"})


class NoFolder(CivStartError):
    """The folder is not there or may not be read."""


def listing(source: Source) -> Listing:
    """Return the files of the folder that have been still for ten seconds, oldest first.

    A file is known by its digest, so that it may be renamed or copied; size and time tell which
    need not be digested again.
    """
    folder = Path(source.address)
    if not folder.is_absolute():
        raise NoFolder(f"{source.address!r} is not a whole path; write it as /srv/transcripts.")
    try:
        files = sorted(_still(folder), key=lambda found: (found[1].st_mtime, found[0].name))
    except OSError as error:
        raise NoFolder(
            f"{folder}: {error.strerror}. Check the path and its permissions."
        ) from error
    memory = {_name(path): _remembered(path, stat, source) for path, stat in files}
    items = [_item(path, memory[_name(path)].rpartition(" ")[2]) for path, _ in files]
    return Listing(items, memory)


def _name(path: Path) -> str:
    return os.fsencode(path.name).decode("utf-8", "replace")


def _still(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    before = time.time() - STILL_SECONDS
    found = (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    for count, path in enumerate(found):
        if count >= MOST_FILES:
            raise NoFolder(f"{folder} has more than {MOST_FILES:,} files. Move the old ones away.")
        stat = path.stat()
        # A link could lead out of the folder, to what its owner may not read but we may.
        if path.is_file() and not path.is_symlink() and stat.st_mtime <= before:
            yield path, stat


def _remembered(path: Path, stat: os.stat_result, source: Source) -> str:
    """Return "size time digest" of a file, taking the digest from memory if it did not change."""
    state = f"{stat.st_size} {stat.st_mtime_ns}"
    known = str(source.memory.get(_name(path), ""))
    if known.startswith(f"{state} "):
        return known
    # One that is too large to be read is not digested either; it is refused when it is fetched.
    return f"{state} {_digest(path) if stat.st_size <= MAX_BYTES else 'too-large'}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _item(path: Path, digest: str) -> Item:
    return Item(
        key=digest if digest != "too-large" else f"{digest} {path.name}",
        name=_name(path),
        fetch=lambda: ingest.contents(path),
        held_on=ingest.day_in_name(path.name),
    )
