"""The live socket: who hears what, and what it answers."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.events.live import LiveConsumer
from startups import membership
from startups.models import Membership
from tests import make

HINT = {"type": "error", "detail": 'Send {"after": "the last event id you saw"}.'}


@pytest.fixture
def sam(committed):
    return make.user("Sam Staffer", is_staff=True)


@pytest.fixture
def leakwise(committed):
    return make.startup("Leakwise")


@pytest.fixture
def rita(leakwise):
    rita = make.user("Rita Founder")
    make.membership(leakwise, rita)
    return rita


@pytest.fixture
def stranger(committed):
    return make.user("Stan Stranger")


@pytest.fixture
def fast_heart(settings):
    settings.LIVE_HEARTBEAT_SECONDS = 0.05


def socket_of(user):
    socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws/live/")
    if user:
        socket.scope["user"] = user
    return socket


@asynccontextmanager
async def page_of(user):
    """An open page of the person. The user is handed in, as the session's would be."""
    page = socket_of(user)
    accepted, _ = await page.connect()
    assert accepted
    try:
        yield page
    finally:
        await page.disconnect()


async def happen(type_, subject, *audience):
    """Record it as a request would: committed, then told."""
    event = await database_sync_to_async(outbox.record)(type_, subject=subject, audience=audience)
    return event.hint()


async def beats(page):
    """Return what the page is sent until its next heartbeat."""
    return await heard_until(page, "heartbeat")


async def heard_until(page, type_):
    heard = []
    while (message := await page.receive_json_from(timeout=5))["type"] != type_:
        heard.append(message)
    return heard


def own_group(user):
    return f"user.{user.public_id}"


async def test_a_hint_names_the_event_and_says_no_more(sam, stranger):
    async with page_of(sam) as page:
        hint = await happen("kettle.sang", stranger)

        heard = await page.receive_json_from()

    assert heard == hint
    assert heard.keys() == {"id", "type", "subject"}


async def test_a_stranger_hears_only_what_is_for_them(stranger, sam, leakwise):
    async with page_of(stranger) as page:
        await happen("kettle.sang", sam)
        await happen("kettle.sang", sam, membership.group(leakwise.public_id))
        await happen("kettle.sang", sam, own_group(sam))
        own = await happen("kettle.sang", stranger, own_group(stranger))

        assert await page.receive_json_from() == own
        assert await page.receive_nothing()


async def test_staff_hear_everything(sam, stranger, leakwise):
    async with page_of(sam) as page:
        hints = [
            await happen("kettle.sang", stranger),
            await happen("kettle.sang", stranger, membership.group(leakwise.public_id)),
            await happen("kettle.sang", stranger, own_group(stranger)),
        ]

        assert [await page.receive_json_from() for _ in hints] == hints


async def test_a_member_hears_of_their_startup_but_not_what_staff_hear(rita, leakwise, stranger):
    async with page_of(rita) as page:
        await happen("kettle.sang", stranger)
        ours = await happen("kettle.sang", stranger, membership.group(leakwise.public_id))

        assert await page.receive_json_from() == ours
        assert await page.receive_nothing()


async def test_every_open_page_of_a_person_hears_it(stranger):
    async with page_of(stranger) as one, page_of(stranger) as other:
        hint = await happen("kettle.sang", stranger, own_group(stranger))

        assert await one.receive_json_from() == hint
        assert await other.receive_json_from() == hint


@pytest.mark.parametrize("user", [AnonymousUser(), None])
async def test_who_is_not_signed_in_is_told_so_and_the_socket_closes(user):
    socket = socket_of(user)
    await socket.connect()

    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


async def test_who_was_locked_out_is_not_let_in_again(stranger):
    await database_sync_to_async(User.objects.update)(is_active=False)
    socket = socket_of(stranger)
    await socket.connect()

    assert await socket.receive_output() == {"type": "websocket.close", "code": 4401}


