import os
from pathlib import Path

import pytest

from civstart.places.models import UnknownJurisdiction
from signals import ingest as ingesting
from signals.models import Transcript
from tests import make
from tests.signals.commands import ingest, refused, written
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed
from tests.support import tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("needs_heard")]

# Content of a file, the place its refusal names, and what the person is told to do.
BAD = {
    "empty": (b"", "is empty", "bring a file with a transcript in it"),
    "only spaces": (b" \n\t\n", "is empty", "bring a file with a transcript in it"),
    "binary": (bytes(range(1, 256)) * 40, "byte", "Bring a transcript in text form"),
    "video": (b"\x1aE\xdf\xa3 webm", "a video recording", "bring its transcript"),
    "broken JSON": (b'{"turns": [\n  {"text": }]}', "line 2 column 12", "Export the file again"),
    "other JSON": (b'{"pages": []}', "an object with the keys pages", "CivStart reads"),
    "no cues": (
        b"WEBVTT\n\nNOTE nothing\n",
        "no cue with words",
        "Check that the file is complete",
    ),
    "backwards": (
        samples.vtt((100, 104, "We begin with the minutes."), (10, 14, "Then the pumps.")).encode(),
        "line 6",
        "Correct the wrong time, or split the file",
    ),
    "gap": (
        samples.vtt((1, 4, "We begin with the minutes."), (4000, 4004, "We go on.")).encode(),
        "line 6",
        "pass --allow-gaps",
    ),
    "Latin-1": (
        samples.vtt((1, 4, "We met at the café.")).encode("latin-1"),
        "byte 55 (line 4) is 0xE9",
        "--encoding latin-1",
    ),
    "NUL bytes": (
        b"WEBVTT\n\nabc\0def",
        "NUL byte at offset 11",
        "Bring a transcript in text form",
    ),
    "web page": (b"<!doctype html><p>We begin.", "is a web page", "Save its text and bring that"),
}


@pytest.fixture(autouse=True)
def marlow_falls(db):
    return make.jurisdiction()


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_with_one_message_that_helps(tmp_path, kind):
    content, place, what_to_do = BAD[kind]
    path = written(tmp_path, "minutes.vtt", content)
    before = tables.counts()

    message = refused(path)

    assert message.startswith(str(path))
    assert place in message
    assert what_to_do in message
    assert tables.counts() == before


def test_a_file_too_large_is_refused_without_being_read(tmp_path):
    path = tmp_path / "meeting.vtt"
    path.touch()
    os.truncate(path, 200_000_000_000)  # a hole: far more than the memory of this machine
    before = tables.counts()

    message = refused(path)

    assert message == (
        f"{path}: 200,000 MB is more than the 50 MB a transcript may have. "
        "Check that it is the transcript and not the recording, or split it by session."
    )
    assert tables.counts() == before


def test_a_file_just_small_enough_is_read(tmp_path):
    path = written(tmp_path, "meeting.vtt", b"")
    os.truncate(path, 50_000_000)

    assert "NUL byte at offset 0" in refused(path)


def unreadable(folder: Path, kind: str) -> Path:
    path = folder / "minutes.vtt"
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "no right":
        path.write_text("WEBVTT")
        path.chmod(0)
    elif kind == "pipe":
        os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "trouble", "what_to_do"),
    [
        ("missing", "No such file or directory", "Check the path and its permissions."),
        ("loop", "Too many levels of symbolic links", "Check the path and its permissions."),
        ("folder", "is a folder or a device, not a file", "Name the transcript itself."),
        ("pipe", "is a folder or a device, not a file", "Name the transcript itself."),
        pytest.param(
            "no right",
            "Permission denied",
            "Check the path and its permissions.",
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything"),
        ),
    ],
)
def test_what_cannot_be_opened_is_refused(tmp_path, kind, trouble, what_to_do):
    path = unreadable(tmp_path, kind)
    before = tables.counts()

    message = refused(path)

    assert message.startswith(str(path))
    assert trouble in message
    assert message.endswith(what_to_do)
    assert tables.counts() == before


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    first = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))
    bad = written(tmp_path, "2.vtt", "")
    last = written(tmp_path, "3.txt", samples.every_format()["plain-text"])

    ran = ingest(first, bad, last)

    assert ran.code == 1
    assert sorted(Transcript.objects.values_list("file_name", flat=True)) == ["1.vtt", "3.txt"]
    assert ran.errors == [
        f"{bad} is empty; bring a file with a transcript in it.",
        "1 of 3 files were not taken in; why is said above.",
    ]


def test_an_unknown_government_is_refused_with_those_that_come_close(tmp_path):
    path = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))
    before = tables.counts()

    with pytest.raises(UnknownJurisdiction) as caught:
        ingest(path, jurisdiction="Marlow Fals, OH")

    assert str(caught.value).startswith(
        'No jurisdiction is called "Marlow Fals, OH". Did you mean Marlow Falls, OH?'
    )
    assert tables.counts() == before


@pytest.mark.parametrize("said", ["2026-13-45", "11/06/2026", "yesterday", "2026-06-11 and more"])
def test_a_date_that_is_none_is_refused(tmp_path, said):
    path = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))
    before = tables.counts()

    with pytest.raises(ingesting.WrongDate) as caught:
        ingest(path, date=said)

    assert str(caught.value) == f"'{said}' is not a date; write it as 2026-11-12."
    assert tables.counts() == before


@pytest.mark.parametrize(
    "said", ["javascript:alert(1)", "nonsense", "http://[", f"https://video.example/{'a' * 500}"]
)
def test_an_address_no_browser_opens_is_refused(tmp_path, said):
    path = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))
    before = tables.counts()

    with pytest.raises(ingesting.WrongSitting, match="is not the address of a recording"):
        ingest(path, video_url=said)

    assert tables.counts() == before


def test_a_body_of_too_long_a_name_is_refused(tmp_path):
    path = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))

    with pytest.raises(ingesting.WrongSitting, match="at most 120 characters, not 121"):
        ingest(path, body="B" * 121)


def test_an_unknown_encoding_is_refused(tmp_path):
    path = written(tmp_path, "1.vtt", samples.vtt(*timed(MORNING)))

    assert "'klingon' is not an encoding of text" in refused(path, encoding="klingon")
