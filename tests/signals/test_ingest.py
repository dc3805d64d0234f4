from datetime import date

import pytest
from django.db import connection

from civstart.events.models import Event
from signals import finding
from signals import ingest as ingesting
from signals.models import Evidence, Meeting, Segment, Signal, Transcript
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed
from tests.support import tables
from tests.support.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("needs_heard")]

MISLEADING = {
    "webvtt": "minutes.json",
    "srt": "minutes.vtt",
    "clocked-text": "minutes.srt",
    "plain-text": "minutes.vtt",
    "cdp": "minutes.txt",
    "turns": "minutes.vtt",
    "whisper": "minutes.srt",
    "youtube": "minutes.tsv",
    "sentences": "minutes.json",
}


@pytest.fixture(autouse=True)
def marlow_falls(db):
    return make.jurisdiction()


@pytest.fixture
def vtt(tmp_path):
    return written(tmp_path, "water.vtt", samples.vtt(*timed(MORNING)))


@pytest.mark.parametrize("format", MISLEADING)
def test_each_format_is_known_by_its_content(tmp_path, format):
    path = written(tmp_path, MISLEADING[format], samples.every_format()[format])

    ran = ingest(path)

    transcript = Transcript.objects.get()
    said = " ".join(transcript.segments.values_list("text", flat=True))
    assert ran.code == 0
    assert transcript.format == transcript.report["format"] == format
    assert said == " ".join(samples.SENTENCES)


def test_the_report_is_stored_and_printed(vtt):
    ran = ingest(vtt)

    transcript = Transcript.objects.get()
    assert transcript.report["cues_read"] == len(MORNING)
    assert transcript.duration_seconds == 77
    assert "webvtt, times in clock" in ran.out
    assert "6 into 6 segments" in ran.out
    assert "2 found" in ran.out


def test_a_repair_is_told(tmp_path):
    cues = [*timed(MORNING), (78, 78, "A last word that takes no time.")]

    ran = ingest(written(tmp_path, "water.vtt", samples.vtt(*cues)))

    assert "repaired   1 zero-length cue" in ran.out


def test_what_was_ingested_is_an_event(vtt):
    ingest(vtt)

    assert Event.objects.filter(type="transcript.ingested").count() == 1
    assert Event.objects.filter(type="signal.found").count() == 2


def test_the_quote_of_each_evidence_stands_in_its_segment(vtt):
    ingest(vtt)

    assert Evidence.objects.count() == 2
    for piece in Evidence.objects.select_related("segment"):
        assert piece.segment.text[piece.first : piece.last] == piece.quote


def test_the_same_file_twice_changes_nothing(vtt):
    ingest(vtt)
    before = tables.counts()

    again = ingest(vtt)

    assert again.code == 0
    assert again.out == "water.vtt: stored before as version 1. Nothing changed.\n"
    assert tables.counts() == before


def test_the_same_file_under_another_name_and_date_changes_nothing(vtt):
    ingest(vtt)
    before = tables.counts()

    ingest(vtt.rename(vtt.with_name("copy.vtt")), date="2026-01-05")

    assert tables.counts() == before


def test_the_same_file_of_another_government_is_stored_for_it(vtt):
    make.jurisdiction("Fenwick Heights")
    ingest(vtt)

    ingest(vtt, jurisdiction="Fenwick Heights, OH")

    assert Transcript.objects.count() == 2
    assert Signal.objects.filter(jurisdiction__name="Fenwick Heights").count() == 2


def test_a_corrected_file_is_the_current_version(tmp_path, vtt):
    ingest(vtt)
    corrected = [sentence.replace("Alder", "Elder") for sentence in MORNING]

    ran = ingest(written(tmp_path, "water.vtt", samples.vtt(*timed(tuple(corrected)))))

    old, new = Transcript.objects.order_by("version")
    assert old.meeting == new.meeting
    assert (old.version, old.is_current) == (1, False)
    assert (new.version, new.is_current) == (2, True)
    assert "version 2" in ran.out


