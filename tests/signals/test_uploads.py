"""Files are taken in at once and read by a worker, once, whatever happens to it."""

import pytest

from civstart.events.models import Delivery, Event
from signals import uploads
from signals.ingest import Sitting
from signals.models import Signal, Transcript, Upload
from signals.reading import MAX_BYTES
from signals.uploads import Brought
from tests import make
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed
from tests.support import papers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("needs_heard")]

VTT = samples.vtt(*timed(MORNING)).encode()


def bring(name="council.vtt", content=VTT, *, by=None, **said):
    sitting = Sitting(jurisdiction=make.jurisdiction(), **said)
    return uploads.receive(Brought(name, content), sitting, by=by)


def test_a_file_is_kept_until_it_is_read_and_let_go_then(sam, react):
    upload = bring(by=sam)
    assert (upload.status, bytes(Upload.objects.get().content)) == ("waiting", VTT)

    react()

    upload.refresh_from_db()
    assert (upload.status, upload.content, upload.progress) == ("read", None, 100)
    assert (upload.signal_count, upload.report["cues_read"]) == (2, len(MORNING))
    assert upload.transcript == Transcript.objects.get()
    assert Event.objects.get(type="transcript.ingested").actor == sam


def test_staff_pages_hear_of_a_file_when_it_comes_and_when_it_is_read(react):
    upload = bring()
    react()

    types = Event.objects.filter(subject=f"upload:{upload.public_id}").values_list(
        "type", flat=True
    )
    assert sorted(types) == [*["upload.advanced"] * 3, "upload.finished", "upload.received"]


def test_each_step_of_reading_is_told_in_order(react):
    upload = bring()
    react()

    told = Event.objects.filter(type="upload.advanced").order_by("happened_at")
    assert [event.data["step"] for event in told] == ["reading", "storing", "extracting"]
    upload.refresh_from_db()
    assert upload.step == ""


def test_a_document_is_read_and_stored_and_not_searched(react):
    bring("minutes_2026-11-12.pdf", papers.pdf("Minutes of the council"))
    react()

    told = Event.objects.filter(type="upload.advanced").order_by("happened_at")
    assert [event.data["step"] for event in told] == ["reading", "storing"]


def test_a_file_that_cannot_be_read_says_why_in_one_sentence(react):
    upload = bring("page.vtt", b"<html><body>Council</body></html>")

    react()

    upload.refresh_from_db()
    assert (upload.status, upload.content) == ("failed", None)
    assert upload.error.startswith("page.vtt is a web page or XML, not a transcript.")
    assert not Delivery.objects.stuck().exists()


def test_a_bad_file_leaves_the_good_ones_alone(react):
    bring("junk.vtt", b"\x00\x01\x02")
    bring("good.vtt")

    react()

    assert set(Upload.objects.values_list("file_name", "status")) == {
        ("junk.vtt", "failed"),
        ("good.vtt", "read"),
    }


def test_the_same_file_twice_at_once_is_read_once(react):
    bring("first.vtt")
    second = bring("second.vtt")

    react()

    assert second.error == "second.vtt is the same file as first.vtt, which is being read."
    assert Transcript.objects.count() == 1


def test_the_same_file_later_changes_nothing_and_says_so(react):
    bring()
    react()
    again = bring("again.vtt")

    react()

    again.refresh_from_db()
    assert (again.status, again.report["known"]) == ("read", True)
    assert (Transcript.objects.count(), Signal.objects.count()) == (1, 2)


def test_a_worker_that_dies_while_it_extracts_leaves_all_for_the_next(choose_extractor, react):
    choose_extractor("Dies")
    upload = bring()
    uploads_row = Upload.objects.get()
    with pytest.raises(RuntimeError):
        uploads.read_one(upload.public_id)
    uploads_row.refresh_from_db()
    assert (uploads_row.status, bytes(uploads_row.content)) == ("reading", VTT)

    choose_extractor("HearsNeeds")
    react()

    upload.refresh_from_db()
    assert (upload.status, upload.signal_count) == ("read", 2)
    assert Transcript.objects.count() == 1


def test_reading_twice_does_what_reading_once_does(react):
    upload = bring()
    react()

    uploads.read_one(upload.public_id)

    assert (Transcript.objects.count(), Signal.objects.count()) == (1, 2)
    assert Event.objects.filter(type="upload.finished").count() == 1


def test_what_was_given_up_does_not_bar_the_file_from_being_brought_again():
    upload = bring()
    Delivery.objects.filter(event__type="upload.received").update(status="stuck")

    again = bring("again.vtt")

    assert uploads.given_up([upload]) == {upload.pk: Delivery.objects.earliest("pk").pk}
    assert again.status == "waiting"


def test_an_empty_file_is_not_taken_in():
    assert bring("empty.vtt", b"").error == (
        "empty.vtt is empty; bring a file with something in it."
    )


def test_a_file_that_is_too_large_is_not_kept():
    sitting = Sitting(jurisdiction=make.jurisdiction())
    upload = uploads.receive(Brought("film.mp4", b"", size=MAX_BYTES + 1), sitting)

    assert (upload.status, upload.size, upload.content) == ("failed", MAX_BYTES + 1, None)
    assert "film.mp4 has 50 MB, more than the 50 MB that are read at once." in upload.error


def test_progress_is_stored_while_signals_are_found(choose_extractor, monkeypatch):
    monkeypatch.setattr(uploads, "PROGRESS_SECONDS", 0)
    upload = bring()
    note = uploads._progress(upload)
    Upload.objects.update(status="reading")

    note(0.5)

    upload.refresh_from_db()
    assert upload.progress == 55


def test_names_with_odd_letters_and_great_lengths_are_stored(react):
    upload = bring("a" * 400 + ".vtt")
    other = bring("nul\x00.vtt", samples.vtt(*timed(EVENING)).encode())

    react()

    upload.refresh_from_db()
    assert (len(upload.file_name), upload.status) == (255, "read")
    assert other.file_name == "nul.vtt"


def test_a_document_is_attached_to_the_days_meeting(react):
    upload = bring("minutes.pdf", papers.pdf("Minutes of November 12, 2026"))

    react()

    upload.refresh_from_db()
    assert (upload.report["format"], upload.report["pages"]) == ("pdf", 1)
    assert str(upload.meeting.held_on) == "2026-11-12"
    assert upload.document.kind == "minutes"
