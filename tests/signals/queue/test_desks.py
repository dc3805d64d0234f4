"""Who looks at what: presence, the hold of a signal, its end, and taking over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from signals.models import Desk, Signal
from signals.queue import desks, order
from tests import make
from tests.conftest import signed_in


@pytest.fixture
def as_ana(ana):
    return signed_in(ana)


def rest(person, **ago: float) -> None:
    """Let the person's page be silent for that long."""
    Desk.objects.filter(user=person).update(seen_at=timezone.now() - timedelta(**ago))


def here(client, signal, act, **fields):
    return act(client, "here", signal, **fields).content.decode()


def test_who_opens_a_signal_first_holds_it_and_the_second_sees_who(as_sam, as_ana, sam, act):
    signal = make.signal()
    assert "presence" not in here(as_sam, signal, act)

    shown = here(as_ana, signal, act)

    assert "<b>Sam Staffer</b> opened this" in shown
    assert "Take over" in shown
    assert "<b>Ana Ruiz</b> looks at this too." in here(as_sam, signal, act)
    assert Desk.objects.get(holds=True).user == sam


def test_what_another_holds_is_not_decided_without_taking_it_over(as_sam, as_ana, ana, act):
    signal = make.signal("Valve survey")
    here(as_sam, signal, act)

    refused = act(as_ana, "decide", signal, decision="approve")
    here(as_ana, signal, act, take_over="1")
    allowed = act(as_ana, "decide", signal, decision="approve")

    assert refused.status_code == 409
    assert refused.json()["said"].startswith('Sam Staffer has "Valve survey" open since ')
    assert allowed.status_code == 200
    assert Signal.objects.get().decided_by == ana


def test_a_hold_ends_by_itself_after_two_minutes(as_sam, as_ana, sam, ana, act):
    signal = make.signal()
    here(as_sam, signal, act)
    rest(sam, minutes=2, seconds=1)

    assert act(as_ana, "decide", signal, decision="approve").status_code == 200


def test_looking_again_renews_the_hold(as_sam, sam, ana, act):
    signal = make.signal()
    here(as_sam, signal, act)
    rest(sam, seconds=110)

    here(as_sam, signal, act)

    assert Desk.objects.get().seen_at > timezone.now() - timedelta(seconds=5)
    with pytest.raises(desks.HeldByAnother):
        desks.check_free(signal, by=ana)


def test_going_on_lets_go_of_the_signal_before(as_sam, as_ana, act):
    first, second = make.signal("First"), make.signal("Second")
    here(as_sam, first, act)

    here(as_sam, second, act)

    assert act(as_ana, "decide", first, decision="approve").status_code == 200


def test_two_who_work_at_once_are_not_led_to_the_same_signal(as_sam, sam, ana, act):
    surest, unsure = make.signal(confidence=0.9), make.signal(confidence=0.2)
    here(as_sam, surest, act)

    assert order.next_for(ana, order.waiting(), None) == unsure
    assert order.next_for(sam, order.waiting(), None) == surest


def test_the_queue_shows_who_is_where_and_forgets_who_went_away(as_sam, as_ana, sam, act):
    signal, other = make.signal("First"), make.signal("Second", confidence=0.1)
    here(as_sam, signal, act)
    part = reverse("admin:review-queue-part", args=[other.public_id])
    assert "Sam Staffer is here" in as_ana.get(part).content.decode()

    rest(sam, seconds=50)

    assert "is here" not in as_ana.get(part).content.decode()


def test_the_database_lets_one_person_hold_a_signal(sam, ana):
    signal = make.signal()
    Desk.objects.create(user=sam, signal=signal, holds=True)

    with pytest.raises(IntegrityError, match="desk_one_holds_a_signal"), transaction.atomic():
        Desk.objects.create(user=ana, signal=signal, holds=True)


def test_taking_over_works_without_javascript(as_sam, as_ana, act):
    signal = make.signal()
    here(as_sam, signal, act)
    page = as_ana.get(reverse("admin:review-signal", args=[signal.public_id])).content.decode()
    assert "Take over" in page

    address = reverse("admin:review-here", args=[signal.public_id])
    as_ana.post(address, {"take_over": "1"})

    assert (
        as_ana.post(
            reverse("admin:review-decide", args=[signal.public_id]), {"decision": "approve"}
        ).status_code
        == 302
    )
    assert Signal.objects.get().status == "approved"


def test_opening_is_told_to_other_open_pages_and_not_stored(as_sam, act, monkeypatch):
    heard = []
    layer = type("Layer", (), {"group_send": lambda self, group, message: _note(heard, message)})
    monkeypatch.setattr("civstart.events.pushing.get_channel_layer", lambda: layer())
    signal = make.signal()

    here(as_sam, signal, act)
    here(as_sam, signal, act)  # nothing new

    subject = f"signal:{signal.public_id}"
    assert heard == [{"type": "review.presence", "subject": subject, "passing": True}]


async def _note(heard, message):
    heard.append(message["hint"])


def test_the_page_a_person_comes_back_to_is_where_they_were(as_sam, act):
    make.signal("Surest", confidence=0.9)
    middle = make.signal("Middle", confidence=0.5)
    last = make.signal("Last", confidence=0.1)
    here(as_sam, middle, act)

    assert str(middle.public_id) in as_sam.get(reverse("admin:review")).url

    act(as_sam, "decide", middle, decision="approve")
    assert str(last.public_id) in as_sam.get(reverse("admin:review")).url
