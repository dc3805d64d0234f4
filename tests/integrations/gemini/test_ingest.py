"""From a file to signals for review, through `manage.py ingest` and Gemini."""

import pytest

from integrations.models import ModelCall, ModelReading
from signals.models import Evidence, ExtractionRun, Segment, Signal
from tests import make
from tests.fakes.gemini import error
from tests.integrations.gemini.talk import COUNCIL, DRAINS, ROOMS
from tests.signals.commands import ingest, written


def captions():
    cues = (
        f"00:00:{8 * i:02}.000 --> 00:00:{8 * i + 7:02}.000\n<v {speaker}>{words}</v>\n"
        for i, (speaker, words) in enumerate(COUNCIL[:7])
    )
    return "WEBVTT\n\n" + "\n".join(cues)


@pytest.fixture
def council(tmp_path, db):
    make.jurisdiction("Marlow Falls", "OH")
    return written(tmp_path, "council_2026-11-12.vtt", captions())


def test_a_file_becomes_signals_with_verbatim_evidence(council, gemini):
    ran = ingest(council)

    assert ran.code == 0, ran.errors
    assert "2 found" in ran.out
    assert set(Evidence.objects.values_list("quote", flat=True)) == {ROOMS, DRAINS}
    for evidence in Evidence.objects.select_related("segment"):
        assert evidence.segment.text[evidence.first : evidence.last] == evidence.quote
    assert {signal.status for signal in Signal.objects.all()} == {"pending"}
    run = ExtractionRun.objects.get()
    assert (run.extractor, run.extractor_version) == ("gemini", "gemini-2.5-flash, prompt 2")


def test_the_reading_is_tied_to_its_transcript(council, gemini):
    ingest(council)

    reading = ModelReading.objects.get()
    assert reading.transcript == ExtractionRun.objects.get().transcript
    assert reading.meeting == "City Council, Marlow Falls, OH, 2026-11-12"
    assert reading.calls.count() == ModelCall.objects.count() == 2


def test_with_a_wrong_key_no_signal_is_stored_and_the_next_try_finds_all(council, gemini, settings):
    settings.GEMINI_API_KEY = "AIza-mistyped"
    ran = ingest(council)

    assert ran.code == 1
    assert "stored, but not searched" in ran.errors[0]
    assert "GEMINI_API_KEY" in ran.errors[0]

    assert Segment.objects.exists()
    assert (Signal.objects.count(), ExtractionRun.objects.count()) == (0, 0)

    settings.GEMINI_API_KEY = gemini.key
    assert "2 found" in ingest(council).out


def test_a_breakdown_in_the_middle_leaves_nothing_half_written(council, gemini, settings):
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 60, 0
    answers = iter(range(99))
    hears = gemini.model
    lasting = "GenerateRequestsPerDay"

    def breaks_down(asked):
        if next(answers) < 3:
            return hears(asked)
        return error(429, "RESOURCE_EXHAUSTED", "Quota.", [{"violations": [{"quotaId": lasting}]}])

    gemini.model = breaks_down
    ran = ingest(council)
    assert ran.code == 1
    assert "429" in ran.errors[0]

    assert ModelCall.objects.filter(status="answered").count() == 3  # paid for, and remembered
    assert (Signal.objects.count(), ExtractionRun.objects.count()) == (0, 0)

    gemini.model = hears
    assert "2 found" in ingest(council).out


def test_ingesting_again_asks_nothing(council, gemini):
    ingest(council)
    gemini.asked.clear()

    assert "Nothing changed" in ingest(council).out
    assert gemini.asked == []