def test_a_corrected_file_does_not_double_the_signals(tmp_path, vtt):
    ingest(vtt)
    corrected = [sentence.replace("Alder", "Elder") for sentence in MORNING]

    ran = ingest(written(tmp_path, "water.vtt", samples.vtt(*timed(tuple(corrected)))))

    assert Signal.objects.count() == 2
    assert "0 found, 2 heard before" in ran.out


def test_what_only_the_corrected_file_says_is_found(tmp_path, vtt):
    ingest(vtt)
    longer = (*MORNING, "And we need a second operator for the night shift at the plant.")

    ingest(written(tmp_path, "water.vtt", samples.vtt(*timed(longer))))

    assert Signal.objects.count() == 3


def test_another_session_of_the_day_is_another_meeting(tmp_path, vtt):
    evening = written(tmp_path, "library.vtt", samples.vtt(*timed(EVENING)))
    ingest(vtt, date="2026-06-11")

    ingest(evening, date="2026-06-11")

    assert sorted(Meeting.objects.values_list("title", flat=True)) == [
        "City Council meeting",
        "City Council meeting (2)",
    ]
    assert Transcript.objects.filter(is_current=True, version=1).count() == 2


def test_the_same_words_on_another_day_are_another_meeting(tmp_path, vtt):
    ingest(vtt, date="2026-06-11")
    later = written(tmp_path, "later.vtt", samples.vtt(*timed(MORNING, start=31)))

    ingest(later, date="2026-06-18")

    assert Meeting.objects.count() == 2


def test_two_formats_of_one_meeting_are_one_meeting(tmp_path, vtt):
    srt = written(tmp_path, "other.srt", samples.srt(*timed(MORNING, start=32)))

    ingest(vtt, srt, date="2026-06-11")

    meeting = Meeting.objects.get()
    assert sorted(meeting.transcripts.values_list("format", "version", "is_current")) == [
        ("srt", 1, True),
        ("webvtt", 1, True),
    ]
    assert Signal.objects.count() == 2


def test_the_date_is_the_one_said_on_the_command_line(tmp_path):
    path = written(tmp_path, "2020-01-01.json", samples.every_format()["cdp"])

    ingest(path, date="2026-06-11")

    assert Meeting.objects.get().held_on == date(2026, 6, 11)


def test_the_date_is_else_the_one_in_the_file(tmp_path):
    ingest(written(tmp_path, "2020-01-01.json", samples.every_format()["cdp"]))

    assert Meeting.objects.get().held_on == date(2024, 4, 9)


def test_the_date_is_else_the_one_in_the_file_name(tmp_path):
    ingest(written(tmp_path, "council_2026-06-11.vtt", samples.vtt(*timed(MORNING))))

    assert Meeting.objects.get().held_on == date(2026, 6, 11)


@pytest.mark.parametrize("name", ["water.vtt", "2026-13-45.vtt", "120260611.vtt"])
def test_a_meeting_whose_date_nobody_says_has_none(tmp_path, name):
    ingest(written(tmp_path, name, samples.vtt(*timed(MORNING))))

    assert Meeting.objects.get().held_on is None


def test_the_recording_and_title_are_those_of_the_command_line(vtt):
    ingest(vtt, video_url="https://youtu.be/xyz", title="Water committee", body="Water Board")

    meeting = Meeting.objects.get()
    assert (meeting.video_url, meeting.title) == ("https://youtu.be/xyz", "Water committee")
    assert meeting.body.name == "Water Board"


def test_the_recording_and_title_are_else_those_of_the_file(tmp_path):
    ingest(written(tmp_path, "chunks.json", samples.every_format()["youtube"]))

    meeting = Meeting.objects.get()
    assert meeting.video_url == "https://www.youtube.com/watch?v=abc"
    assert meeting.title == "Council of Elmfield 4/9/2024"


