"""Two processes and one delivery, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection
from django.utils import timezone

from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.places.models import Region
from tests import make
from tests.civstart.events import kettle

pytestmark = pytest.mark.usefixtures("committed")
PATIENCE_SECONDS = 20


def in_thread(pool, run):
    """Run it as another process would: on a connection of its own."""

    def alone():
        try:
            return run()
        finally:
            connection.close()

    return pool.submit(alone)


def test_of_two_that_claim_at_once_one_wins():
    delivery = outbox.record("kettle.boiled", subject=make.user()).deliveries.get()
    start = Barrier(2)

    def claim():
        start.wait(PATIENCE_SECONDS)
        return Delivery.objects.claim(delivery.pk)

    with ThreadPoolExecutor() as pool:
        asked = [in_thread(pool, claim), in_thread(pool, claim)]
        won = [one.result(PATIENCE_SECONDS) for one in asked]

    delivery.refresh_from_db()
    assert [one for one in won if one] == [delivery]
    assert delivery.attempts == 1


def test_of_eight_workers_handed_the_same_delivery_one_runs_it():
    delivery = outbox.record("kettle.boiled", subject=make.user()).deliveries.get()
    start = Barrier(8)

    def deliver():
        start.wait(PATIENCE_SECONDS)
        outbox.deliver(delivery.pk)

    with ThreadPoolExecutor(8) as pool:
        for one in [in_thread(pool, deliver) for _ in range(8)]:
            one.result(PATIENCE_SECONDS)

    delivery.refresh_from_db()
    assert len(kettle.ran) == 1
    assert (delivery.status, delivery.attempts) == ("done", 1)


@pytest.fixture
def bed():
    """Fresh signals for a reaction that falls asleep in its work."""
    kettle.asleep, kettle.wake = Event(), Event()


@contextmanager
def working_on(delivery):
    """A worker in the middle of the reaction; it goes on, and ends, after the block."""
    with ThreadPoolExecutor() as pool:
        working = in_thread(pool, lambda: outbox.deliver(delivery.pk))
        try:
            assert kettle.asleep.wait(PATIENCE_SECONDS)
            yield
        finally:
            kettle.wake.set()
        working.result(PATIENCE_SECONDS)


@pytest.mark.parametrize("type_", ["kettle.slept", "kettle.dreamt"])
def test_who_lost_the_lease_meanwhile_leaves_no_work_and_no_note(bed, type_):
    delivery = outbox.record(type_, subject=make.user()).deliveries.get()

    with working_on(delivery):
        Delivery.objects.update(lease_ends_at=timezone.now() - timedelta(seconds=1))
        assert Delivery.objects.claim(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.last_error) == ("running", 2, "")
    assert not Region.objects.filter(code="S1").exists()


def test_the_work_and_the_note_that_it_is_done_appear_at_once_or_not_at_all(bed):
    delivery = outbox.record("kettle.slept", subject=make.user()).deliveries.get()

    with working_on(delivery):
        before = Region.objects.filter(code="S1").exists(), Delivery.objects.get().status

    after = Region.objects.filter(code="S1").exists(), Delivery.objects.get().status
    assert before == (False, "running")
    assert after == (True, "done")
