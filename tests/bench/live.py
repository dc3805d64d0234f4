"""How long after an approval is sent the open pages hear of it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from channels.layers import get_channel_layer
from django.test import Client
from django.urls import reverse
from websockets.asyncio.client import ClientConnection, connect

from civstart.accounts.models import User
from civstart.events.models import Delivery, Event
from matching.demo import loading
from matching.models import Match
from signals.models import Signal
from tests import make, sites
from tests.bench import load
from tests.bench.figures import Figure, share

FOUNDER = "dana@plumbtrace.example"
WARM_UP = 5
PAUSE_SECONDS = 0.15
PATIENCE_SECONDS = 30
NEEDS = (
    "Acoustic leak detection for cast-iron water mains before winter",
    "Find the leaks in the oldest water mains",
    "Equipment that hears leaks in water mains at night",
    "Locate breaks in cast-iron mains before the ground freezes",
    "Reduce water loss from leaking mains",
)


@dataclass(slots=True)
class Delays:
    """Milliseconds from sending an approval to the answer and to the two sockets."""

    answered: list[float]
    staff: list[float]
    startup: list[float]
    bare: list[float]
    first_startup: float = 0


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    count = 20 if quick else 100
    say(f"Live: {count} approvals on daphne, worker and relay, as `make run` starts them")
    loading.load(say=lambda line: None)
    signals = _waiting_signals(count + WARM_UP)
    site.start_all()
    try:
        delays = asyncio.run(_approve_all(site, signals))
    finally:
        site.stop_all()
    say(_where_the_time_goes(signals[WARM_UP:]))
    return _figures(delays)


def _figures(delays: Delays) -> list[Figure]:
    beside = "ms for a bare group_send"
    found = []
    for name, values, aim in (
        ("Approval sent to staff socket", delays.staff, 50),
        ("Approval sent to startup socket", delays.startup, 300),
    ):
        for part in (0.5, 0.95):
            found.append(
                Figure(
                    f"{name}, p{part * 100:.0f}",
                    share(values, part),
                    "ms",
                    share(delays.bare, part),
                    beside,
                    aim if part == 0.95 else None,
                )
            )
    found.append(Figure("Approval answered, p95", share(delays.answered, 0.95), "ms"))
    found.append(Figure("First match after the worker's start", delays.first_startup, "ms"))
    return found


def _waiting_signals(count: int) -> list[Signal]:
    """Return pending signals that the demo's water startups fit, no two with the same words."""
    sitting = make.meeting()
    return [
        make.signal(f"{NEEDS[number % len(NEEDS)]}, district {number + 1}", at_meeting=sitting)
        for number in range(count)
    ]


async def _approve_all(site: sites.Site, signals: list[Signal]) -> Delays:
    ana, marcus = await asyncio.to_thread(lambda: [*User.objects.filter(is_staff=True)[:2]])
    dana = await User.objects.aget(email=FOUNDER)
    delays = Delays([], [], [], [])
    cookies = {user.pk: await asyncio.to_thread(signed_in, user) for user in (ana, marcus, dana)}
    async with (
        _listening(site, cookies[marcus.pk]) as staff,
        _listening(site, cookies[dana.pk]) as startup,
        load.connection(site.port) as http,
    ):
        await asyncio.sleep(1)
        delays.bare = await _bare(staff, len(signals))
        for signal in signals:
            await _approve(signal, http, cookies[ana.pk], staff, startup, delays)
            await asyncio.sleep(PAUSE_SECONDS)
    delays.first_startup = delays.startup[0]
    for values in (delays.answered, delays.staff, delays.startup):
        del values[:WARM_UP]
    return delays


async def _approve(
    signal: Signal, http: load.Connection, cookie: str, staff: "Ear", startup: "Ear", delays: Delays
) -> None:
    request = approval(signal, cookie)
    began = time.perf_counter()
    answer = await http.ask(request)
    delays.answered.append((time.perf_counter() - began) * 1000)
    assert answer.status == 302, f"The approval was answered with {answer.status}."
    approved = await staff.heard("signal.approved", _is(f"signal:{signal.public_id}"))
    delays.staff.append((approved - began) * 1000)
    suggested = await startup.heard("match.suggested", _is_match_for(signal))
    delays.startup.append((suggested - began) * 1000)