@pytest.mark.parametrize(
    "frame",
    [
        {"text": "not json"},
        {"text": ""},
        {"text": "null"},
        {"text": "5"},
        {"text": "[1, 2]"},
        {"text": '"after"'},
        {"text": "{}"},
        {"text": '{"after": 5}'},
        {"text": '{"after": null}'},
        {"text": '{"after": ["x"]}'},
        {"text": "[" * 100_000},
        {"bytes": b"\x00\xff"},
        {"bytes": b'{"after": ""}'},
    ],
    ids=lambda frame: repr(next(iter(frame.values())))[:20],
)
async def test_what_makes_no_sense_is_answered_and_the_line_stays_up(stranger, frame):
    async with page_of(stranger) as page:
        await page.send_input({"type": "websocket.receive", **frame})

        assert await page.receive_json_from() == HINT
        own = await happen("kettle.sang", stranger, own_group(stranger))
        assert await page.receive_json_from() == own


@pytest.mark.parametrize("after", ["nonsense", "0" * 32, "\x00", "019a" * 500])
async def test_a_page_that_names_an_unknown_event_is_told_to_fetch_all_anew(stranger, after):
    async with page_of(stranger) as page:
        await page.send_json_to({"after": after})

        assert await page.receive_json_from() == {"type": "reload"}


async def test_a_page_that_comes_back_is_sent_what_it_missed(stranger, sam):
    async with page_of(stranger) as page:
        last = await happen("kettle.sang", stranger, own_group(stranger))
        assert await page.receive_json_from() == last
    missed = [await happen("kettle.sang", stranger, own_group(stranger)) for _ in range(3)]
    await happen("kettle.sang", sam)

    async with page_of(stranger) as page:
        await page.send_json_to({"after": last["id"]})

        assert await heard_until(page, "replayed") == missed


async def test_the_line_is_shown_to_be_alive(stranger, fast_heart):
    async with page_of(stranger) as page:
        assert await page.receive_json_from() == {"type": "heartbeat"}
        assert await page.receive_json_from() == {"type": "heartbeat"}


async def test_who_is_locked_out_while_connected_is_dropped_at_the_next_heartbeat(
    stranger, fast_heart
):
    page = socket_of(stranger)
    await page.connect()
    await database_sync_to_async(User.objects.update)(is_active=False)

    output = await page.receive_output(timeout=5)
    while output["type"] == "websocket.send":
        output = await page.receive_output(timeout=5)

    assert output == {"type": "websocket.close", "code": 4401}
    await page.disconnect()


async def test_who_signed_out_elsewhere_is_dropped_at_the_next_heartbeat(stranger, fast_heart):
    session = SessionStore()
    await database_sync_to_async(session.save)()
    socket = socket_of(stranger)
    socket.scope["session"] = session
    await socket.connect()
    assert await socket.receive_json_from() == {"type": "heartbeat"}

    await database_sync_to_async(session.delete)()

    while (answer := await socket.receive_output())["type"] != "websocket.close":
        continue
    assert answer["code"] == 4401
    await socket.disconnect()


async def test_who_joins_a_startup_hears_of_it_from_the_next_heartbeat(
    stranger, leakwise, fast_heart
):
    async with page_of(stranger) as page:
        await database_sync_to_async(make.membership)(leakwise, stranger)
        await beats(page)
        await beats(page)

        hint = await happen("kettle.sang", stranger, membership.group(leakwise.public_id))

        assert hint in await beats(page)


async def test_who_leaves_a_startup_no_longer_hears_of_it(rita, leakwise, fast_heart):
    async with page_of(rita) as page:
        await database_sync_to_async(Membership.objects.all().delete)()
        await beats(page)
        await beats(page)

        await happen("kettle.sang", rita, membership.group(leakwise.public_id))

        assert await beats(page) == []
        assert await beats(page) == []


async def test_what_redis_lost_is_sent_at_the_next_heartbeat(stranger, fast_heart):
    async with page_of(stranger) as page:
        await get_channel_layer().flush()  # as after a restart of Redis: nobody is in any group
        hint = await happen("kettle.sang", stranger, own_group(stranger))

        heard = await beats(page) + await beats(page)

    assert hint in heard


async def test_a_page_that_left_is_in_no_group(stranger):
    async with page_of(stranger):
        assert own_group(stranger) in get_channel_layer().groups

    assert own_group(stranger) not in get_channel_layer().groups


async def test_fifty_hints_arrive_in_order(stranger):
    async with page_of(stranger) as page:
        listening = asyncio.create_task(listen(page, 50))
        hints = [await happen("kettle.sang", stranger, own_group(stranger)) for _ in range(50)]

        assert await listening == hints


async def listen(page, count):
    return [json.loads((await page.receive_output(timeout=20))["text"]) for _ in range(count)]
