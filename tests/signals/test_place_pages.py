"""The pages of places and of meetings."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from signals.models import Segment, Signal, Thread
from tests import make
from tests.signals.test_signals_page import approved
from tests.support.counting import queries


def page(client, place):
    answer = client.get(f"/places/{place.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_places_are_listed_by_state_with_counts_and_a_map(as_rita):
    approved("Pumps")
    approved("Valves", place=make.jurisdiction("Ashbrook"))
    approved("Roof", place=make.jurisdiction("Piney Bend", "AL"))

    shown = as_rita.get("/places/").content.decode()

    assert "2 in 2 places" in shown
    assert 'aria-label="Ohio: 2 signals"' in shown
    assert 'aria-label="Alabama: 1 signal"' in shown
    assert 'aria-label="Texas' not in shown


def test_a_state_lists_the_places_that_are_heard_those_with_most_first(as_rita):
    approved("Pumps", place=make.jurisdiction("Ashbrook", population=12_345))
    for number in range(2):
        approved(f"Valves {number}", place=make.jurisdiction("Marlow Falls"))
    make.meeting(make.jurisdiction("Quiet Creek"))
    make.jurisdiction("Never Heard")
    approved("Roof", place=make.jurisdiction("Piney Bend", "AL"))

    answer = as_rita.get("/places/", {"state": "oh"})

    assert [place.name for place in answer.context["page"]] == [
        "Marlow Falls",
        "Ashbrook",
        "Quiet Creek",
    ]
    assert "12,345 people" in answer.content.decode()


def test_a_place_is_found_by_a_part_of_its_name(as_rita):
    approved("Pumps", place=make.jurisdiction("Ashbrook"))
    approved("Roof", place=make.jurisdiction("Piney Bend", "AL"))

    answer = as_rita.get("/places/", {"name": "brook"})

    assert [place.name for place in answer.context["page"]] == ["Ashbrook"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"state": "ZZ"}, "No state is called “ZZ”."),
        ({"name": "Atlantis"}, "No place we hear is called so"),
        ({"name": "x" * 10_000}, "No place we hear is called so"),
        ({"name": "a\0b"}, "No place we hear is called so"),
        ({"state": "O\0"}, "No state is called “O”."),
        ({"state": "OH", "page": "99"}, "Marlow Falls"),
    ],
)
def test_odd_questions_for_places_are_answered(as_rita, question, said):
    approved("Pumps")

    answer = as_rita.get("/places/", question)

    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_without_signals_the_places_say_so(as_rita):
    assert "No signal is approved yet." in as_rita.get("/places/").content.decode()


def test_a_place_shows_what_it_said_and_how_it_is_heard(as_rita):
    place = make.jurisdiction(population=41_000, website="https://marlow.example/")
    meeting = make.meeting(place, title="Regular sitting")
    make.document(meeting)
    signal = approved("Pumps", at_meeting=meeting)
    signal.meeting.transcripts.update(is_current=True, quality=81)
    make.signal("A hidden need", at_meeting=make.meeting(place))
    approved("Permits", place=place, category="planning-permitting")
    approved("Elsewhere", place=make.jurisdiction("Ashbrook"))

    shown = page(as_rita, place)

    assert "41,000 people" in shown
    assert 'href="https://marlow.example/"' in shown
    assert "Pumps" in shown
    assert "Permits" in shown
    assert "Elsewhere" not in shown
    assert "A hidden need" not in shown
    assert f"?place={place.public_id}&amp;category=planning-permitting" in shown
    assert f'href="/meetings/{meeting.public_id}/">Regular sitting</a>' in shown
    assert "81" in shown
    assert "1 document" in shown
    assert "Last heard" in shown
    assert "Follow this place" in shown


def test_a_place_shows_its_threads_with_stages_as_startups_may_see_them(as_rita):
    signal = approved("Pumps for Jane Roe", stage="rfp-out")
    thread = Thread.objects.create(
        jurisdiction=signal.jurisdiction, title=signal.title, category=signal.category,
        stage="rfp-out", stage_since=date(2026, 11, 12),
    )  # fmt: skip
    hidden = {"title": [[10, 18, "name"]]}
    Signal.objects.filter(pk=signal.pk).update(thread=thread, hidden=hidden)
    waiting = make.signal("A hidden need")
    Signal.objects.filter(pk=waiting.pk).update(
        thread=Thread.objects.create(
            jurisdiction=waiting.jurisdiction, title="A hidden need", category=waiting.category
        )
    )

    shown = page(as_rita, signal.jurisdiction)

    assert "Needs and how far they have come" in shown
    assert "at this stage since 12 Nov 2026" in shown
    assert "Jane Roe" not in shown
    assert "A hidden need" not in shown


def test_a_place_shows_its_next_deadlines(as_rita):
    today = timezone.now().date()
    soon, later = today + timedelta(days=5), today + timedelta(days=50)
    approved("Later", due_by=later, due_is_deadline=True)
    approved("Soon", due_from=soon, due_by=soon)
    approved("Past", due_by=date(2020, 1, 1), due_is_deadline=True)

    shown = page(as_rita, make.jurisdiction())

    deadlines = shown[shown.index("Next deadlines") : shown.index("By category")]
    assert deadlines.index("Soon") < deadlines.index("Later")
    assert "Past" not in deadlines


def test_a_place_without_anything_says_what_that_means(as_rita):
    shown = page(as_rita, make.jurisdiction())

    assert "We have heard no meeting of it yet." in shown
    assert "No day to come was named." in shown


@pytest.mark.parametrize("kind", ["places", "meetings"])
@pytest.mark.parametrize("name", ["5", "none", "0190c1d2-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_not_found(as_rita, kind, name):
    assert as_rita.get(f"/{kind}/{name}/").status_code == 404


def test_a_meeting_reads_in_order_of_time_with_the_words_around(as_rita):
    meeting = make.meeting(title="Regular sitting")
    make.document(meeting, title="The minutes", url="https://council.example/minutes.pdf")
    approved("Second", at_meeting=meeting, start_seconds=4450.5)
    approved("First", at_meeting=meeting)
    make.signal("A hidden need", at_meeting=meeting)

    shown = as_rita.get(f"/meetings/{meeting.public_id}/").content.decode()

    assert shown.index("First") < shown.index("Second")
    assert "A hidden need" not in shown
    assert shown.count(make.BEFORE) == 2
    assert f"<mark>{make.QUOTE}</mark>, not after." in shown
    assert "1:14:10" in shown
    assert 'href="https://council.example/minutes.pdf"' in shown
    assert "2 signals" in shown


def test_a_meeting_withholds_residents_from_the_words_around(as_rita):
    signal = approved("Pumps")
    Segment.objects.filter(text=make.BEFORE).update(hidden=[[0, 9, "name"]])

    shown = as_rita.get(f"/meetings/{signal.meeting.public_id}/").content.decode()

    assert make.BEFORE[:9] + make.BEFORE[9:20] not in shown
    assert "[name withheld]" in shown


def test_a_meeting_without_approved_signals_says_so(as_rita):
    meeting = make.meeting(held_on=None, video_url="")

    shown = as_rita.get(f"/meetings/{meeting.public_id}/").content.decode()

    assert "No signal of this meeting is approved" in shown
    assert "Nobody noted the day" in shown


def test_the_pages_ask_as_often_for_fifty_as_for_five(as_rita):
    place, meeting = make.jurisdiction(), make.meeting()

    def fill(numbers):
        for number in numbers:
            approved(f"Pump {number}", at_meeting=meeting, timeframe="2099-01-01")
            signal = approved(f"Valve {number}", place=place)
            thread = Thread.objects.create(
                jurisdiction=place, title=signal.title, category=signal.category
            )
            Signal.objects.filter(pk=signal.pk).update(thread=thread)
            approved(f"Roof {number}", place=make.jurisdiction(f"Town {number}", "AL"))

    addresses = (
        "/places/",
        "/places/?state=AL",
        f"/places/{place.public_id}/",
        f"/meetings/{meeting.public_id}/",
    )
    fill(range(5))
    for address in addresses:
        as_rita.get(address)
    few = [queries(lambda path=path: as_rita.get(path)) for path in addresses]
    fill(range(5, 50))

    assert [queries(lambda path=path: as_rita.get(path)) for path in addresses] == few
    assert max(few) <= 24, few
