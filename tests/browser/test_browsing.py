"""Searching, filtering and saving a search in real windows, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import windows
from tests.browser.conftest import DANA, type_of_rows
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]


@pytest.fixture(scope="module")
def weir(rows: type_of_rows) -> str:
    """A signal that a search for its words finds alone."""
    rows("approve", str(rows("pending", "Telemetry for the weir at Quarry Bend")))
    return "Telemetry for the weir at Quarry Bend"


def budget(page: Page) -> Locator:
    return page.get_by_role("group", name="Kind").get_by_role("checkbox", name="Budget")


def test_a_filter_changes_list_counts_and_address_without_a_new_page(
    site: Site, weir: str, page_of: Callable[..., Page]
) -> None:
    page = page_of(DANA)
    complaints = windows.Complaints()
    complaints.listen(page)
    page.goto(f"{site.url}/signals/")
    page.evaluate("window.isTheSamePage = true")

    budget(page).check()
    expect(page).to_have_url(re.compile(r"\?kind=budget"))
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Budget")
    page.get_by_role("radio", name="Concrete").check()
    expect(page).to_have_url(re.compile(r"kind=budget.*strength=3"))
    expect(page.get_by_role("radio", name="Concrete")).to_be_focused()

    assert page.evaluate("window.isTheSamePage")
    assert complaints.found == []

    page.get_by_role("link", name="Budget remove this filter").click()
    expect(page).to_have_url(f"{site.url}/signals/?strength=3")
    expect(budget(page)).not_to_be_checked()


def test_a_search_keeps_the_filters_and_the_way_back(
    site: Site, weir: str, page_of: Callable[..., Page]
) -> None:
    page = page_of(DANA)
    page.goto(f"{site.url}/signals/?kind=budget")

    page.get_by_role("searchbox", name="Search signals").fill("telemetry weir")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(page.get_by_role("heading", name=weir)).to_be_visible()
    expect(page).to_have_url(re.compile(r"kind=budget"))
    expect(page).to_have_url(re.compile(r"q=telemetry"))

    page.go_back()
    expect(page).to_have_url(f"{site.url}/signals/?kind=budget")
    expect(page.get_by_role("list", name="Filters in use")).not_to_contain_text("telemetry")


def test_the_filters_of_a_phone_are_a_sheet_that_closes_when_sent(
    site: Site, weir: str, page_of: Callable[..., Page]
) -> None:
    page = page_of(DANA, width=390, height=844)
    page.goto(f"{site.url}/signals/")
    sheet = page.get_by_role("form", name="Filters")
    expect(sheet).to_be_hidden()

    page.get_by_role("button", name="Filters").click()
    budget(page).check()
    expect(page).to_have_url(re.compile(r"kind=budget"))
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Show signals").click()

    expect(sheet).to_be_hidden()
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Budget")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_search_is_found_saved_and_deleted(
    javascript: bool, site: Site, weir: str, page_of: Callable[..., Page]
) -> None:
    name = f"Weirs, {'with' if javascript else 'without'} JavaScript"
    page = page_of(DANA, javascript=javascript)
    page.goto(f"{site.url}/signals/")

    budget(page).check()
    page.get_by_role("searchbox", name="Search signals").fill("telemetry weir")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("telemetry weir")
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Budget")
    expect(page.get_by_role("heading", name=weir)).to_be_visible()
    page.get_by_role("link", name="Save and tell me").click()

    expect(page.get_by_text("It would have told you of 1 signal.")).to_be_visible()
    expect(page.get_by_role("link", name=weir)).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("By e-mail, once a day").check()
    page.get_by_role("button", name="Save search").click()
    expect(page.get_by_text(f"“{name}” is saved.")).to_be_visible()

    page.get_by_role("button", name=f"Make a feed “{name}”").click()
    feed = page.get_by_role("link", name=re.compile(r"signals\.atom$")).get_attribute("href")
    assert page.request.get(f"{site.url}{feed}").ok
    page.get_by_role("button", name=f"Delete “{name}”").click()
    expect(page.get_by_text(f"“{name}” is deleted.")).to_be_visible()
    assert page.request.get(f"{site.url}{feed}").status == 404


def test_filters_are_applied_without_javascript(
    site: Site, weir: str, page_of: Callable[..., Page]
) -> None:
    page = page_of(DANA, javascript=False)
    page.goto(f"{site.url}/signals/")

    budget(page).check()
    page.get_by_role("button", name="Apply filters").click()

    expect(page).to_have_url(re.compile(r"kind=budget"))
    expect(budget(page)).to_be_checked()
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Budget")
