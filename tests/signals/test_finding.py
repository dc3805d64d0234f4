import pytest

from civstart.events.models import Event
from signals import finding
from signals.models import Evidence, ExtractionRun, Segment, Signal
from tests import make

pytestmark = pytest.mark.django_db

SAID = (
    "Good evening, and welcome to everybody in the room and at home.",
    "We need three new pumps for the plant on Alder Street before the floods.",
    "Thank you, and that will come back to us with the budget in the spring.",
)


@pytest.fixture
def transcript(needs_heard):
    return heard(*SAID)


def heard(*said: str, meeting=None, **fields):
    text = make.transcript(meeting or make.meeting(), **fields)
    speaker = text.meeting.speakers.get_or_create(name="Ann Lee")[0]
    for index, words in enumerate(said):
        Segment.objects.create(
            transcript=text,
            index=index,
            start_seconds=10 * index,
            end_seconds=10 * index + 8,
            text=words,
            speaker=speaker,
        )
    return text


def test_a_signal_waits_for_review_with_its_evidence(transcript):
    outcome = finding.signals_of(transcript)

    signal = Signal.objects.get()
    assert outcome.signals == [signal]
    assert signal.status == Signal.Status.PENDING
    assert signal.quote == signal.heard == SAID[1]
    assert signal.speaker_name == "Ann Lee"
    assert signal.jurisdiction == transcript.meeting.body.jurisdiction


def test_the_seconds_of_the_evidence_are_those_of_its_segment(transcript):
    finding.signals_of(transcript)

    piece = Evidence.objects.get()
    assert (piece.start_seconds, piece.end_seconds) == (10, 18)


def test_each_signal_found_is_an_event(transcript):
    finding.signals_of(transcript)

    event = Event.objects.get(type="signal.found")
    assert event.subject_id == str(Signal.objects.get().public_id)
    assert event.data == {"confidence": 0.8}


def test_the_run_tells_who_read_and_what_came_of_it(transcript):
    finding.signals_of(transcript)

    run = ExtractionRun.objects.get()
    assert (run.extractor, run.found_count, run.known_count) == ("hears-needs", 1, 0)
    assert run.finished_at >= run.started_at
    assert finding.is_read(transcript)


def test_reading_twice_finds_nothing_new(transcript):
    finding.signals_of(transcript)

    again = finding.signals_of(transcript)

    assert (again.signals, again.known_count) == ([], 1)
    assert Signal.objects.count() == 1


def test_a_rejected_signal_is_not_found_anew(transcript, sam):
    finding.signals_of(transcript)
    signal = Signal.objects.get()
    signal.reviews.create(decision="reject", reason="faint", by=sam)

    finding.signals_of(transcript)

    assert Signal.objects.count() == 1


def test_the_same_words_much_later_are_another_need(needs_heard):
    text = heard(SAID[1], *[f"Item {number} was heard." for number in range(8)], SAID[1])

    finding.signals_of(text)

    assert Signal.objects.count() == 2


def test_a_quote_that_is_not_in_the_text_is_dropped_and_counted(choose_extractor):
    choose_extractor("Careless")
    text = heard(*SAID)

    outcome = finding.signals_of(text)

    beyond = len(SAID[1]) + 5
    assert not Signal.objects.exists()
    assert outcome.dropped.total() == 3
    assert f"characters 0 to {beyond} lie outside segment 1" in ExtractionRun.objects.get().dropped


def test_a_title_is_stored_on_one_line(choose_extractor):
    choose_extractor("Rambling")

    finding.signals_of(heard(*SAID))

    assert Signal.objects.get().title == "New pumps for Bcc: everybody the water plant"


def test_a_transcript_without_a_word_gives_nothing(needs_heard):
    text = make.transcript()

    outcome = finding.signals_of(text)

    assert outcome.signals == []
    assert finding.is_read(text)


def test_a_transcript_nobody_read_is_not_read(db):
    assert not finding.is_read(make.transcript())
