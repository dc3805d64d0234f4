"""The upload page: many files at once, with and without scripts, and what became of each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civstart.events.models import Delivery
from signals import upload_pages
from signals.models import Upload
from tests import make
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed

pytestmark = pytest.mark.usefixtures("needs_heard")

PAGE = reverse("admin:upload")
ROWS = reverse("admin:upload-rows")
VTT = samples.vtt(*timed(MORNING)).encode()
OTHER = samples.vtt(*timed(EVENING)).encode()


@pytest.fixture(autouse=True)
def marlow_falls(db):
    return make.jurisdiction()


def bring(client, *files, follow=True, **fields):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    said = {"jurisdiction": "Marlow Falls, OH", "file": sent} | fields
    return client.post(PAGE, said, follow=follow)


def test_several_files_are_taken_in_and_the_page_tells_of_each(as_sam, sam, react):
    page = bring(as_sam, ("a.vtt", VTT), ("b.vtt", OTHER), held_on="2026-11-12", body="Board")
    assert "2 files taken in and read now." in page.text
    assert page.text.count("Waiting</span> for a worker") == 2

    react()

    rows = as_sam.get(ROWS).text
    upload = Upload.objects.get(file_name="a.vtt")
    assert (upload.by, upload.meeting.body.name, str(upload.held_on)) == (
        sam,
        "Board",
        "2026-11-12",
    )
    assert "webvtt, 6 cues read, 0 dropped, 0 repaired" in rows
    assert f"/staff/signals/meeting/{upload.meeting.pk}/change/" in rows


def test_a_bad_file_among_good_ones_is_told_beside_them(as_sam):
    page = bring(as_sam, ("empty.vtt", b""), ("a.vtt", VTT), ("copy.vtt", VTT))

    assert "1 file taken in and read now." in page.text
    assert "2 files not taken in; the list below says why." in page.text
    assert "empty.vtt is empty" in page.text
    assert "copy.vtt is the same file as a.vtt" in page.text


def test_a_file_that_is_too_large_is_refused_without_being_kept(as_sam, monkeypatch):
    monkeypatch.setattr(upload_pages, "MAX_BYTES", 10)
    monkeypatch.setattr("signals.uploads.MAX_BYTES", 10)

    page = bring(as_sam, ("film.vtt", VTT))

    assert "film.vtt has 0 MB, more than" in page.text
    assert Upload.objects.get().size == len(VTT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"jurisdiction": ""}, "Name the government that speaks."),
        ({"jurisdiction": "Marlow Fals, OH"}, "Did you mean Marlow Falls, OH?"),
        ({"file": []}, "Choose at least one file."),
        ({"held_on": "soon"}, "Enter a valid date."),
        ({"video_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"body": "x" * 121}, "at most 120 characters"),
        ({"kind": "song"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_the_form_stands_by_its_field(as_sam, fields, words):
    page = bring(as_sam, ("a.vtt", VTT), **fields)

    assert page.status_code == 422
    assert words in page.text.replace("&#x27;", "'").replace("&quot;", '"')
    assert not Upload.objects.exists()


def test_more_files_than_are_taken_at_once_are_refused_kindly(as_sam, monkeypatch):
    monkeypatch.setattr(upload_pages, "MOST_FILES", 2)

    page = bring(as_sam, *((f"{n}.vtt", VTT) for n in range(3)))

    assert "3 files are more than the 2 that are taken at once." in page.text


def test_the_rows_ask_for_themselves_only_while_something_is_read(as_sam, react):
    bring(as_sam, ("a.vtt", VTT))
    assert "every 1s" in as_sam.get(ROWS).text

    react()

    assert "every 1s" not in as_sam.get(ROWS).text


def test_progress_is_shown(as_sam):
    make.upload(status="reading", step="extracting", progress=55)

    rows = as_sam.get(ROWS).text

    assert "Looking for signals, 50 percent" in rows
    assert rows.count("Done: ") == 2
    assert "every 1s" in rows


def test_a_file_that_was_given_up_leads_to_its_delivery(as_sam):
    bring(as_sam, ("a.vtt", VTT))
    Delivery.objects.update(status="stuck")

    rows = as_sam.get(ROWS).text

    assert f"/staff/events/delivery/{Delivery.objects.latest('pk').pk}/change/" in rows
    assert "every 1s" not in rows


def test_the_form_remembers_the_place_of_the_last_upload(as_sam):
    bring(as_sam, ("a.vtt", VTT), body="Water Board")

    page = as_sam.get(PAGE).text

    assert 'value="Marlow Falls, OH"' in page
    assert 'value="Water Board"' in page


def test_places_are_offered_as_somebody_types(as_sam):
    places = reverse("admin:upload-places")

    assert '<option value="Marlow Falls, OH">' in as_sam.get(places, {"jurisdiction": "marl"}).text
    assert as_sam.get(places, {"jurisdiction": "m"}).text.strip() == ""


def test_names_of_files_are_shown_as_text(as_sam):
    make.upload("<script>x</script>.vtt")

    assert "<script>x" not in as_sam.get(PAGE).text


def test_an_empty_site_says_what_to_do(as_sam):
    assert "No file was brought yet" in as_sam.get(PAGE).text


def test_the_page_asks_the_same_for_one_file_and_for_many(as_sam, django_assert_max_num_queries):
    for n in range(30):
        source = make.source(address=f"https://council.example/{n}")
        make.upload(f"{n}.vtt", digest=f"{n:064}", source=source)

    with django_assert_max_num_queries(4):
        as_sam.get(ROWS)
    with django_assert_max_num_queries(12):
        as_sam.get(PAGE)


def test_only_staff_bring_files(as_rita, client):
    assert bring(as_rita, ("a.vtt", VTT), follow=False).status_code == 403
    assert bring(client, ("a.vtt", VTT), follow=False).status_code == 302
    assert not Upload.objects.exists()
