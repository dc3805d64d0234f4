"""Many signals at once: one reason for all, the number typed above 20, each refusal named."""

import re

import pytest
from django.urls import reverse

from signals import review
from signals.models import Review, Signal
from signals.queue import desks
from tests import make

BULK = "/staff/review/bulk/"


def ids(signals) -> list[str]:
    return [str(signal.public_id) for signal in signals]


@pytest.fixture
def three(db):
    return [make.signal(f"Need number {number}") for number in range(3)]


def statuses() -> list[str]:
    return sorted(Signal.objects.values_list("status", flat=True))


def test_one_reason_rejects_all_that_were_chosen(as_sam, three):
    page = as_sam.post(BULK, {"ids": ids(three), "decision": "reject", "reason": "faint"})

    assert statuses() == ["rejected"] * 3
    assert set(Review.objects.values_list("reason", flat=True)) == {"faint"}
    assert "Rejected 3 signals" in page.content.decode()
    assert page.content.decode().count('name="review"') == 3


def test_what_cannot_be_decided_is_named_and_the_rest_goes_through(as_sam, sam, ana, three):
    decided, held, free = three
    review.approve(decided, by=ana)
    desks.sit(held, by=ana)
    gone = make.signal("Gone by then")
    chosen = ids([*three, gone])
    gone.delete()

    page = as_sam.post(BULK, {"ids": chosen, "decision": "approve"}).content.decode()

    assert "Approved 1 signal" in page
    assert "Ana Ruiz approved &quot;Need number 0&quot; at" in page
    assert "Ana Ruiz has &quot;Need number 1&quot; open since" in page
    assert "1 signal was deleted meanwhile." in page
    assert Signal.objects.get(pk=free.pk).decided_by == sam
    assert Signal.objects.get(pk=held.pk).status == "pending"


def test_each_of_them_is_undone_by_itself(as_sam, three):
    as_sam.post(BULK, {"ids": ids(three), "decision": "reject", "reason": "faint"})
    one = Review.objects.get(signal=three[1])

    as_sam.post("/staff/review/undo/", {"review": one.pk})

    assert statuses() == ["pending", "rejected", "rejected"]


def test_above_twenty_the_number_must_be_typed(as_sam):
    many = [make.signal(f"Need number {number}") for number in range(21)]
    fields = {"ids": ids(many), "decision": "reject", "reason": "faint", "note": "All of the fair"}

    asked = as_sam.post(BULK, fields | {"typed": "20"})
    assert asked.status_code == 422
    shown = asked.content.decode()
    assert "21 signals are chosen, and “20” was typed. Type 21 to decide on all of them." in shown
    assert 'value="All of the fair"' in shown
    assert '<option value="faint" selected>' in shown
    assert set(statuses()) == {"pending"}

    as_sam.post(BULK, fields | {"typed": " 21 "})
    assert set(statuses()) == {"rejected"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"decision": "reject", "reason": ""}, "No reason is chosen."),
        ({"decision": "reject", "reason": "bored"}, "is no reason to reject signals"),
        ({"decision": "burn"}, "&#x27;burn&#x27; is no decision"),
        ({}, "is no decision"),
    ],
)
def test_what_is_unclear_is_asked_again_and_changes_nothing(as_sam, three, fields, said):
    page = as_sam.post(BULK, {"ids": ids(three)} | fields)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert set(statuses()) == {"pending"}


@pytest.mark.parametrize("chosen", [[], ["x", "' OR 1=1"]])
def test_nothing_chosen_is_said(as_sam, chosen):
    page = as_sam.post(BULK, {"ids": chosen, "decision": "approve"}, follow=True)

    assert "No signal is chosen. Tick some in the list first." in page.content.decode()


def test_the_same_signal_twice_counts_once(as_sam, three):
    page = as_sam.post(BULK, {"ids": ids(three[:1]) * 2, "decision": "approve"})

    assert "Approved 1 signal" in page.content.decode()
    assert Review.objects.count() == 1


# --- From the admin's list -----------------------------------------------------------------


def from_list(client, action: str, signals):
    url = reverse("admin:signals_signal_changelist")
    fields = {"action": action, "_selected_action": [one.pk for one in signals]}
    return client.post(url, fields, follow=True)


def test_rejecting_from_the_list_asks_for_the_reason(as_sam, three):
    page = from_list(as_sam, "reject", three).content.decode()

    assert "Decide on 3 signals" in page
    assert set(re.findall(r'name="ids" value="([^"]+)"', page)) == set(ids(three))
    assert set(statuses()) == {"pending"}


def test_approving_more_than_twenty_from_the_list_asks_for_the_number(as_sam):
    many = [make.signal(f"Need number {number}") for number in range(21)]

    page = from_list(as_sam, "approve", many).content.decode()

    assert "Type 21 to decide on all of them" in page
    assert set(statuses()) == {"pending"}
