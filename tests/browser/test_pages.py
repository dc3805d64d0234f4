"""Every page is quiet in the console, keeps the content security policy and fits its window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import windows
from tests.browser.conftest import ANA, DANA, MARCUS
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]

PAGES = {
    "home": (DANA, "/"),
    "signals": (DANA, "/signals/"),
    "signal": (DANA, "/signals/{matched}/"),
    "filtered": (DANA, "/signals/?kind=budget&kind=procurement&strength=2&q=water"),
    "nothing found": (DANA, "/signals/?kind=need&q=zeppelin"),
    "save a search": (DANA, "/saved/new/?kind=budget&strength=2"),
    "saved": (DANA, "/saved/"),
    "places": (DANA, "/places/"),
    "places of a state": (DANA, "/places/?state=OH"),
    "place": (DANA, "/places/{place}/"),
    "meeting": (DANA, "/meetings/{meeting}/"),
    "startup": (DANA, "/profile/"),
    "notices": (DANA, "/notices/"),
    "staff start": (ANA, "/staff/"),
    "review": (ANA, "/staff/review/{pending}/"),
    "upload": (ANA, "/staff/upload/"),
    "coverage": (ANA, "/staff/coverage/"),
    "history": (ANA, "/staff/signal-history/{matched}/"),
    "trust": (ANA, "/staff/trust/"),
    "second looks": (ANA, "/staff/trust/second-looks/"),
    "second look": (MARCUS, "/staff/trust/second-looks/next/"),
    "automatic": (ANA, "/staff/trust/automatic/"),
    "questions": (ANA, "/staff/questions/"),
    "admin list": (ANA, "/staff/signals/signal/"),
}
WIDTHS = (390, 1440)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_quiet_and_fits(
    name: str, width: int, site: Site, known: dict[str, str], page_of: Callable[..., Page]
) -> None:
    who, path = PAGES[name]
    check(page_of(who, width=width), site.url + path.format(**known))


@pytest.mark.parametrize("width", WIDTHS)
def test_sign_in_is_quiet_and_fits(
    width: int, site: Site, open_window: Callable[..., object]
) -> None:
    check(open_window(width=width).pages[0], f"{site.url}/accounts/login/")


def check(page: Page, url: str) -> None:
    complaints = windows.Complaints()
    complaints.listen(page)

    page.goto(url)
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.locator("body[data-live]").count():
        expect(page.locator("[data-live=up]")).to_be_attached()  # the last that scripts begin

    assert complaints.found == []
    wide, window = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= window, f"{url} is {wide} px wide in a window of {window} px."
