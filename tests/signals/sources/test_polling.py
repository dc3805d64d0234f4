"""Sources are looked at in turn, never by two at once, and rarer when they fail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from civstart import schedules
from civstart.events.models import Event
from signals.models import Source, SourceRun, Upload
from signals.sources import polling
from tests import make
from tests.fakes.server import Reply
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed

pytestmark = pytest.mark.usefixtures("needs_heard")

VTT = samples.vtt(*timed(MORNING)).encode()
OTHER = samples.vtt(*timed(EVENING)).encode()


def test_what_is_new_is_taken_in_and_read(feed, from_feed, react):
    feed.entry("Council of 2026-11-12", "council.vtt", content=VTT)

    run = polling.poll(from_feed.pk)
    react()

    upload = Upload.objects.get()
    assert (run.looked_at_count, run.new_count, run.failed_count, run.error) == (1, 1, 0, "")
    assert (upload.status, upload.signal_count, upload.source) == ("read", 2, from_feed)
    assert str(upload.meeting.held_on) == "2026-11-12"


def test_what_was_seen_is_not_fetched_again(feed, from_feed):
    feed.entry("Council", "council.vtt", content=VTT)
    polling.poll(from_feed.pk, asked=True)
    feed.entry("Later", "later.vtt", content=OTHER)

    run = polling.poll(from_feed.pk, asked=True)

    assert (run.looked_at_count, run.new_count) == (2, 1)
    assert feed.served.paths().count("/files/council.vtt") == 1


def test_a_file_that_cannot_be_fetched_is_tried_again_and_others_are_taken(feed, from_feed):
    feed.entry("Broken", "broken.vtt", content=Reply(500))
    feed.entry("Council", "council.vtt", content=VTT)

    first = polling.poll(from_feed.pk)
    feed.files["/files/broken.vtt"] = Reply(body=OTHER)
    second = polling.poll(from_feed.pk, asked=True)

    assert (first.new_count, first.failed_count) == (1, 1)
    assert "/files/broken.vtt answered with 500" in first.error
    assert (second.new_count, second.failed_count, second.error) == (1, 0, "")
    assert set(Upload.objects.values_list("status", flat=True)) == {"waiting"}


def test_a_file_that_is_refused_is_not_asked_for_again(feed, from_feed):
    feed.entry("Gone", "gone.vtt", content=Reply(404))

    polling.poll(from_feed.pk)
    again = polling.poll(from_feed.pk, asked=True)

    upload = Upload.objects.get()
    assert feed.served.paths().count("/files/gone.vtt") == 1
    assert (upload.status, again.failed_count) == ("failed", 0)
    assert "gone.vtt answered with 404" in upload.error


def test_a_file_that_keeps_failing_is_given_up(feed, from_feed):
    feed.entry("Broken", "broken.vtt", content=Reply(503))

    for _ in range(polling.MOST_TRIES + 2):
        polling.poll(from_feed.pk, asked=True)

    assert feed.served.paths().count("/files/broken.vtt") == polling.MOST_TRIES


def test_what_cannot_be_read_says_so_and_the_source_goes_on(feed, from_feed, react):
    feed.entry("Junk", "junk.vtt", content=b"%%%% 1234 %%%%")
    feed.entry("Council", "council.vtt", content=VTT)

    polling.poll(from_feed.pk)
    react()

    assert sorted(Upload.objects.values_list("file_name", "status")) == [
        ("council.vtt", "read"),
        ("junk.vtt", "failed"),
    ]


def test_a_source_that_fails_is_asked_less_often_each_time(feed, from_feed):
    feed.instead = Reply(500)
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    pauses = []

    for _ in range(8):
        with time_machine.travel(now, tick=False):
            polling.poll(from_feed.pk, asked=True)
        from_feed.refresh_from_db()
        pauses.append(from_feed.due_at - now)

    hour = timedelta(hours=1)
    assert pauses == [2 * hour, 4 * hour, 8 * hour, 16 * hour, *[24 * hour] * 4]
    assert from_feed.failures == 8
    assert list(Source.objects.failing()) == [from_feed]


def test_a_source_that_works_again_is_asked_as_usual(feed, from_feed):
    feed.instead = Reply(500)
    polling.poll(from_feed.pk, asked=True)
    feed.instead = None

    polling.poll(from_feed.pk, asked=True)

    from_feed.refresh_from_db()
    assert from_feed.failures == 0
    assert from_feed.due_at <= timezone.now() + timedelta(hours=1)


def test_the_wait_that_is_asked_for_is_kept(feed, from_feed):
    feed.instead = Reply(429, headers={"Retry-After": "36000"})

    polling.poll(from_feed.pk)

    from_feed.refresh_from_db()
    assert from_feed.due_at > timezone.now() + timedelta(hours=9)


def test_two_never_look_at_a_source_at_once(feed, from_feed):
    feed.entry("Council", "council.vtt", content=VTT)
    held = Source.objects.claim(from_feed.pk)

    assert polling.poll(from_feed.pk, asked=True) is None
    assert feed.served.asked == []
    assert held is not None


def test_a_poll_that_died_is_taken_over_and_counted_as_a_failure(feed, from_feed):
    Source.objects.claim(from_feed.pk)
    dead = SourceRun.objects.create(source=from_feed)
    feed.instead = Reply(500)

    with time_machine.travel(timezone.now() + Source.LEASE + timedelta(seconds=1)):
        run = polling.poll(from_feed.pk)

    dead.refresh_from_db()
    from_feed.refresh_from_db()
    assert run is not None
    assert dead.error == polling.DIED
    assert from_feed.failures == 2


def test_who_lost_the_source_meanwhile_leaves_it_alone(from_feed):
    run = SourceRun.objects.create(source=from_feed)
    claimed = Source.objects.claim(from_feed.pk)
    later = timezone.now() + timedelta(hours=1)
    Source.objects.filter(pk=from_feed.pk).update(lease_ends_at=later)

    polling._finish(claimed, run, None, is_done=True)

    from_feed.refresh_from_db()
    assert from_feed.lease_ends_at > timezone.now() + timedelta(minutes=30)


def test_only_sources_that_are_due_and_active_are_queued(from_feed):
    make.source(address="https://a.example/feed", is_active=False)
    make.source(address="https://b.example/feed", due_at=timezone.now() + timedelta(minutes=1))

    assert polling.start_due() == 1
    assert OrmQ.objects.count() == 1


def test_a_queued_poll_of_a_source_that_was_polled_meanwhile_does_nothing(feed, from_feed):
    polling.poll(from_feed.pk)

    assert polling.poll(from_feed.pk) is None


def test_more_than_fits_one_run_comes_in_the_next_at_once(feed, from_feed, monkeypatch):
    monkeypatch.setattr(polling, "MOST_FETCHED", 2)
    for number in range(3):
        said = samples.vtt((0.0, 4.0, f"We need {number} buses."), (5.0, 9.0, "And drivers."))
        feed.entry(f"Part {number}", f"part-{number}.vtt", content=said.encode())

    first = polling.poll(from_feed.pk)
    second = polling.poll(from_feed.pk)

    assert (first.new_count, second.new_count) == (2, 1)


def test_staff_pages_hear_of_each_look(feed, from_feed):
    polling.poll(from_feed.pk)

    event = Event.objects.get(type="source.polled")
    assert event.subject == f"source:{from_feed.public_id}"


def test_the_schedule_looks_for_due_sources_every_five_minutes(db):
    schedules.write()
    schedules.write()

    schedule = Schedule.objects.get(func="signals.tasks.poll_due_sources")
    assert (schedule.schedule_type, schedule.minutes) == (Schedule.MINUTES, 5)
