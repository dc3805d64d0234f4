"""The outbox as staff see it."""

import pytest
from django.urls import reverse

from civstart.events import outbox
from civstart.events.models import Delivery
from tests import make

LIST = reverse("admin:events_delivery_changelist")


@pytest.fixture
def deliveries(db):
    """One stuck, one waiting."""
    stuck, waiting = (
        outbox.record("kettle.boiled", subject=make.user()).deliveries.get() for _ in range(2)
    )
    Delivery.objects.filter(pk=stuck.pk).update(
        status="stuck", attempts=8, last_error="No mop for it"
    )
    return [stuck, waiting]


def test_staff_retry_what_is_stuck_and_read_how_many_it_was(as_sam, deliveries):
    chosen = [delivery.pk for delivery in deliveries]

    page = as_sam.post(LIST, {"action": "retry", "_selected_action": chosen}, follow=True)

    assert "1 of 2 deliveries run again. The rest were not stuck." in page.text
    deliveries[0].refresh_from_db()
    assert (deliveries[0].status, deliveries[0].attempts) == ("waiting", 0)


def test_what_staff_retried_runs(as_sam, deliveries, react):
    as_sam.post(LIST, {"action": "retry", "_selected_action": [deliveries[0].pk]})

    react()

    deliveries[0].refresh_from_db()
    assert deliveries[0].status == "done"


@pytest.mark.parametrize("model", ["event", "delivery"])
def test_the_lists_and_pages_open(as_sam, deliveries, model):
    row = deliveries[0] if model == "delivery" else deliveries[0].event

    listed = as_sam.get(reverse(f"admin:events_{model}_changelist"))
    opened = as_sam.get(reverse(f"admin:events_{model}_change", args=[row.pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)


def test_an_event_shows_what_became_of_its_reactions(as_sam, deliveries):
    page = as_sam.get(reverse("admin:events_event_change", args=[deliveries[0].event.pk]))

    assert "No mop for it" in page.text
    assert "kettle.make_tea" in page.text


def test_nobody_writes_events_by_hand(as_sam, deliveries):
    page = as_sam.get(reverse("admin:events_event_add"))

    assert page.status_code == 403


def test_the_outbox_is_closed_to_startups(as_rita, deliveries):
    assert as_rita.get(LIST).status_code == 403
