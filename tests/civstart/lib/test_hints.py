"""Redis may hang or be gone: pages answer all the same, and soon."""

import asyncio
import time
from copy import deepcopy

import pytest
from django.conf import settings as of_tests
from django.core.cache import cache
from django.urls import reverse

from civstart import settings as of_site
from civstart import warming
from civstart.events import outbox
from civstart.events.models import Event
from civstart.lib.hints import ANSWER_SECONDS, HintLayer
from signals.models import Signal
from tests import make
from tests.fakes.silent import silent

GONE = "unix:///nowhere/redis.sock"
# One wait for the cache and one for the channel layer, and the page itself on a busy machine.
SOON = 2 * ANSWER_SECONDS + 3


@pytest.fixture(scope="module", autouse=True)
def as_a_process_that_serves():
    """Load what a web process has loaded before anybody waits: it is not Redis they wait for."""
    warming.warm()


def use(settings, url):
    """Have the site's own cache and channel layer, at that address."""
    settings.CACHES = deepcopy(of_site.CACHES)
    settings.CACHES["default"]["LOCATION"] = url
    settings.CHANNEL_LAYERS = deepcopy(of_site.CHANNEL_LAYERS)
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [url]


@pytest.fixture
def hung(settings):
    with silent() as server:
        use(settings, server.redis_url)
        yield server


@pytest.fixture(params=["hung", "gone"])
def without_redis(request, settings):
    if request.param == "gone":
        use(settings, GONE)
        return
    request.getfixturevalue("hung")


@pytest.mark.parametrize(
    "address", ["/", "/signals/", "/places/", "/api/v1/signals/", "/staff/", "/staff/review/"]
)
def test_pages_answer_without_redis(without_redis, as_sam, address):
    make.signal("Pumps", status="approved")
    make.signal("Valves")
    asked = time.monotonic()

    assert as_sam.get(address, follow=True).status_code == 200
    assert time.monotonic() - asked < SOON


def test_one_signs_in_without_redis(without_redis, client, settings, rita):
    settings.ACCOUNT_RATE_LIMITS = {}  # as on the site: attempts are counted
    rita.set_password("water mains leak")
    rita.save()
    asked = time.monotonic()

    answer = client.post("/accounts/login/", {"login": rita.email, "password": "water mains leak"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert time.monotonic() - asked < SOON


def test_an_approval_is_saved_and_told_of_later(hung, as_sam, django_capture_on_commit_callbacks):
    signal = make.signal("Pumps")
    asked = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        as_sam.post(
            reverse("admin:review-decide", args=[signal.public_id]), {"decision": "approve"}
        )

    assert time.monotonic() - asked < SOON
    assert Signal.objects.get().status == "approved"
    assert not Event.objects.exclude(pushed_at=None).exists()


def test_one_wait_is_enough_for_many_events(hung, db, django_capture_on_commit_callbacks):
    subject = make.user()
    asked = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(20):
            outbox.record("kettle.boiled", subject=subject)

    assert time.monotonic() - asked < SOON
    assert len(hung.accepted) == 1


def test_one_wait_is_enough_for_many_pages(hung, as_rita):
    as_rita.get("/signals/")
    known = len(hung.accepted)

    for _ in range(3):
        as_rita.get("/signals/")

    assert len(hung.accepted) == known


def test_redis_is_asked_again_after_a_while(hung, monkeypatch):
    monkeypatch.setattr("civstart.lib.hints.LEFT_ALONE_SECONDS", 0.0)
    cache.get("hint")
    known = len(hung.accepted)

    cache.get("hint")

    assert len(hung.accepted) == known + 1


def test_the_site_says_that_redis_does_not_answer(without_redis, client, db):
    asked = time.monotonic()

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "does not answer"}
    assert time.monotonic() - asked < SOON


def test_what_is_kept_is_found(settings):
    use(settings, of_tests.REDIS_URL)

    cache.set("hint", ["a", 1])

    assert cache.get("hint") == ["a", 1]
    assert not cache.add("hint", "b")
    assert cache.delete("hint")
    assert cache.get("hint") is None


async def test_a_page_hears_after_a_long_silence():
    layer = HintLayer([of_tests.REDIS_URL], prefix="tests-hints")
    channel = await layer.new_channel()
    hearing = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(HintLayer.socket_seconds + 0.5)

    await layer.group_add("staff", channel)
    await layer.group_send("staff", {"type": "happened"})

    assert (await asyncio.wait_for(hearing, 2))["type"] == "happened"
    await layer.close_pools()
