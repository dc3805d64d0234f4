"""What is recorded of re-matches, and how open staff pages hear of it."""

import re

import pytest

from civstart.events.models import Event
from matching import activity, policies, rematching
from matching.models import Rematch
from tests import make
from tests.matching.test_policies import version
from tests.matching.test_rematching import finish

pytestmark = pytest.mark.django_db
LIST = "/staff/matching/rematches/"


@pytest.fixture
def needs():
    return [make.signal(f"Leaks in water mains {n}", status="approved") for n in range(2)]


def told():
    rows = Event.objects.filter(type__startswith="rematch.").order_by("happened_at", "pk")
    return [(event.type, event.actor) for event in rows]


def test_start_pause_resume_and_end_are_events_with_how_far_it_is(needs, rita, sam):
    rematch = rematching.begin(by=sam)
    rematching.run_slice(rematch, seconds=0)
    rematching.pause(rematch, by=sam)
    rematching.resume(rematch, by=sam)
    finish(rematch)

    assert told() == [
        ("rematch.started", sam),
        ("rematch.paused", sam),
        ("rematch.resumed", sam),
        ("rematch.finished", None),
    ]
    last = Event.objects.get(type="rematch.finished")
    assert last.subject == f"rematch:{rematch.public_id}"
    assert last.audience == ["staff"]
    assert last.data == {
        "policy": 2,
        "signals": 2,
        "done": 2,
        "changed": 2,
        "told": 2,
        "failed": 0,
    }


def test_a_cancelled_one_is_an_event_and_what_is_refused_is_none(needs, sam):
    rematch = rematching.begin(by=sam)
    rematching.stop(rematch, by=sam)

    for verb in (rematching.stop, rematching.pause, rematching.resume):
        with pytest.raises(rematching.NotRunning):
            verb(rematch, by=sam)

    assert told() == [("rematch.started", sam), ("rematch.cancelled", sam)]


def test_one_that_a_policy_pauses_is_an_event_too(needs, sam):
    rematching.begin(by=sam)

    policies.put_in_use(version(sam, bar=60), instead_of=2, by=sam)

    assert told() == [("rematch.started", sam), ("rematch.paused", sam)]
    assert Rematch.objects.get().state == "Paused"


def test_a_second_start_leaves_no_event(needs, sam):
    rematching.begin(by=sam)

    with pytest.raises(rematching.AlreadyRunning):
        rematching.begin(by=sam)

    assert told() == [("rematch.started", sam)]


def test_open_staff_pages_ask_again_upon_each_of_them(needs, as_sam, sam):
    rematch = rematching.begin(by=sam)
    rematching.pause(rematch, by=sam)

    for page in (as_sam.get(LIST), as_sam.get(f"{LIST}{rematch.pk}/")):
        triggers = re.findall(r'hx-trigger="([^"]*)"', page.text)
        heard = [one for one in triggers if "live:rematch.cancelled from:body" in one]
        assert heard
        for what in ("started", "paused", "resumed", "finished"):
            assert all(f"live:rematch.{what} from:body" in one for one in heard)
        assert not any("every 2s" in one for one in heard), "nothing moves while it is paused"


def test_the_start_page_names_the_re_match(needs, sam):
    rematching.begin(by=sam)

    line = activity.lately()[0]

    assert (line.before, line.named.title) == (
        "Sam Staffer started ",
        "a re-match of 2 signals",
    )
    assert line.named.url == f"{LIST}{Rematch.objects.get().pk}/"
