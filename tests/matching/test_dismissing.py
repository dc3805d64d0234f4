import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from civstart.events.models import Event
from civstart.notices.models import Notice
from matching import suggesting
from matching.models import Feedback, Match
from signals.models import Signal
from tests import make
from tests.support.api import errors

REASONS = [one for one in Feedback.Reason.values if one != "other"]


@pytest.fixture
def match(rita):
    return make.match(to=rita.startups.get())


def address(match):
    return reverse("dismiss", args=[match.public_id])


def of_api(match):
    return f"/api/v1/matches/{match.public_id}/dismiss/"


def post(client, url, **said):
    return client.post(url, said, content_type="application/json")


def test_a_dismissed_match_leaves_the_list(as_rita, match):
    answer = as_rita.post(address(match), follow=True)

    match.refresh_from_db()
    assert match.status == Match.Status.DISMISSED
    assert match.dismissed_at is not None
    assert answer.redirect_chain == [("/", 302)]
    assert "is off your list. We keep listening." in answer.text
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_kept_and_leads_to_what_the_startup_is_not_told_of(
    as_rita, rita, match, reason
):
    answer = as_rita.post(address(match), {"reason": reason})

    feedback = Feedback.objects.get()
    assert (feedback.match, feedback.reason, feedback.by) == (match, reason, rita)
    assert answer.url == f"/exclusions/?because={match.public_id}"
    assert Event.objects.get(type="match.dismissed").data == {"reason": reason}


def test_something_else_is_said_in_words_and_leads_home(as_rita, match):
    said = {"reason": "other", "note": "  We stop selling\nin March. "}

    assert as_rita.post(address(match), said).url == "/"

    assert Feedback.objects.get().note == "We stop selling in March."


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"reason": "other"}, "Say in a few words why it does not fit."),
        ({"reason": "other", "note": " \n"}, "Say in a few words why it does not fit."),
        ({"reason": "bored"}, "There is no reason &#x27;bored&#x27;. Choose one of the list."),
        ({"reason": "other", "note": "x" * 501}, "501 characters are too many; 500 is the most."),
        ({"reason": "other", "note": "a\x00b"}, "The words have a sign in them that no text has."),
    ],
)
def test_a_reason_that_cannot_be_kept_is_asked_for_again(as_rita, match, said, problem):
    answer = as_rita.post(address(match), said)

    match.refresh_from_db()
    assert answer.status_code == 422
    assert problem in answer.text
    assert match.status == Match.Status.SUGGESTED


def test_the_page_asks_why_and_changes_nothing(as_rita, match):
    shown = as_rita.get(f"{address(match)}?reason=excluded-word").text

    match.refresh_from_db()
    assert 'value="excluded-word" checked' in shown
    assert match.signal.title in shown
    assert match.status == Match.Status.SUGGESTED


def test_the_card_offers_the_reasons(as_rita, match):
    for page in ("/", f"/signals/{match.signal.public_id}/"):
        shown = as_rita.get(page).text
        assert '<button name="reason" value="wrong-place">Wrong place</button>' in shown


def test_dismissing_is_an_event_the_startup_hears_of(rita, match):
    suggesting.dismiss(match, by=rita)

    event = Event.objects.get(type="match.dismissed")
    assert event.actor == rita
    assert event.audience == ["staff", f"startup.{match.startup.public_id}"]


def test_dismissing_twice_says_so_and_changes_nothing(as_rita, match):
    as_rita.post(address(match))
    match.refresh_from_db()
    first = match.dismissed_at

    answer = as_rita.post(address(match), {"reason": "wrong-place"}, follow=True)

    match.refresh_from_db()
    assert "is off your list already. Nothing was changed." in answer.text
    assert match.dismissed_at == first
    assert Event.objects.filter(type="match.dismissed").count() == 1
    assert not Feedback.objects.exists()


def test_dismissing_twice_is_refused_by_the_topic_function(rita, match):
    suggesting.dismiss(match, by=rita)

    with pytest.raises(suggesting.AlreadyDismissed, match="off your list already"):
        suggesting.dismiss(match, by=rita)


def test_a_dismissed_match_is_shown_with_the_day_and_offers_less_like_it(as_rita, match):
    as_rita.post(address(match), {"reason": "wrong-place"})

    assert "You took it off your list on" in as_rita.get(address(match)).text
    shown = as_rita.get(f"/signals/{match.signal.public_id}/").text
    assert f"/exclusions/?because={match.public_id}" in shown


def back(match):
    return f"/matches/{match.public_id}/restore/"


