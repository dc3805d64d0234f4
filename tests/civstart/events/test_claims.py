"""Two processes and one delivery, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
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


def test_the_work_of_who_lost_the_lease_meanwhile_is_rolled_back():
    delivery = outbox.record("kettle.slept", subject=make.user()).deliveries.get()
    kettle.asleep, kettle.wake = Event(), Event()

    with ThreadPoolExecutor() as pool:
        slow = in_thread(pool, lambda: outbox.deliver(delivery.pk))
        assert kettle.asleep.wait(PATIENCE_SECONDS)
        Delivery.objects.update(lease_ends_at=timezone.now() - timedelta(seconds=1))
        taken_over = Delivery.objects.claim(delivery.pk)
        kettle.wake.set()
        slow.result(PATIENCE_SECONDS)

    delivery.refresh_from_db()
    assert taken_over
    assert (delivery.status, delivery.attempts, delivery.last_error) == ("running", 2, "")
    assert not Region.objects.filter(code="S1").exists()


def test_the_work_and_the_note_that_it_is_done_appear_at_once_or_not_at_all():
    delivery = outbox.record("kettle.slept", subject=make.user()).deliveries.get()
    kettle.asleep, kettle.wake = Event(), Event()

    with ThreadPoolExecutor() as pool:
        working = in_thread(pool, lambda: outbox.deliver(delivery.pk))
        assert kettle.asleep.wait(PATIENCE_SECONDS)
        with transaction.atomic():
            before = Region.objects.filter(code="S1").exists(), Delivery.objects.get().status
        kettle.wake.set()
        working.result(PATIENCE_SECONDS)

    after = Region.objects.filter(code="S1").exists(), Delivery.objects.get().status
    assert before == (False, "running")
    assert after == (True, "done")
