"""What people see happen, in real windows over the real servers. How soon: make bench."""

import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from matching.demo.loading import PASSWORD
from tests.browser import windows
from tests.browser.conftest import ANA, DANA, MARCUS, type_of_rows
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]

LIVE = "[data-live=up]"


def review_url(site: Site, public_id: object) -> str:
    return f"{site.url}/staff/review/{public_id}/"


def approve(page: Page) -> None:
    page.get_by_role("button", name="Approve").click()


def test_a_founder_sees_the_match_without_a_new_page(
    site: Site, rows: type_of_rows, open_window: Callable[..., BrowserContext]
) -> None:
    title = "Find the leaks in the mains under Mill Street"
    waiting = rows("pending", title)
    staff = windows.sign_in(open_window(), site.url, ANA, PASSWORD)
    founder = windows.sign_in(open_window(), site.url, DANA, PASSWORD)
    expect(founder.locator(LIVE)).to_be_attached()
    founder.evaluate("window.isTheSamePage = true")
    staff.goto(review_url(site, waiting))

    approve(staff)

    expect(founder.get_by_role("heading", name=title)).to_be_visible(timeout=30_000)
    assert founder.evaluate("window.isTheSamePage")
    expect(staff.get_by_text(f"Approved “{title}”")).to_be_visible()


def test_another_open_page_says_who_decided(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    waiting = rows("pending", "Listen for leaks in the Harbor district")
    ana, marcus = page_of(ANA), page_of(MARCUS)
    for page in (ana, marcus):
        page.goto(review_url(site, waiting))
        expect(page.locator(LIVE)).to_be_attached()

    approve(ana)

    decided = marcus.get_by_role("form", name="Decided")
    expect(decided).to_contain_text("Ana Ruiz approved this at", timeout=30_000)
    expect(marcus.get_by_role("button", name="Approve")).to_have_count(0)


def test_who_approves_second_is_told_who_was_first_and_when(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    title = "Replace the valves at the north plant"
    waiting = rows("pending", title)
    stale = page_of(MARCUS, javascript=False)  # so that its page still offers to approve
    stale.goto(review_url(site, waiting))
    rows("approve", str(waiting))

    approve(stale)

    told = rf'Ana Ruiz approved "{title}" at \d\d:\d\d on .* UTC\. Nothing was changed\.'
    expect(stale.get_by_text(re.compile(told))).to_be_visible()


def test_a_page_catches_up_when_the_server_comes_back(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    title = "Survey the mains below the old town"
    waiting = rows("pending", title)
    founder = page_of(DANA)
    founder.goto(site.url)
    expect(founder.locator(LIVE)).to_be_attached()
    founder.evaluate("window.isTheSamePage = true")

    site.stop("web", how=signal.SIGKILL)
    expect(founder.locator("[data-live=down], [data-live=polling]")).to_be_attached()
    rows("approve", str(waiting))
    site.start_one("web")
    site.wait_for_web()

    expect(founder.get_by_role("heading", name=title)).to_be_visible(timeout=30_000)
    expect(founder.locator(LIVE)).to_be_attached()
    assert founder.evaluate("window.isTheSamePage")


def test_staff_approve_and_founders_read_without_javascript(
    site: Site, rows: type_of_rows, open_window: Callable[..., BrowserContext]
) -> None:
    title = "Hear the leaks before winter, on Foundry Lane"
    waiting = rows("pending", title)
    staff = windows.sign_in(open_window(javascript=False), site.url, MARCUS, PASSWORD)
    founder = windows.sign_in(open_window(javascript=False), site.url, DANA, PASSWORD)

    staff.goto(review_url(site, waiting))
    approve(staff)
    expect(staff.get_by_text(f"Approved “{title}”")).to_be_visible()

    heading = founder.get_by_role("heading", name=title)
    deadline = time.monotonic() + 10
    while not heading.is_visible() and time.monotonic() < deadline:
        founder.goto(site.url)
    heading.get_by_role("link").click()
    expect(founder.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_an_answer_is_on_the_founders_page_without_a_new_page(
    site: Site, known: dict[str, str], page_of: Callable[..., Page]
) -> None:
    founder, staff = page_of(DANA), page_of(ANA)
    founder.goto(f"{site.url}/signals/{known['matched']}/")
    founder.get_by_label("Your question").fill("Are the mains mapped, and in what format?")
    founder.get_by_role("button", name="Ask").click()
    expect(founder.get_by_text("waiting for an answer")).to_be_visible()
    expect(founder.locator(LIVE)).to_be_attached()
    founder.evaluate("window.isTheSamePage = true")
    founder.get_by_label("Your question").fill("And who would")  # being typed all the while
    staff.goto(f"{site.url}/staff/questions/")
    asked = staff.locator(".asked-one", has_text="Are the mains mapped")
    asked.get_by_label("What the government says").fill("Yes, in a geodatabase.")

    asked.get_by_role("button", name="Publish the answer").click()

    answer = founder.get_by_text("Yes, in a geodatabase.", exact=True)
    expect(answer).to_be_visible(timeout=30_000)
    assert founder.evaluate("window.isTheSamePage")
    expect(founder.get_by_label("Your question")).to_have_value("And who would")
