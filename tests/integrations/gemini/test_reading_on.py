"""A reading stopped by its budget is gone on with: nothing is paid twice, nothing stored twice."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from civstart.events.models import Event
from integrations.models import ModelCall
from signals import reading_on, review
from signals.models import ExtractionRun, MeetingDocument, Signal, Transcript, Upload
from signals.reactions import read_on
from tests import make
from tests.integrations.gemini.talk import STREETS, THINGS, hears_needs
from tests.signals.commands import ingest, written

NEEDS = (3, 40, 80, 110)


@pytest.fixture
def council(tmp_path, db):
    make.jurisdiction("Marlow Falls", "OH")
    return written(tmp_path, "council_2026-11-12.vtt", captions())


@pytest.fixture
def meeting(gemini, settings):
    """Parts that are small, answers that are dear, and a budget for a part of the meeting."""
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 400, 60
    settings.GEMINI_MEETING_BUDGET_USD = 0.2

    def thinking(asked):
        answer = hears_needs(asked)
        answer.body["usageMetadata"]["thoughtsTokenCount"] = 16_000
        return answer

    gemini.model = thinking
    return gemini


def captions():
    cues = "\n".join(f"{clock(8 * i)} --> {clock(8 * i + 7)}\n{words(i)}\n" for i in range(120))
    return f"WEBVTT\n\n{cues}"


def clock(seconds):
    return f"00:{seconds // 60:02}:{seconds % 60:02}.000"


def words(i):
    thing, street = THINGS[i % 10], STREETS[i % 12]
    if i in NEEDS:
        return f"We need new {thing} on {street} Street, which is item {i}."
    return f"Item {i} is about {thing} on {street} Street, as read."


def paid():
    return ModelCall.objects.filter(cache_hit=False, status="answered")


def ended(gemini):
    """Read on until the meeting ends; return how often it took."""
    times = 0
    while reading_on.stopped().exists():
        reading_on.read_on(reading_on.stopped().get())
        times += 1
        assert times < 20
    return times


def test_a_stopped_reading_is_told_with_how_far_it_came(council, meeting):
    ran = ingest(council)

    run = ExtractionRun.objects.get()
    assert 0 < run.share_read < 1
    assert run.stop_words.startswith(f"Stopped at {int(100 * run.share_read)}%: The budget")
    assert "Read on with: manage.py read_on" in ran.out
    assert list(reading_on.stopped()) == [Transcript.objects.get()]


def test_reading_on_ends_with_all_signals_once_and_pays_for_no_part_twice(council, meeting):
    ingest(council)
    found_before = set(Signal.objects.values_list("pk", flat=True))
    assert 0 < len(found_before) < len(NEEDS)

    assert ended(meeting) > 1

    assert found_before <= set(Signal.objects.values_list("pk", flat=True))
    heard = list(Signal.objects.values_list("heard", flat=True))
    assert [sum(words(i) in one for one in heard) for i in NEEDS] == [1, 1, 1, 1]
    assert len(heard) == len(NEEDS)
    digests = list(paid().values_list("digest", flat=True))
    assert len(digests) == len(set(digests))
    assert len(meeting.asked) == len(digests)


def test_bringing_the_file_again_reads_on_too(council, meeting):
    ingest(council)
    asked = len(meeting.asked)

    ingest(council)

    first, second = ExtractionRun.objects.order_by("pk")
    assert second.share_read > first.share_read
    assert len(meeting.asked) > asked
    assert len({call.digest for call in paid()}) == paid().count()


def test_what_the_extractor_was_told_stays_although_an_agenda_came_since(council, meeting):
    ingest(council)
    make.document(
        Transcript.objects.get().meeting, kind=MeetingDocument.Kind.AGENDA, pages=["1. Benches"]
    )

    ended(meeting)

    digests = list(paid().values_list("digest", flat=True))
    assert len(digests) == len(set(digests))
    assert not any("AGENDA" in asked.material for asked in meeting.asked)


def test_a_decided_signal_is_not_found_again(council, meeting, sam):
    ingest(council)
    signal = Signal.objects.first()
    review.reject(signal, reason="faint", by=sam)

    ended(meeting)

    assert Signal.objects.count() == len(NEEDS)
    assert Signal.objects.get(pk=signal.pk).status == "rejected"


def test_staff_read_on_in_the_admin(council, meeting, as_sam, react):
    ingest(council)
    transcript = Transcript.objects.get()
    address = reverse("admin:signals_transcript_changelist")
    assert "Stopped at" in as_sam.get(address, {"search_state": "stopped"}).text

    page = as_sam.post(
        address, {"action": "read_on", "_selected_action": [transcript.pk]}, follow=True
    )
    again = as_sam.post(
        address, {"action": "read_on", "_selected_action": [transcript.pk]}, follow=True
    )

    assert "1 transcript is read on now." in page.text
    assert "is being read on already" in again.text
    react()
    assert ExtractionRun.objects.count() == 2
    assert Event.objects.filter(type="transcript.reading_asked").count() == 1
    shown = as_sam.get(reverse("admin:signals_transcript_change", args=[transcript.pk])).text
    assert "Stopped at" in shown


def test_a_delivery_that_comes_twice_reads_on_once(council, meeting, sam, react):
    ingest(council)
    reading_on.ask(Transcript.objects.get(), by=sam)
    react()

    read_on(Event.objects.get(type="transcript.reading_asked"))

    assert ExtractionRun.objects.count() == 2


def test_staff_read_on_from_the_upload_page(council, meeting, as_sam, react):
    transcript = uploaded(council, as_sam, react)
    upload = Upload.objects.get()
    page = as_sam.get(reverse("admin:upload"))
    assert "Not read to the end" in page.text

    for _ in range(20):
        as_sam.post(reverse("admin:upload-read-on", args=[upload.public_id]))
        react()
        if not reading_on.stopped().exists():
            break

    upload.refresh_from_db()
    assert (upload.report["stopped"], upload.signal_count) == ("", len(NEEDS))
    assert "Not read to the end" not in as_sam.get(reverse("admin:upload")).text
    page = as_sam.post(reverse("admin:upload-read-on", args=[upload.public_id]), follow=True)
    assert f"{transcript} was read to its end." in page.text


def uploaded(council, client, react):
    with council.open("rb") as file:
        client.post(reverse("admin:upload"), {"jurisdiction": "Marlow Falls, OH", "file": file})
    react()
    return Transcript.objects.get()


def test_the_command_says_what_stopped_and_reads_on(council, meeting, capsys):
    ingest(council)
    public_id = str(Transcript.objects.get().public_id)

    call_command("read_on", "--list")
    listed = capsys.readouterr().out
    while reading_on.stopped().exists():
        call_command("read_on", public_id)
    call_command("read_on")

    assert listed.startswith(f"{public_id}  council_2026-11-12.vtt: Stopped at")
    out = capsys.readouterr().out
    assert "more found. Stopped at" in out
    assert "more found. Read to its end." in out
    assert out.endswith("Every transcript was read to its end.\n")


def test_the_command_refuses_what_was_not_stopped(council, gemini):
    ingest(council)

    with pytest.raises(CommandError, match="No reading was stopped of"):
        call_command("read_on", str(Transcript.objects.get().public_id))
