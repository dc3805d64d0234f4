"""Agendas and minutes in PDF and Word are read page by page; what cannot be read says why."""

import time
import zlib
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from signals import documents
from signals.ingest import Sitting
from signals.models import Meeting, MeetingDocument
from signals.reading import documents as reading
from signals.reading.documents import UnreadableDocument, is_document, read_document
from tests import make
from tests.signals.commands import ingest, refused, written
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed
from tests.support import papers


def zipped(**parts):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def why_not(raw, name="paper.pdf"):
    with pytest.raises(UnreadableDocument) as caught:
        read_document(raw, name)
    said = str(caught.value)
    assert name in said
    assert "\n" not in said
    return said


def test_a_pdf_is_read_page_by_page():
    read = read_document(papers.pdf("Agenda\nWater mains", "Adjourn"), "agenda.pdf")

    assert read.format == "pdf"
    assert [page.split() for page in read.pages] == [["Agenda", "Water", "mains"], ["Adjourn"]]


def test_a_word_file_is_read_with_its_tables():
    raw = papers.word(
        "Minutes of November 12, 2026", rows=(("Item", "Cost"), ("Mains", "$412,000"))
    )

    read = read_document(raw, "minutes.docx")

    assert read.pages == ("Minutes of November 12, 2026\nItem | Cost\nMains | $412,000",)
    assert read.held_on == date(2026, 11, 12)


def test_files_are_known_by_their_content():
    assert is_document(papers.pdf("Agenda"))
    assert is_document(b"\r\n%PDF-1.4 and so on")
    assert is_document(papers.word("Minutes"))
    assert not is_document(b"WEBVTT")
    assert not is_document(zipped(other="x"))


def test_a_pdf_that_anybody_may_read_is_read_though_it_is_encrypted():
    read = read_document(papers.pdf("Agenda of the council", password="owner"), "agenda.pdf")

    assert "Agenda of the council" in read.pages[0]


def test_a_locked_pdf_is_refused():
    raw = papers.pdf("Agenda", password="owner", user_password="secret")

    assert why_not(raw) == "paper.pdf is locked with a password. Save it without one."


def test_a_scanned_pdf_is_refused():
    assert "has no text in it, only pictures" in why_not(papers.pdf("", ""))


def test_a_pdf_of_five_thousand_pages_is_refused_at_once():
    raw = papers.pdf(*[""] * 5_000)
    started = time.process_time()

    assert "paper.pdf has 5,000 pages, more than the 2,000 that are read." in why_not(raw)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("keep", [5, 40, 200, 600])
def test_a_pdf_that_breaks_off_is_refused(keep):
    assert "damaged or not complete" in why_not(papers.pdf("Agenda")[:keep])


