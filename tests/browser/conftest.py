"""The real site (web, worker, relay, the demo's rows) and people in front of real windows."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from matching.demo.loading import PASSWORD
from tests import sites
from tests.browser import windows

ANA, MARCUS = "ana.ruiz@civstart.example", "marcus.oyelaran@civstart.example"
DANA = "dana@plumbtrace.example"

expect.set_options(timeout=20_000)  # two cores run the suite and the site

type_of_rows = Callable[..., object]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    if windows.chromium() is None:
        said = f"NO CHROMIUM: none of {', '.join(windows.NAMES)} on PATH; set CHROMIUM to one."
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def site(playwright: Playwright) -> Iterator[sites.Site]:
    with sites.throwaway() as made:
        made.manage("prepare", "--demo")
        made.start_all()
        yield made


@pytest.fixture(scope="package")
def rows(site: sites.Site) -> type_of_rows:
    """Make or change rows of the site: `rows("pending", title)`."""

    def run(*arguments: str) -> object:
        return json.loads(site.python("-m", "tests.browser.rows", *arguments))

    return run


@pytest.fixture(scope="package")
def known(rows: type_of_rows) -> dict[str, str]:
    """Public ids of signals to look at: `matched` to Dana's startup, and `pending`."""
    ids = rows("known")
    assert isinstance(ids, dict)
    return ids


@pytest.fixture(scope="package")
def cookies(site: sites.Site, playwright: Playwright) -> Callable[[str], list[dict[str, object]]]:
    """Return a person's cookies, signing in through the form the first time."""
    known: dict[str, list[dict[str, object]]] = {}

    def of(email: str) -> list[dict[str, object]]:
        if email not in known:
            with windows.window(playwright) as context:
                windows.sign_in(context, site.url, email, PASSWORD)
                known[email] = context.cookies()
        return known[email]

    return of


@pytest.fixture
def open_window(playwright: Playwright) -> Iterator[Callable[..., BrowserContext]]:
    """Open windows; all are closed after the test."""
    with ExitStack() as opened:
        yield lambda **how: opened.enter_context(windows.window(playwright, **how))


@pytest.fixture
def page_of(
    open_window: Callable[..., BrowserContext],
    cookies: Callable[[str], list[dict[str, object]]],
) -> Callable[..., Page]:
    """Open a window in which the person is signed in already."""

    def opened(email: str, **how: object) -> Page:
        context = open_window(**how)
        context.add_cookies(cookies(email))
        return context.pages[0]

    return opened
