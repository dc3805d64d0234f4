"""Undo: by who decided, for ten minutes, with what startups were told taken back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from civstart.events.models import Delivery, Event
from civstart.notices.models import Mail, Notice
from matching.models import Match
from signals import review
from signals.models import Review, Signal
from signals.queue import undoing
from tests import make
from tests.conftest import signed_in

# Near enough to what the startup does to be matched.
LEAKS = "Acoustic survey of leaks in old cast-iron water mains"


@pytest.fixture
def held(settings):
    settings.MAIL_HOLD_MINUTES = 10


def test_an_approval_undone_before_anybody_saw_it_leaves_no_trace_with_the_startup(
    sam, rita, react, held, mailoutbox
):
    signal = make.signal(LEAKS)
    made = review.approve(signal, by=sam)
    react()
    assert (Match.objects.count(), Mail.objects.get().status) == (1, "waiting")

    said = undoing.undo(made, by=sam)
    react()

    signal.refresh_from_db()
    made.refresh_from_db()
    assert signal.status == "pending"
    assert made.undone_at is not None
    assert said == (f"Undid the approval of “{LEAKS}”. No startup had seen it.")
    assert not Match.objects.exists()
    assert not Notice.objects.exists()
    assert mailoutbox == []


def test_a_startup_that_saw_the_match_finds_it_withdrawn_and_is_told(
    sam, rita, as_rita, react, held, mailoutbox
):
    signal = make.signal(LEAKS)
    made = review.approve(signal, by=sam)
    react()
    assert LEAKS in as_rita.get("/").content.decode()

    said = undoing.undo(made, by=sam)
    react()

    assert said.endswith("1 startup was told already; it now sees it withdrawn.")
    assert Match.objects.get().status == Match.Status.WITHDRAWN
    assert mailoutbox == []
    assert Mail.objects.get().status == Mail.Status.WITHDRAWN
    assert Notice.objects.filter(text__startswith=f"Withdrawn: Marlow Falls, OH, {LEAKS}").exists()
    page = as_rita.get(f"/signals/{signal.public_id}/")
    assert page.status_code == 410
    assert "This signal was withdrawn" in page.content.decode()
    assert LEAKS not in page.content.decode()


def test_an_undone_approval_can_be_given_again_and_the_match_comes_back(
    sam, rita, as_rita, react, held
):
    signal = make.signal()
    made = review.approve(signal, by=sam)
    react()
    as_rita.get("/")
    undoing.undo(made, by=sam)

    review.approve(signal, by=sam)
    react()

    match = Match.objects.get()
    assert (match.status, match.withdrawn_at, match.seen_at) == ("suggested", None, None)
    assert as_rita.get(f"/signals/{signal.public_id}/").status_code == 200


def test_a_match_made_while_the_approval_is_undone_is_not_made(sam, rita, react):
    signal = make.signal()
    made = review.approve(signal, by=sam)

    undoing.undo(made, by=sam)  # before the worker came to it
    react()

    assert not Match.objects.exists()


def test_a_match_a_startup_put_aside_stays_put_aside(sam, rita, react, as_rita):
    signal = make.signal()
    made = review.approve(signal, by=sam)
    react()
    match = Match.objects.get()
    as_rita.post(f"/matches/{match.public_id}/dismiss/")
    match.refresh_from_db()
    assert match.status == "dismissed"

    undoing.undo(made, by=sam)

    match.refresh_from_db()
    assert match.status == "dismissed"


def test_a_rejection_is_undone(sam):
    signal = make.signal("Valve survey")
    made = review.reject(signal, reason="faint", by=sam)

    assert undoing.undo(made, by=sam) == "Undid the rejection of “Valve survey”."

    signal.refresh_from_db()
    assert signal.status == "pending"
    assert [one.decision for one in signal.reviews.all()] == ["undo", "reject"]
    assert Event.objects.filter(type="signal.reopened").count() == 1


def test_after_ten_minutes_it_is_too_late(sam):
    signal = make.signal("Valve survey")
    made = review.approve(signal, by=sam)
    Review.objects.update(at=timezone.now() - timedelta(minutes=11))

    with pytest.raises(undoing.CannotUndo, match="for 10 minutes; reopen “Valve survey” instead"):
        undoing.undo(made, by=sam)

    assert undoing.latest(sam) is None


def test_nobody_undoes_what_another_decided(sam, ana):
    made = review.approve(make.signal(), by=sam)

    with pytest.raises(undoing.CannotUndo, match="That was Sam Staffer's decision"):
        undoing.undo(made, by=ana)


def test_nothing_is_undone_twice(sam):
    made = review.approve(make.signal(), by=sam)
    undoing.undo(made, by=sam)

    with pytest.raises(undoing.CannotUndo, match="undone already"):
        undoing.undo(made, by=sam)


def test_what_another_did_after_it_stands_in_the_way_and_is_named(sam, ana):
    signal = make.signal("Valve survey")
    made = review.approve(signal, by=sam)
    review.reopen(signal, by=ana)

    with pytest.raises(undoing.CannotUndo, match="Ana Ruiz reopened “Valve survey” after that"):
        undoing.undo(made, by=sam)


def test_the_last_decision_is_undone_first_then_the_one_before(as_sam, sam, act):
    first, second = make.signal("First of the two"), make.signal("Second of the two")
    review.approve(first, by=sam)
    review.reject(second, reason="faint", by=sam)

    said = [act(as_sam, "undo").json()["said"] for _ in range(2)]
    none_left = act(as_sam, "undo")

    assert said == [
        "Undid the rejection of “Second of the two”.",
        "Undid the approval of “First of the two”.",
    ]
    assert none_left.status_code == 409
    assert "There is nothing to undo" in none_left.json()["said"]
    assert not Signal.objects.exclude(status="pending").exists()


def test_undo_without_javascript_goes_back_to_the_signal(as_sam, sam):
    signal = make.signal("Valve survey")
    made = review.approve(signal, by=sam)

    page = as_sam.post("/staff/review/undo/", {"review": made.pk}, follow=True)

    assert page.redirect_chain[-1][0] == f"/staff/review/{signal.public_id}/"
    assert "Undid the approval of" in page.content.decode()


@pytest.mark.parametrize("review_id", ["x", "-1", "9" * 30])
def test_an_id_of_nothing_undoes_nothing(as_sam, sam, act, review_id):
    assert act(as_sam, "undo", review=review_id).status_code == 409


def test_undo_is_closed_to_members(as_rita, sam):
    review.approve(make.signal(), by=sam)

    assert as_rita.post("/staff/review/undo/").status_code == 403
    assert Signal.objects.get().status == "approved"


# --- Mail that waits -----------------------------------------------------------------------


def test_the_page_notice_comes_at_once_and_the_mail_ten_minutes_later(
    sam, rita, react, held, mailoutbox
):
    review.approve(make.signal(), by=sam)
    react()
    assert Notice.objects.filter(user=rita).count() == 1
    assert mailoutbox == []
    mailing = Delivery.objects.get(reaction="civstart.notices.reactions.mail_notices")
    assert timedelta(minutes=9) < mailing.due_at - timezone.now() <= timedelta(minutes=10)

    Delivery.objects.filter(pk=mailing.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    react()

    assert [message.to for message in mailoutbox] == [[rita.email]]


def test_two_who_look_on_as_staff_do_not_count_as_the_startup(sam, rita, react, held):
    signal = make.signal()
    made = review.approve(signal, by=sam)
    react()
    signed_in(sam).get(f"/signals/{signal.public_id}/")

    assert undoing.undo(made, by=sam).endswith("No startup had seen it.")
    assert mail.outbox == []
