"""What a page that comes back is sent."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from civstart.events import live
from civstart.events.models import Event
from startups import membership
from startups.models import Startup
from tests import make

OURS = ["startup.1"]


def told(minutes_ago, *audience):
    """An event that open pages were told of so many minutes ago."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return Event.objects.create(
        type="kettle.sang",
        subject="kettle:1",
        audience=["staff", *(audience or OURS)],
        happened_at=at,
        pushed_at=at,
    )


def not_told(minutes_ago):
    event = told(minutes_ago)
    event.pushed_at = None
    event.save(update_fields=["pushed_at"])
    return event


def hints(*events):
    return [event.hint() for event in events]


@pytest.fixture
def last(db):
    """The last event the page saw, ten minutes ago."""
    told(20)
    return told(10)


def test_exactly_what_was_missed_is_sent_in_the_order_it_was_told(last):
    second, first = told(2), told(5)

    assert live.missed(OURS, str(last.pk)) == hints(first, second)


def test_what_was_for_others_is_not_sent(last):
    told(5, "startup.2")
    own = told(4, "startup.2", "startup.1")

    assert live.missed(OURS, str(last.pk)) == hints(own)


def test_when_nothing_was_missed_nothing_is_sent(last):
    assert live.missed(OURS, str(last.pk)) == []


def test_what_was_told_a_little_before_may_have_been_missed_too(last):
    # Two processes commit at once: the page may hear the later one and miss the earlier.
    just_before = told(10 + 3 / 60)

    assert live.missed(OURS, str(last.pk)) == hints(just_before)


def test_what_is_saved_but_not_noted_as_told_is_sent(last):
    # It may have been sent to the groups a moment before the page joined them.
    event = not_told(0)

    assert live.missed(OURS, str(last.pk)) == hints(event)


def test_a_page_may_have_last_seen_an_event_that_is_not_noted_as_told_yet(last):
    seen, later = not_told(5), told(3)

    assert live.missed(OURS, str(seen.pk)) == hints(later)


@pytest.mark.parametrize("after", ["nonsense", "0" * 32, "\x00", "é" * 36])
def test_an_unknown_id_is_unknown(last, after):
    assert live.missed(OURS, after) is None


def test_a_page_made_before_the_first_event_is_sent_all_since(db):
    first, second = told(600), told(1)

    assert live.missed(OURS, "") == hints(first, second)


def many(count, template):
    Event.objects.bulk_create(
        Event(type="kettle.sang", subject="kettle:1", audience=OURS, pushed_at=template)
        for _ in range(count)
    )


def test_five_hundred_are_sent(last):
    many(500, timezone.now())

    assert len(live.missed(OURS, str(last.pk))) == 500


def test_more_than_five_hundred_are_too_many(last):
    many(501, timezone.now())

    assert live.missed(OURS, str(last.pk)) is None


def test_a_page_starts_from_an_event_older_than_its_own_making(db):
    # What happened while the page was being made must be sent to it, for it may not show it.
    old = told(1)
    told(1 / 60)

    assert live.last_event_id() == str(old.pk)


def test_a_page_of_a_site_without_events_starts_from_nothing(db):
    assert live.last_event_id() == ""


def test_what_happened_while_the_page_was_made_reaches_it(db):
    told(1)
    meanwhile = told(0)
    handed = live.last_event_id()

    assert live.missed(OURS, handed) == hints(meanwhile)


def test_staff_may_hear_staff_and_themselves(sam):
    assert live.groups_of(sam) == [f"user.{sam.public_id}", "staff"]


def test_a_member_may_hear_their_startups_and_themselves(rita):
    group = membership.group(Startup.objects.get().public_id)

    assert live.groups_of(rita) == [f"user.{rita.public_id}", group]


def test_a_stranger_may_hear_themselves(stranger):
    assert live.groups_of(stranger) == [f"user.{stranger.public_id}"]


def test_nobody_else_may_hear_anything(db):
    locked_out = make.user("Lou Locked", is_staff=True, is_active=False)

    assert live.groups_of(locked_out) == []
    assert live.groups_of(AnonymousUser()) == []
