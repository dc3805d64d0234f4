"""Nothing lost, nothing twice."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from civstart.events import outbox
from civstart.events.models import Delivery, Event
from civstart.places.models import Region
from tests import make
from tests.civstart.events import kettle

DEAD_REDIS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": ["unix:///nobody/listens/here.sock"]},
    }
}


def boiled(**fields):
    return outbox.record("kettle.boiled", subject=make.user(), **fields)


def leaked():
    return outbox.record("kettle.leaked", subject=make.user())


def fail(delivery, times):
    """Try the delivery again and again, each time as soon as it is due."""
    for _ in range(times):
        delivery.refresh_from_db()
        with time_machine.travel(max(delivery.due_at, timezone.now()) + timedelta(seconds=1)):
            outbox.deliver(delivery.pk)
    delivery.refresh_from_db()


def long_after(**span):
    return time_machine.travel(timezone.now() + timedelta(**span))


def test_a_fact_is_stored_with_its_reactions_and_their_place_in_the_queue(sam):
    subject = make.user()

    event = outbox.record("kettle.burst", subject=subject, by=sam, data={"litres": 2})

    event.refresh_from_db()
    assert (event.type, event.subject) == ("kettle.burst", f"user:{subject.public_id}")
    assert (event.actor, event.data) == (sam, {"litres": 2})
    assert set(event.deliveries.values_list("reaction", "status")) == {
        ("tests.civstart.events.kettle.mop_up", "waiting"),
        ("tests.civstart.events.kettle.call_plumber", "waiting"),
    }
    assert OrmQ.objects.count() == 2


def test_many_facts_are_recorded_at_once(db, django_capture_on_commit_callbacks):
    facts = [outbox.Fact("kettle.leaked", make.user(), data={"n": n}) for n in range(3)]

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        events = outbox.record_all(facts)

    assert len(callbacks) == 1

    assert [event.data for event in events] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert Event.objects.exclude(pushed_at=None).count() == 3
    assert Delivery.objects.count() == 3 * len(events[0].deliveries.all()) == OrmQ.objects.count()


def test_a_change_that_is_rolled_back_leaves_no_event_no_delivery_and_no_task(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        boiled()
        raise RuntimeError("The change failed after its event.")

    assert not Event.objects.exists()
    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


def test_staff_may_always_hear_of_it(db):
    event = boiled(audience=["startup.1"])

    assert event.audience == ["staff", "startup.1"]


def test_a_delivery_handed_out_twice_runs_once(db):
    delivery = boiled().deliveries.get()

    outbox.deliver(delivery.pk)
    outbox.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert len(kettle.ran) == 1
    assert (delivery.status, delivery.attempts) == ("done", 1)
    assert delivery.done_at


def test_a_delivery_that_is_gone_is_no_error(db):
    outbox.deliver(404)

    assert not kettle.ran


def test_a_failure_is_kept_with_its_error_and_its_work_is_undone(db):
    delivery = leaked().deliveries.get()

    outbox.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("waiting", 1)
    assert "RuntimeError: No mop for kettle.leaked" in delivery.last_error
    assert not Region.objects.filter(code="M1").exists()


def test_a_reaction_that_succeeds_leaves_its_work_and_no_error(db):
    delivery = boiled().deliveries.get()
    Delivery.objects.update(last_error="of an attempt before")

    outbox.deliver(delivery.pk)

    delivery.refresh_from_db()
    assert delivery.last_error == ""
    assert Region.objects.filter(code="T1").exists()


def test_a_reaction_outside_the_database_runs_outside_the_transaction(committed):
    event = outbox.record("kettle.rang", subject=make.user())

    outbox.deliver(event.deliveries.get().pk)

    assert kettle.ran == ["outside"]


def test_each_failure_waits_twice_as_long_as_the_one_before(db):
    delivery = leaked().deliveries.get()
    waits = []

    for _ in range(5):
        fail(delivery, times=1)
        waits.append(round((delivery.due_at - delivery.started_at).total_seconds()))

    assert waits == [2, 4, 8, 16, 32]


def test_a_failed_delivery_is_not_tried_before_its_time(db):
    delivery = leaked().deliveries.get()

    outbox.deliver(delivery.pk)
    outbox.deliver(delivery.pk)

    assert len(kettle.ran) == 1


def test_after_eight_failures_it_is_stuck_and_left_alone(db):
    delivery = leaked().deliveries.get()

    fail(delivery, times=8)

    assert (delivery.status, delivery.attempts) == ("stuck", 8)
    with long_after(days=30):
        outbox.sweep()
    assert len(kettle.ran) == 8


def test_one_reaction_that_fails_does_not_hold_up_the_other(db):
    event = outbox.record("kettle.burst", subject=make.user())

    for delivery in event.deliveries.all():
        outbox.deliver(delivery.pk)

    assert event.deliveries.get(reaction__endswith="mop_up").status == "waiting"
    assert event.deliveries.get(reaction__endswith="call_plumber").status == "done"


def test_what_a_dead_worker_left_running_is_taken_once_its_lease_ends(db):
    delivery = boiled().deliveries.get()
    Delivery.objects.claim(delivery.pk)

    with long_after(minutes=10):
        outbox.sweep()
    assert not kettle.ran
    with long_after(minutes=12):
        outbox.sweep()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("done", 2)
    assert len(kettle.ran) == 1


def test_a_reaction_that_kills_its_worker_every_time_gets_stuck_in_the_end(db):
    delivery = boiled().deliveries.get()
    Delivery.objects.update(status="running", attempts=8, lease_ends_at=timezone.now())

    with long_after(minutes=1):
        outbox.sweep()

    delivery.refresh_from_db()
    assert delivery.status == "stuck"
    assert delivery.last_error == "Whatever ran it died 8 times before the end."
    assert not kettle.ran


def test_a_removed_reaction_gets_stuck_with_a_clear_error(db):
    event = boiled()
    event.deliveries.update(reaction="kettles.reactions.whistle")
    delivery = event.deliveries.get()

    fail(delivery, times=8)

    assert delivery.status == "stuck"
    assert (
        "No reaction is called 'kettles.reactions.whistle': its code was renamed or removed. "
        "Deploy the code that has it, then retry this delivery." in delivery.last_error
    )


def test_retrying_gives_a_stuck_delivery_its_attempts_back_and_queues_it(sam):
    delivery = leaked().deliveries.get()
    fail(delivery, times=8)
    OrmQ.objects.all().delete()

    count = outbox.retry([delivery], by=sam)

    delivery.refresh_from_db()
    assert count == 1
    assert (delivery.status, delivery.attempts) == ("waiting", 0)
    assert OrmQ.objects.count() == 1


def test_retrying_leaves_what_is_done_alone(sam):
    delivery = boiled().deliveries.get()
    outbox.deliver(delivery.pk)

    assert outbox.retry([delivery], by=sam) == 0

    delivery.refresh_from_db()
    assert delivery.status == "done"


def test_a_change_is_told_to_open_pages_only_once_it_is_saved(
    db, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        event = boiled()
        assert Event.objects.get().pushed_at is None

    event.refresh_from_db()
    assert event.pushed_at


def test_without_redis_the_change_is_saved_and_the_relay_tells_of_it_later(
    db, settings, django_capture_on_commit_callbacks
):
    layer, settings.CHANNEL_LAYERS = settings.CHANNEL_LAYERS, DEAD_REDIS
    with django_capture_on_commit_callbacks(execute=True):
        event = boiled()
    event.refresh_from_db()
    assert event.pushed_at is None

    settings.CHANNEL_LAYERS = layer
    with long_after(seconds=4):
        outbox.sweep()

    event.refresh_from_db()
    assert event.pushed_at


def test_without_redis_reactions_run_all_the_same(db, settings):
    settings.CHANNEL_LAYERS = DEAD_REDIS
    delivery = boiled().deliveries.get()

    with long_after(seconds=4):
        outbox.sweep()

    delivery.refresh_from_db()
    assert delivery.status == "done"


def test_the_sweep_leaves_a_moment_to_whoever_made_the_change(db):
    boiled()

    assert outbox.sweep() == 0


def test_the_sweep_says_how_much_it_did(db):
    boiled()
    boiled()

    with long_after(seconds=4):
        assert outbox.sweep() == 4  # two events told, two reactions run
        assert outbox.sweep() == 0


def test_the_relay_sweeps(committed):
    delivery = boiled().deliveries.get()

    with long_after(seconds=4):
        call_command("relay", once=True)

    delivery.refresh_from_db()
    assert delivery.status == "done"
