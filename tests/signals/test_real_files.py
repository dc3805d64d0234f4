import pytest
from django.db import transaction

from signals import finding
from signals.models import Evidence, Signal, Transcript
from tests import make
from tests.signals.commands import ingest

# One worker reads them for all of these tests.
pytestmark = [pytest.mark.shared_data, pytest.mark.xdist_group("real files")]

# The real extractor reads these; a meeting of hours says something a vendor can act on.
PLACES = {
    "boston": "MA",
    "fairfax": "VA",
    "huntsville": "AL",
    "neworleans": "LA",
    "seattle": "WA",
}
BIG_BYTES = 40_000


@pytest.fixture(scope="module")
def everything_read(django_db_setup, django_db_blocker, shared_data):
    """Ingest every real file once; what was stored is taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        finding.extractor.cache_clear()
        yield [read_as_of_its_city(path) for path in files(shared_data)]
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def db(everything_read):
    """Stands in for the database of a single test: these share the one the files were read into."""


def files(shared_data):
    return sorted(path for path in (shared_data / "transcripts").iterdir() if path.is_file())


def read_as_of_its_city(path):
    city = path.name.partition("_")[0]
    place = make.jurisdiction(city.capitalize(), PLACES[city])
    return path, ingest(path, jurisdiction=str(place))


def test_every_real_file_is_read(everything_read):
    failed = {path.name: ran.errors for path, ran in everything_read if ran.code}

    assert failed == {}
    assert Transcript.objects.count() == len(everything_read)


def test_something_is_found_in_each_long_meeting(everything_read):
    big = [path.name for path, _ in everything_read if path.stat().st_size > BIG_BYTES]

    for transcript in Transcript.objects.filter(file_name__in=big):
        assert transcript.meeting.signals.exists(), transcript.file_name


def test_texts_of_one_real_meeting_are_one_meeting(everything_read):
    captions = Transcript.objects.get(file_name="huntsville_2026-06-11_captions.vtt")

    names = set(captions.meeting.transcripts.values_list("file_name", flat=True))

    assert {"huntsville_2026-06-11_whisper.srt", "huntsville_2026-06-11_captions.txt"} <= names
    assert "huntsville_2026-06-25_captions.vtt" not in names


def test_every_quote_stands_word_for_word_in_its_segment(everything_read):
    pieces = list(Evidence.objects.select_related("segment"))

    wrong = [
        piece.pk for piece in pieces if piece.segment.text[piece.first : piece.last] != piece.quote
    ]

    assert len(pieces) >= Signal.objects.count() > 0
    assert wrong == []


def test_every_quote_lies_in_the_time_of_its_segment(everything_read):
    for piece in Evidence.objects.select_related("segment"):
        assert piece.segment.start_seconds - 0.01 <= piece.start_seconds
        assert piece.start_seconds <= piece.end_seconds <= piece.segment.end_seconds + 0.01