def test_a_word_file_that_breaks_off_is_refused():
    raw = papers.word("Minutes")

    assert is_document(raw[: len(raw) // 2])
    assert "damaged" in why_not(raw[: len(raw) // 2], "minutes.docx")


@pytest.mark.parametrize(
    "raw",
    [
        zipped(word__document_xml="<not xml"),
        zipped(word__document_xml="<a/>"),
        papers.with_part(papers.word("Minutes"), "word/document.xml", b"<broken"),
        papers.with_part(papers.word("Minutes"), "[Content_Types].xml", b"<Types/>"),
    ],
    ids=["no XML", "nothing in it", "a broken part", "no types"],
)
def test_a_zip_that_only_looks_like_a_word_file_is_refused(raw):
    assert "damaged" in why_not(raw, "minutes.docx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(word__document_xml="<a/>", word__media=bytes(250_000_000))
    started = time.process_time()

    assert len(bomb) < 1_000_000
    assert "minutes.docx unpacks to 250 MB" in why_not(bomb, "minutes.docx")
    assert time.process_time() - started < 1


def test_a_stream_that_unpacks_to_too_much_is_refused():
    raw = papers.pdf("Agenda")
    bomb = zlib.compress(b"(a) Tj " * 40_000_000, 9)
    head = raw.index(b"stream\n")
    start = raw.rindex(b"<<", 0, head)
    end = raw.index(b"endstream")
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(bomb) + bomb + b"\n"

    said = why_not(raw[:start] + body + raw[end:])

    assert "damaged" in said or "takes longer" in said or "more text" in said


def test_entities_in_a_word_file_are_not_expanded(tmp_path):
    (tmp_path / "secret").write_text("the secret")
    xml = (
        f'<!DOCTYPE d [<!ENTITY s SYSTEM "file://{tmp_path}/secret">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Minutes &s;</w:t></w:r></w:p></w:body></w:document>"
    )
    raw = papers.with_part(papers.word("Minutes"), "word/document.xml", xml.encode())

    assert "the secret" not in read_document(raw, "minutes.docx").pages[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Meeting of November 12, 2026", date(2026, 11, 12)),
        ("JUNE 3RD 2026", date(2026, 6, 3)),
        ("February 31, 2026, moved to March 1, 2026", date(2026, 3, 1)),
        ("11/12/2026", None),
        ("", None),
    ],
)
def test_the_day_written_at_the_head_is_known(text, day):
    assert reading.day_written(text) == day


# --- Storing -----------------------------------------------------------------------------


@pytest.fixture
def council(db):
    return make.jurisdiction()


def store(raw, name, council, **said):
    read = read_document(raw, name)
    return documents.store(raw, name, read, Sitting(jurisdiction=council, **said))


def test_a_document_joins_the_meeting_of_its_body_and_day(council):
    held = make.meeting(council, title="Regular meeting")

    stored = store(papers.pdf("Minutes of November 12, 2026"), "m.pdf", council)

    assert stored.document.meeting == held
    assert stored.document.kind == "minutes"


def test_the_same_document_twice_changes_nothing(council):
    raw = papers.pdf("Agenda of November 12, 2026")
    store(raw, "a.pdf", council)

    assert not store(raw, "b.pdf", council).is_new
    assert MeetingDocument.objects.count() == 1


def test_a_document_without_a_day_is_refused(council):
    with pytest.raises(UnreadableDocument, match="Name the day"):
        store(papers.pdf("Agenda"), "agenda.pdf", council)


def test_the_words_of_a_meeting_join_its_papers(council, tmp_path, needs_heard):
    store(papers.pdf("Agenda"), "agenda_2026-11-12.pdf", council)

    ingest(written(tmp_path, "c_2026-11-12.vtt", samples.vtt(*timed(MORNING))))

    held = Meeting.objects.get()
    assert (held.documents.count(), held.transcripts.count()) == (1, 1)


def test_the_command_brings_documents_too(council, tmp_path):
    path = written(tmp_path, "agenda_2026-11-12.pdf", papers.pdf("Agenda", "Mains"))

    first, second = ingest(path), ingest(path)

    assert "agenda     of City Council meeting, 12 Nov 2026: 2 pages." in first.out
    assert "stored before. Nothing changed." in second.out


def test_the_command_refuses_a_broken_document_in_one_sentence(council, tmp_path):
    path = written(tmp_path, "agenda.pdf", b"%PDF-1.4 and nothing")

    assert refused(path) == (
        "agenda.pdf is damaged or not complete. Open it, save it anew, and bring that."
    )


def test_the_signal_page_lists_the_documents_without_their_text(as_rita):
    signal = make.signal(status="approved")
    make.document(signal.meeting, url="https://council.example/minutes.pdf")

    page = as_rita.get(f"/signals/{signal.public_id}/").text

    assert '<a href="https://council.example/minutes.pdf"' in page


def test_the_meetings_staff_page_lists_its_documents(as_sam):
    document = make.document()

    page = as_sam.get(f"/staff/signals/meeting/{document.meeting.pk}/change/").text

    assert "minutes.pdf" in page
