from datetime import timedelta

import pytest
from django.utils import timezone

from matching import suggesting
from matching.models import Match, Reason
from signals import review
from startups.models import Startup
from tests import make
from tests.support.counting import queries


@pytest.fixture
def leakwise(rita):
    return rita.startups.get()


def test_the_page_shows_the_matches_of_the_startup(as_rita, leakwise):
    make.match(make.signal("Finding leaks in old mains", status="approved"), leakwise, score=84)

    shown = as_rita.get("/").content.decode()

    assert "One need fits what you do" in shown
    assert "Finding leaks in old mains" in shown
    assert make.QUOTE in shown
    assert "<b>84</b>" in shown


def test_the_parts_of_the_score_are_shown_with_the_bar(as_rita, leakwise):
    match = make.match(to=leakwise, score=84)

    shown = as_rita.get("/").content.decode()

    assert "Meaning" in shown
    assert "<b>60</b><i>/76</i>" in shown
    assert "<b>24</b><i>/24</i>" in shown
    assert f"<b>{match.bar:g}</b>" in shown


def test_without_matches_the_page_says_that_this_is_an_answer(as_rita):
    shown = as_rita.get("/").content.decode()

    assert "Nothing new cleared the bar" in shown
    assert "No new matches, and that is an answer" in shown


def test_matches_of_other_startups_are_not_shown(as_rita):
    make.match(make.signal("A need of others", status="approved"), make.startup("Pipewise"))

    assert "A need of others" not in as_rita.get("/").content.decode()


def test_a_match_whose_signal_was_reopened_is_not_shown(as_rita, leakwise, sam):
    match = make.match(make.signal("A withdrawn need", status="approved"), leakwise)
    review.reopen(match.signal, by=sam)

    assert "A withdrawn need" not in as_rita.get("/").content.decode()


def test_a_dismissed_match_is_among_the_earlier_ones(as_rita, leakwise, rita):
    match = make.match(make.signal("A need put aside", status="approved"), leakwise)
    suggesting.dismiss(match, by=rita)

    shown = as_rita.get("/").content.decode()

    assert "Nothing new cleared the bar" in shown
    assert "Earlier matches" in shown
    assert "A need put aside" in shown


def test_ten_are_new_and_the_rest_earlier(as_rita, leakwise):
    for number in range(12):
        match = make.match(make.signal(f"Need {number:02}", status="approved"), leakwise)
        Match.objects.filter(pk=match.pk).update(
            created_at=timezone.now() - timedelta(hours=number)
        )

    answer = as_rita.get("/")

    assert [match.signal.title for match in answer.context["matches"]] == [
        f"Need {number:02}" for number in range(10)
    ]
    assert [match.signal.title for match in answer.context["earlier"]] == ["Need 10", "Need 11"]


def test_what_happened_is_listed(sam, rita, as_rita, react):
    review.approve(make.signal("Finding leaks in old mains"), by=sam)
    react()

    shown = as_rita.get("/").content.decode()

    assert "Marlow Falls, OH matched Leakwise at" in shown


def test_staff_go_to_their_own_start_page(as_sam):
    assert as_sam.get("/").url == "/staff/"


def test_staff_who_belong_to_a_startup_see_its_matches(as_sam, sam):
    make.membership(make.startup("Pipewise"), sam)

    assert "Matches for Pipewise" in as_sam.get("/").content.decode()


def test_a_stranger_is_told_how_to_get_in(as_stranger, stranger):
    shown = as_stranger.get("/").content.decode()

    assert "You do not belong to a startup yet" in shown
    assert stranger.email in shown


def test_the_part_with_new_matches_has_no_frame(as_rita, leakwise):
    make.match(make.signal("Finding leaks in old mains", status="approved"), leakwise)

    shown = as_rita.get("/matches/new/", headers={"HX-Request": "true"}).content.decode()

    assert "Finding leaks in old mains" in shown
    assert "<html" not in shown
    assert 'id="headline" hx-swap-oob="true"' in shown


def test_a_stranger_is_sent_no_part(as_stranger):
    answer = as_stranger.get("/matches/new/")

    assert (answer.status_code, answer.content) == (204, b"")


def test_the_part_shows_a_match_as_soon_as_it_is_there(sam, rita, as_rita, react):
    before = as_rita.get("/matches/new/").content.decode()
    review.approve(make.signal("Finding leaks in old mains"), by=sam)
    react()

    after = as_rita.get("/matches/new/").content.decode()

    assert "Finding leaks in old mains" not in before
    assert "Finding leaks in old mains" in after


@pytest.mark.parametrize("address", ["/", "/matches/new/"])
def test_the_page_asks_as_often_for_forty_matches_as_for_two(as_rita, leakwise, address):
    for _ in range(2):
        make.match(to=leakwise)
    few = queries(lambda: as_rita.get(address))
    for _ in range(38):
        make.match(to=leakwise)

    many = queries(lambda: as_rita.get(address))

    assert many == few <= 25


def test_a_startup_whose_profile_says_too_little_is_told_so(as_rita):
    assert "says too little to be matched by" not in as_rita.get("/").content.decode()
    startup = Startup.objects.get(name="Leakwise")
    startup.products.all().delete()
    Startup.objects.update(one_liner="Leaks", description="")

    page = as_rita.get("/").content.decode()

    assert "The profile says too little to be matched by: say what you do, and for whom." in page


def test_what_may_not_fit_is_marked(as_rita):
    match = make.match(to=Startup.objects.get(name="Leakwise"))
    piece = match.signal.evidence.get()
    Reason.objects.create(
        match=match,
        evidence=piece,
        verdict="doubt",
        they_said=piece.quote,
        profile_says="We do not dig.",
        profile_part="What it does",
    )

    for address in ("/", f"/signals/{match.signal.public_id}/"):
        assert "May not fit" in as_rita.get(address).content.decode()
