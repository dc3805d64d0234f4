"""Matching over a large directory, on a site of its own."""

import json
import sys
from collections.abc import Callable

from tests import sites
from tests.bench import api, load
from tests.bench.figures import Figure

PROGRAM = "import django; django.setup(); from tests.bench import large; large.{what}"
PAGES = {"Signals page": "/signals/", "Home page of a startup": "/"}
SECONDS, QUICK_SECONDS = 15.0, 1.0
# By then the re-match has loaded what it needs, and is at the signals.
WARM_UP, QUICK_WARM_UP = 10.0, 1.0


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    """Measure beside the site of the other parts, which so large a directory would slow."""
    say("Matching: a large directory on a site of its own, which takes minutes")
    with sites.throwaway() as own:
        own.manage("prepare")
        found = json.loads(_told(own, f"main({quick})"))
        say("Matching: pages, first alone and then beside a re-match")
        return [*(Figure(**one) for one in found), *_pages(own, quick=quick)]


def _told(own: sites.Site, what: str) -> str:
    """Run a function of the large site and return its last line."""
    return own.python("-c", PROGRAM.format(what=what)).splitlines()[-1]


def _pages(own: sites.Site, *, quick: bool) -> list[Figure]:
    """Ask for pages while nothing else is done, and while everything is matched anew."""
    cookie = _told(own, "sign_in()")
    own.manage("collectstatic", "--noinput", "--verbosity", "0", env=api.production(own))
    api.start(own, "0")
    try:
        alone = _p95s(own, cookie, QUICK_SECONDS if quick else SECONDS, 1.0)
        own.start("rematch", [sys.executable, "manage.py", "rematch"])
        load.run(
            own.port,
            lambda: load.get("/signals/", Cookie=cookie),
            seconds=QUICK_WARM_UP if quick else WARM_UP,
            connections=1,
        )
        beside = _p95s(own, cookie, QUICK_SECONDS if quick else SECONDS, 0.0)
        assert quick or own.runs("rematch"), own.log("rematch")[-2000:]
    finally:
        own.stop_all()
    return [
        Figure(f"{what} beside a re-match, p95", beside[what], "ms", alone[what], "ms, alone")
        for what in PAGES
    ]


def _p95s(own: sites.Site, cookie: str, seconds: float, warm_up: float) -> dict[str, float]:
    return {
        what: load.run(
            own.port,
            lambda path=path: load.get(path, Cookie=cookie),  # type: ignore[misc]
            seconds=seconds,
            warm_up=warm_up,
            connections=1,
        ).p95_ms
        for what, path in PAGES.items()
    }