async def _bare(ear: "Ear", count: int) -> list[float]:
    """Return the milliseconds of hints sent straight into the channel layer."""
    layer = get_channel_layer()
    assert layer is not None
    delays = []
    for number in range(count):
        hint = {"id": str(number), "type": "bench", "subject": f"bench:{number}"}
        began = time.perf_counter()
        await layer.group_send("staff", {"type": "happened", "hint": hint})
        delays.append((await ear.heard("bench", _is(f"bench:{number}")) - began) * 1000)
        await asyncio.sleep(0.02)
    await layer.close_pools()  # type: ignore[attr-defined]
    return delays


class Ear:
    """Listens to a socket all the time and remembers when each hint came first."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._came: dict[tuple[str, str], float] = {}
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._socket:
            now = time.perf_counter()
            hint = json.loads(message)
            self._came.setdefault((hint.get("type", ""), hint.get("subject", "")), now)
            self._news.set()

    async def heard(self, type_: str, is_it: Callable[[str], Awaitable[bool]]) -> float:
        """Wait for the hint and return when it came. A hint may come twice; others are let pass."""
        looked_at: set[str] = set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._news.clear()
                for (heard_type, subject), came in list(self._came.items()):
                    if heard_type == type_ and subject not in looked_at:
                        looked_at.add(subject)
                        if await is_it(subject):
                            del self._came[heard_type, subject]
                            return came
                await self._news.wait()


def _is(wanted: str) -> Callable[[str], Awaitable[bool]]:
    async def is_it(subject: str) -> bool:
        return subject == wanted

    return is_it


def _is_match_for(signal: Signal) -> Callable[[str], Awaitable[bool]]:
    async def is_it(subject: str) -> bool:
        matches = Match.objects.filter(public_id=subject.partition(":")[2], signal=signal)
        return await matches.aexists()

    return is_it


@contextlib.asynccontextmanager
async def _listening(site: sites.Site, cookie: str) -> AsyncIterator[Ear]:
    socket = connect(
        f"ws://127.0.0.1:{site.port}/ws/live/",
        origin=site.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
    )
    async with socket as opened:
        ear = Ear(opened)
        listening = asyncio.create_task(ear.listen())
        try:
            yield ear
        finally:
            listening.cancel()


def approval(signal: Signal, cookie: str) -> bytes:
    token = cookie.partition("csrftoken=")[2]
    path = reverse("admin:review-decide", args=[signal.public_id])
    return load.post(path, f"decision=approve&csrfmiddlewaretoken={token}", Cookie=cookie)


def decision(signal: Signal, cookie: str) -> bytes:
    """Return the approval as the open page sends it."""
    token = cookie.partition("csrftoken=")[2]
    path = reverse("admin:review-decide", args=[signal.public_id])
    form = f"decision=approve&csrfmiddlewaretoken={token}"
    return load.post(path, form, Cookie=cookie, **{"X-Queue": "1"})


def signed_in(user: User) -> str:
    """Return the cookies of a browser in which the person signed in."""
    client = Client()
    client.force_login(user)
    token = "of32lettersand0digitsbecausethat5"[:32]
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"


def _where_the_time_goes(signals: list[Signal]) -> str:
    steps: dict[str, list[float]] = {}
    for signal in signals:
        approved = Event.objects.get(type="signal.approved", subject=f"signal:{signal.public_id}")
        delivery = Delivery.objects.get(event=approved)
        match = Event.objects.filter(
            type="match.suggested", data__signal=str(signal.public_id)
        ).latest("pushed_at")
        moments = {
            "recorded to pushed": (approved.happened_at, approved.pushed_at),
            "recorded to taken by a worker": (approved.happened_at, delivery.started_at),
            "taken to matched and stored": (delivery.started_at, delivery.done_at),
            "stored to last startup told": (delivery.done_at, match.pushed_at),
        }
        for name, (start, end) in moments.items():
            assert start and end
            steps.setdefault(name, []).append((end - start).total_seconds() * 1000)
    return "  of which, ms p50 / p95: " + "; ".join(
        f"{name} {share(values, 0.5):.0f} / {share(values, 0.95):.0f}"
        for name, values in steps.items()
    )
