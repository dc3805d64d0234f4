import pytest
from django.test import Client
from django.urls import reverse

from civstart.events.models import Event
from matching import suggesting
from matching.models import Match
from tests import make


@pytest.fixture
def match(rita):
    return make.match(to=rita.startups.get())


def address(match):
    return reverse("dismiss", args=[match.public_id])


def test_a_dismissed_match_leaves_the_list(as_rita, match):
    answer = as_rita.post(address(match), follow=True)

    match.refresh_from_db()
    assert match.status == Match.Status.DISMISSED
    assert match.dismissed_at is not None
    assert answer.redirect_chain == [("/", 302)]
    assert "is off your list. We keep listening." in answer.content.decode()


def test_dismissing_is_an_event_the_startup_hears_of(rita, match):
    suggesting.dismiss(match, by=rita)

    event = Event.objects.get(type="match.dismissed")
    assert event.actor == rita
    assert event.audience == ["staff", f"startup.{match.startup.public_id}"]


def test_dismissing_twice_says_so_and_changes_nothing(as_rita, match):
    as_rita.post(address(match))
    match.refresh_from_db()
    first = match.dismissed_at

    answer = as_rita.post(address(match), follow=True)

    match.refresh_from_db()
    assert "is off your list already. Nothing was changed." in answer.content.decode()
    assert match.dismissed_at == first
    assert Event.objects.filter(type="match.dismissed").count() == 1


def test_dismissing_twice_is_refused_by_the_topic_function(rita, match):
    suggesting.dismiss(match, by=rita)

    with pytest.raises(suggesting.AlreadyDismissed, match="off your list already"):
        suggesting.dismiss(match, by=rita)


def test_a_stranger_finds_no_such_match(as_stranger, match):
    answer = as_stranger.post(address(match))

    match.refresh_from_db()
    assert answer.status_code == 404
    assert match.status == Match.Status.SUGGESTED


def test_staff_do_not_dismiss_for_a_startup(as_sam, match):
    assert as_sam.post(address(match)).status_code == 404


def test_an_anonymous_visitor_is_asked_to_sign_in(client, match):
    answer = client.post(address(match))

    match.refresh_from_db()
    assert answer.url.startswith("/accounts/login/")
    assert match.status == Match.Status.SUGGESTED


def test_following_a_link_dismisses_nothing(as_rita, match):
    assert as_rita.get(address(match)).status_code == 405


def test_dismissing_needs_a_token_against_forgery(rita, match):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)

    assert client.post(address(match)).status_code == 403