def test_an_address_in_the_file_that_no_browser_opens_is_left_out(tmp_path):
    content = samples.every_format()["youtube"].replace("https://www.youtube.com/", "http://[")

    ingest(written(tmp_path, "chunks.json", content))

    assert Meeting.objects.get().video_url == ""


def test_speakers_are_stored_once_for_the_meeting(tmp_path):
    rows = [("Ann Lee" if place % 2 else "Bo Park", *at) for place, at in enumerate(timed(MORNING))]

    ingest(written(tmp_path, "turns.json", samples.turns(*rows)))

    meeting = Meeting.objects.get()
    assert sorted(meeting.speakers.values_list("name", flat=True)) == ["Ann Lee", "Bo Park"]
    assert not Segment.objects.filter(speaker=None).exists()


def test_a_latin_1_file_is_read_when_its_encoding_is_named(tmp_path):
    said = samples.vtt((1, 4, "We met at the café on Alder Street to talk about pumps."))

    ingest(written(tmp_path, "cafe.vtt", said.encode("latin-1")), encoding="latin-1")

    assert "café" in Segment.objects.get().text


def test_a_file_whose_name_is_not_utf_8_is_stored(tmp_path):
    name = b"caf\xe9.vtt".decode("utf-8", "surrogateescape")

    ran = ingest(written(tmp_path, name, samples.vtt(*timed(MORNING))))

    assert ran.code == 0
    assert Transcript.objects.get().file_name == "caf\ufffd.vtt"


def test_an_adjourned_meeting_is_read_when_gaps_are_allowed(tmp_path):
    cues = [*timed(MORNING), *timed(EVENING, start=8000)]

    ran = ingest(written(tmp_path, "long.vtt", samples.vtt(*cues)), allow_gaps=True)

    assert ran.code == 0
    assert Transcript.objects.get().duration_seconds > 8000


@pytest.mark.parametrize("extractor", ["Dies", "DiesMidway"])
def test_an_extraction_that_dies_stores_the_transcript_and_no_signal(
    vtt, choose_extractor, extractor
):
    choose_extractor(extractor)

    with pytest.raises(RuntimeError, match="The power went"):
        ingest(vtt)

    assert Transcript.objects.get().segments.count() == len(MORNING)
    assert not Signal.objects.exists()
    assert not Event.objects.filter(type="signal.found").exists()


@pytest.mark.parametrize("extractor", ["Dies", "DiesMidway"])
def test_a_transcript_whose_extraction_died_is_read_again(vtt, choose_extractor, extractor):
    choose_extractor(extractor)
    with pytest.raises(RuntimeError):
        ingest(vtt)
    choose_extractor("HearsNeeds")

    ran = ingest(vtt)

    assert Transcript.objects.count() == 1
    assert Signal.objects.count() == 2
    assert "2 found" in ran.out


def test_a_long_meeting_is_stored_with_few_queries(tmp_path, django_assert_max_num_queries):
    cues = [(2.0 * n, 2.0 * n + 1.9, f"Item {n} was heard and noted.") for n in range(3000)]
    path = written(tmp_path, "long.vtt", samples.vtt(*cues))

    with django_assert_max_num_queries(42, connection=connection):
        ingest(path)

    assert Transcript.objects.get().report["cues_read"] == 3000


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_bring_the_same_file_at_once_one_stores_it(vtt):
    sitting = ingesting.Sitting(make.jurisdiction())

    refusals = at_once(*[lambda: ingesting.file(vtt, sitting)] * 4)

    assert refusals == [""] * 4
    assert Transcript.objects.count() == Meeting.objects.count() == 1
    assert Segment.objects.count() == len(MORNING)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_transcript_read_twice_at_once_gives_its_signals_once(vtt):
    transcript = ingesting.file(vtt, ingesting.Sitting(make.jurisdiction())).transcript

    at_once(*[lambda: finding.signals_of(Transcript.objects.get(pk=transcript.pk))] * 4)

    assert Signal.objects.count() == 2
    assert Event.objects.filter(type="signal.found").count() == 2
