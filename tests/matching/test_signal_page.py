import pytest
from django.urls import reverse

from matching import meaning
from signals.models import Evidence, Signal, Thread
from tests import make
from tests.support.counting import queries


def page(client, signal):
    return client.get(reverse("signal", args=[signal.public_id]))


def test_the_page_shows_the_signal_and_what_was_said_around_it(as_rita):
    signal = make.signal("Finding leaks in old mains", status="approved")

    shown = page(as_rita, signal).content.decode()

    assert "<h1>Finding leaks in old mains</h1>" in shown
    assert make.BEFORE in shown
    assert f"<mark>{make.QUOTE}</mark>, not after." in shown
    assert make.AFTER in shown


def test_the_quote_leads_to_its_second_of_the_recording(as_rita):
    signal = make.signal(status="approved")

    shown = page(as_rita, signal).content.decode()

    assert 'href="https://video.example/watch#t=4450"' in shown
    assert "1:14:10" in shown


def test_a_recording_on_youtube_is_opened_at_its_second(as_rita):
    meeting = make.meeting(video_url="https://www.youtube.com/watch?v=abc")
    signal = make.signal(status="approved", at_meeting=meeting)

    shown = page(as_rita, signal).content.decode()

    assert 'href="https://www.youtube.com/watch?v=abc&amp;t=4450s"' in shown


def test_a_meeting_without_a_recording_or_date_says_so(as_rita):
    meeting = make.meeting(video_url="", held_on=None)
    signal = make.signal(status="approved", at_meeting=meeting)

    shown = page(as_rita, signal).content.decode()

    assert "No recording is linked" in shown
    assert "1:14:10" in shown


def test_the_reader_sees_why_the_startup_fits(as_rita, rita):
    signal = make.signal(status="approved")
    match = make.match(signal, rita.startups.get(), score=84)
    match.reasons.create(
        evidence=signal.evidence.get(),
        they_said="find the leaks",
        profile_says="find the leaks in cast-iron water mains in one night",
        profile_part="What it does",
    )

    shown = page(as_rita, signal).content.decode()

    assert "Leakwise fits this" in shown
    assert "<mark>find the leaks</mark>" in shown
    assert "find the leaks in cast-iron water mains in one night" in shown
    assert "<b>84</b>" in shown


def test_the_match_of_another_startup_is_not_shown(as_rita):
    signal = make.signal(status="approved")
    make.match(signal, make.startup("Pipewise"))

    shown = page(as_rita, signal).content.decode()

    assert "Pipewise" not in shown
    assert "1 startup" in shown


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_what_is_not_approved_is_not_there_for_a_startup(as_rita, status):
    signal = make.signal(status=status)

    assert page(as_rita, signal).status_code == 404


@pytest.mark.parametrize(
    ("status", "note"), [("pending", "waits for review"), ("rejected", "was rejected on")]
)
def test_staff_see_what_is_not_approved_with_a_note(as_sam, status, note):
    signal = make.signal(status=status)

    shown = page(as_sam, signal).content.decode()

    assert note in shown
    assert "Only staff see this page." in shown


def test_a_match_on_a_reopened_signal_is_closed_with_it(as_rita, rita):
    signal = make.signal()
    make.match(signal, rita.startups.get())

    assert page(as_rita, signal).status_code == 404


@pytest.mark.parametrize("address", ["/signals/5/", "/signals/none/", "/signals/a%00b/"])
def test_an_address_of_no_signal_is_not_found(as_rita, address):
    assert as_rita.get(address).status_code == 404


def test_the_page_asks_as_often_for_a_long_quote_told_to_many(as_rita, rita):
    short, long = make.signal(status="approved"), make.signal(status="approved")
    for signal in (short, long):
        make.match(signal, rita.startups.get())
    for signal in (short, long):
        page(as_rita, signal)  # the first time it is noted as seen
    few = queries(lambda: page(as_rita, short))
    for position, segment in enumerate(long.evidence.get().segment.transcript.segments.all()):
        Evidence.objects.create(
            signal=long,
            segment=segment,
            position=position + 1,
            first=0,
            last=5,
            quote=segment.text[:5],
            start_seconds=segment.start_seconds,
            end_seconds=segment.end_seconds,
        )
    for number in range(20):
        make.match(long, make.startup(f"Leakwise {number}"))

    many = queries(lambda: page(as_rita, long))

    assert many == few <= 24


def test_signals_with_a_like_need_are_shown_and_those_of_the_thread_are_not(as_rita):
    signal = make.signal("Leak detection in water mains", status="approved")
    make.signal(
        "Acoustic sensors for leaks in mains",
        status="approved",
        place=make.jurisdiction("Ashbrook"),
    )
    make.signal(
        "A new roof",
        status="approved",
        summary="Rain comes in.",
        quote="The library has had rain in the reading room since the storm in August",
    )
    own = make.signal("Leak detection in mains once more", status="approved")
    thread = Thread.objects.create(
        jurisdiction=signal.jurisdiction, title=signal.title, category=signal.category
    )
    Signal.objects.filter(pk__in=(signal.pk, own.pk)).update(thread=thread)
    meaning.embed_missing()

    shown = page(as_rita, signal).content.decode()

    related = shown[shown.index("Others with a like need") : shown.index("<aside")]
    assert "Acoustic sensors for leaks in mains" in related
    assert "A new roof" not in related
    assert "once more" not in related


def test_before_it_has_a_vector_the_place_and_category_stand_in(as_rita):
    signal = make.signal("Leak detection in water mains", status="approved")
    make.signal("Pumps", status="approved")
    make.signal("Pumps elsewhere", status="approved", place=make.jurisdiction("Ashbrook"))

    shown = page(as_rita, signal).content.decode()

    related = shown[shown.index("Others with a like need") : shown.index("<aside")]
    assert "Pumps" in related
    assert "elsewhere" not in related


def test_the_page_leads_to_place_and_meeting_and_offers_to_follow_the_need(as_rita):
    signal = make.signal(status="approved", stage="rfp-out")
    thread = Thread.objects.create(
        jurisdiction=signal.jurisdiction, title=signal.title, category=signal.category
    )
    Signal.objects.filter(pk=signal.pk).update(thread=thread)

    shown = page(as_rita, signal).content.decode()

    assert f'href="/places/{signal.jurisdiction.public_id}/"' in shown
    assert f'href="/meetings/{signal.meeting.public_id}/"' in shown
    assert f'action="/follow/thread/{thread.public_id}/"' in shown
    assert "RFP out" in shown
    assert "Hear it at 1:14:10" in shown


def test_the_page_lists_the_documents_and_tells_how_many_startups_were_told(as_rita, rita):
    signal = make.signal(status="approved")
    make.document(signal.meeting, title="Minutes of 12 November", url="https://papers.example/1")
    make.match(signal, rita.startups.get())
    make.match(signal, make.startup("Valvecraft"))

    shown = page(as_rita, signal).content.decode()

    assert '<a href="https://papers.example/1" rel="noopener">Minutes of 12 November</a>' in shown
    assert "<dt>Told to</dt><dd>2 startups" in shown
    assert "Valvecraft" not in shown