def test_a_match_put_aside_by_mistake_comes_back_and_nobody_is_told_again(as_rita, match):
    as_rita.post(address(match), {"reason": "wrong-place"})
    assert back(match) in as_rita.get(f"/signals/{match.signal.public_id}/").text
    assert back(match) in as_rita.get(address(match)).text
    notices = Notice.objects.count()

    answer = as_rita.post(back(match), follow=True)

    match.refresh_from_db()
    assert (match.status, match.dismissed_at) == (Match.Status.SUGGESTED, None)
    assert "is on your list again." in answer.text
    assert not Feedback.objects.exists()
    assert Event.objects.filter(type="match.restored").count() == 1
    assert Notice.objects.count() == notices
    as_rita.post(address(match), {"reason": "customer"})
    assert Feedback.objects.get().reason == "customer"


def test_what_was_not_put_aside_is_not_put_back(as_rita, match):
    answer = as_rita.post(back(match), follow=True)

    assert "is not put aside. Nothing was changed." in answer.text
    assert not Event.objects.filter(type="match.restored").exists()


def test_a_match_of_a_signal_that_was_taken_back_stays_aside(as_rita, match):
    as_rita.post(address(match))
    Signal.objects.update(status="rejected")

    assert "is not approved any more" in as_rita.post(back(match), follow=True).text
    match.refresh_from_db()
    assert match.status == Match.Status.DISMISSED


def test_others_put_nothing_back_and_a_link_does_not(as_rita, as_stranger, as_sam, match):
    as_rita.post(address(match))

    assert as_stranger.post(back(match)).status_code == 404
    assert as_sam.post(back(match)).status_code == 404
    assert as_rita.get(back(match)).status_code == 405
    match.refresh_from_db()
    assert match.status == Match.Status.DISMISSED


def test_a_stranger_finds_no_such_match(as_stranger, match):
    assert as_stranger.get(address(match)).status_code == 404
    assert as_stranger.post(address(match)).status_code == 404

    match.refresh_from_db()
    assert match.status == Match.Status.SUGGESTED


def test_staff_do_not_dismiss_for_a_startup(as_sam, match):
    assert as_sam.post(address(match)).status_code == 404


def test_an_anonymous_visitor_is_asked_to_sign_in(client, match):
    answer = client.post(address(match))

    match.refresh_from_db()
    assert answer.url.startswith("/accounts/login/")
    assert match.status == Match.Status.SUGGESTED


def test_dismissing_needs_a_token_against_forgery(rita, match):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)

    assert client.post(address(match)).status_code == 403


def test_the_database_refuses_another_reason_without_words(match, rita):
    with pytest.raises(IntegrityError, match="feedback_other_has_words"), transaction.atomic():
        Feedback.objects.create(match=match, reason="other", by=rita)


# --- The API -----------------------------------------------------------------------------------


def test_a_program_dismisses_with_a_reason(as_rita, match):
    answer = post(as_rita, of_api(match), reason="too-big", note="We serve towns.")

    assert answer.status_code == 200
    assert answer.json()["status"] == "dismissed"
    assert Feedback.objects.get().note == "We serve towns."


def test_a_program_dismisses_without_one(as_rita, match):
    assert post(as_rita, of_api(match)).json()["status"] == "dismissed"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"reason": "bored"}, [("invalid_choice", "reason")]),
        ({"reason": "other"}, [("not_kept", "note")]),
        ({"reason": "other", "note": "x" * 501}, [("max_length", "note")]),
    ],
)
def test_a_program_is_told_what_is_wrong(as_rita, match, said, wrong):
    answer = post(as_rita, of_api(match), **said)

    assert (answer.status_code, errors(answer)) == (400, wrong)


def test_a_program_is_told_that_it_was_dismissed(as_rita, match):
    post(as_rita, of_api(match))

    answer = post(as_rita, of_api(match))

    assert (answer.status_code, errors(answer)) == (409, [("already_dismissed", None)])


def test_a_program_dismisses_for_its_own_startup_alone(as_stranger, as_sam, client, match):
    assert post(as_stranger, of_api(match)).status_code == 404
    assert post(as_sam, of_api(match)).status_code == 404
    assert post(client, of_api(match)).status_code == 401


def test_a_program_puts_a_match_back(as_rita, as_stranger, match):
    restore = f"/api/v1/matches/{match.public_id}/restore/"
    assert errors(post(as_rita, restore)) == [("not_put_aside", None)]
    post(as_rita, of_api(match), reason="wrong-place")

    assert post(as_stranger, restore).status_code == 404
    answer = post(as_rita, restore)

    assert (answer.status_code, answer.json()["status"]) == (200, "suggested")
    match.refresh_from_db()
    assert (match.status, match.dismissed_at) == (Match.Status.SUGGESTED, None)
