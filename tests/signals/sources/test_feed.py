"""Feeds: what an entry names is a transcript or document, and attacks come to nothing."""

import time

import pytest

from civstart.lib.outbound import Refused
from signals.models import MeetingDocument, Transcript, Upload
from signals.sources import feed as reader
from signals.sources import polling
from tests.fakes.server import Reply
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed
from tests.support import papers

pytestmark = pytest.mark.usefixtures("needs_heard")

VTT = samples.vtt(*timed(MORNING)).encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Council</title>
<entry><title>City Council, November 12, 2026</title><updated>2026-11-13T08:00:00Z</updated>
<link rel="alternate" type="text/html" href="/meetings/7"/>
<link rel="enclosure" type="video/mp4" href="https://video.example/7.mp4"/>
<link rel="related" type="text/vtt" href="/files/captions?id=7"/></entry></feed>"""


def test_transcripts_and_documents_of_one_entry_meet_in_one_meeting(feed, from_feed, react):
    feed.entry("Council, 2026-11-12", "minutes.pdf", content=papers.pdf("Minutes of the council"))
    feed.entry("Council, 2026-11-12", "council.vtt", content=VTT)

    polling.poll(from_feed.pk)
    react()

    assert Transcript.objects.get().meeting == MeetingDocument.objects.get().meeting


def test_pages_and_recordings_are_not_fetched(feed, from_feed):
    feed.entry("Council", "page.html", "council.mp4", content=VTT, link="https://a.example/7")

    run = polling.poll(from_feed.pk)

    assert run.looked_at_count == 0
    assert feed.served.paths() == ["/feed.xml"]


def test_atom_links_are_taken_by_their_type_and_made_whole(feed, from_feed):
    feed.instead = Reply(body=ATOM.encode())

    item = reader.listing(from_feed).items[0]

    assert item.url == f"{feed.served.url}/files/captions?id=7"
    assert (str(item.held_on), item.video_url) == ("2026-11-12", "https://video.example/7.mp4")


def test_a_feed_that_did_not_change_is_not_sent_again(feed, from_feed):
    feed.entry("Council", "council.vtt", content=VTT)
    polling.poll(from_feed.pk)

    again = polling.poll(from_feed.pk, asked=True)

    assert (again.looked_at_count, again.error) == (0, "")
    assert feed.served.asked[-1].headers["if-none-match"] == feed.etag


def test_the_etag_is_not_kept_while_a_file_is_missing(feed, from_feed):
    feed.entry("Council", "council.vtt", content=Reply(500))
    polling.poll(from_feed.pk)

    polling.poll(from_feed.pk, asked=True)

    assert "if-none-match" not in feed.served.asked[-2].headers


@pytest.mark.parametrize("body", [b"", b"<html><p>Council</p></html>", b"{}", b"\x00\xff\x00"])
def test_what_is_no_feed_is_told(feed, from_feed, body):
    feed.instead = Reply(body=body)

    run = polling.poll(from_feed.pk)

    assert "is no RSS or Atom feed" in run.error


BILLION_LAUGHS = "".join(
    ["<!ENTITY l0 'ha'>", *(f"<!ENTITY l{n} '{f'&l{n - 1};' * 9}'>" for n in range(1, 12))]
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("entity", [BILLION_LAUGHS, "<!ENTITY l11 SYSTEM 'file:///etc/passwd'>"])
def test_feeds_that_declare_entities_are_refused(feed, from_feed, entity, encoding):
    body = (
        f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE rss [{entity}]><rss version='2.0'>"
        "<channel><item><title>&l11;</title>"
        "<enclosure url='http://a.example/a.vtt' type='text/vtt'/></item></channel></rss>"
    )
    feed.instead = Reply(body=body.encode(encoding))
    started = time.process_time()

    run = polling.poll(from_feed.pk)

    assert "declares entities" in run.error
    assert time.process_time() - started < 1


def test_an_address_that_is_a_path_is_not_opened(from_feed, tmp_path):
    (tmp_path / "feed.xml").write_text("<rss version='2.0'><channel/></rss>")
    from_feed.address = str(tmp_path / "feed.xml")

    with pytest.raises(Refused, match="is not a web address"):
        reader.listing(from_feed)


def test_a_feed_cannot_name_files_inside_our_network(feed, from_feed):
    body = (
        "<rss version='2.0'><channel><item><title>Inner</title>"
        "<enclosure url='http://169.254.169.254/latest/user-data.txt' type='text/plain'/>"
        "<enclosure url='file:///etc/passwd.txt' type='text/plain'/>"
        "</item></channel></rss>"
    )
    feed.instead = Reply(body=body.encode())

    polling.poll(from_feed.pk)

    said = list(Upload.objects.order_by("pk").values_list("status", "error"))
    assert [status for status, _ in said] == ["failed", "failed"]
    assert "not on the public internet" in said[0][1]
    assert "is not a web address" in said[1][1]
