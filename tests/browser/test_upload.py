"""Bringing files in a real window, and seeing what becomes of each; who is heard, beside it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import ANA, type_of_rows
from tests.browser.windows import Complaints
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]

MINUTE = (
    "The council of Marlow Falls is in session, and all members are here tonight.",
    "Public works needs a system that finds the leaks in the old water mains before winter.",
    "We have put $240,000 a year for it into the request, by the end of March at the latest.",
    "Thank you, that was overdue after the break on Harbor Street in April.",
    "The library asks for new software to book its study rooms, the paper diary was lost.",
)
DROP = """([names, form]) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File(["WEBVTT"], name));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""


def captions(number: int) -> FilePayload:
    """A meeting of its own, as long as one that is worth reading."""
    cues = "\n".join(
        f"00:{place // 6:02}:{place % 6 * 10:02}.000 --> 00:{place // 6:02}:{place % 6 * 10 + 9:02}"
        f".000\n{MINUTE[place % 5]} That was item {number * 100 + place}.\n"
        for place in range(60)
    )
    name = f"council_2026-0{number}-11.vtt"
    return {"name": name, "mimeType": "text/vtt", "buffer": f"WEBVTT\n\n{cues}".encode()}


def opened(page_of: Callable[..., Page], site: Site, **how: object) -> Page:
    page = page_of(ANA, **how)
    page.goto(f"{site.url}/staff/upload/")
    expect(page.locator("[data-live=up]")).to_be_attached()
    return page


def test_several_files_are_brought_and_each_tells_what_became_of_it(
    site: Site, page_of: Callable[..., Page]
) -> None:
    page = opened(page_of, site)
    complaints = Complaints()
    complaints.listen(page)
    broken: FilePayload = {
        "name": "broken_2026-06-11.vtt",
        "mimeType": "text/vtt",
        "buffer": b"<html><body>Sign in</body></html>",
    }

    page.get_by_label("Files", exact=True).set_input_files([captions(4), captions(5), broken])
    expect(page.get_by_text("3 chosen: council_2026-04-11.vtt")).to_be_visible()
    page.get_by_label("Jurisdiction").fill("Marlow Falls, OH")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("3 files taken in and read now.")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")

    bad = page.get_by_role("row").filter(has_text="broken_2026-06-11.vtt")
    expect(bad.get_by_text("Not read", exact=True)).to_be_visible(timeout=60_000)
    expect(bad).to_contain_text("is a web page or XML, not a transcript.")
    for name in ("council_2026-04-11.vtt", "council_2026-05-11.vtt"):
        row = page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("60 cues read", timeout=60_000)
        expect(row.get_by_role("link", name=re.compile(r"^See \d+ signals?$"))).to_be_visible()
    assert page.evaluate("window.isTheSamePage")
    # Sending the form cuts off the names of places that were on their way.
    assert [one for one in complaints.found if "ERR_ABORTED" not in one] == []

    page.get_by_role("row").filter(has_text="council_2026-04-11.vtt").get_by_role(
        "link", name=re.compile("^See")
    ).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#result_list")).to_contain_text("Marlow Falls, OH")


def test_files_that_are_dropped_are_chosen(site: Site, page_of: Callable[..., Page]) -> None:
    page = opened(page_of, site)
    form = page.locator("[data-upload]").element_handle()

    page.evaluate(DROP, [["a.vtt", "b.vtt"], form])

    expect(page.get_by_text("2 chosen: a.vtt, b.vtt.")).to_be_visible()
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 2


def test_an_unknown_place_is_told_and_nothing_is_brought(
    site: Site, page_of: Callable[..., Page]
) -> None:
    page = opened(page_of, site)

    page.get_by_label("Files", exact=True).set_input_files([captions(7)])
    page.get_by_label("Jurisdiction").fill("Nowhere, ZZ")
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_text('No jurisdiction is called "Nowhere, ZZ".').first).to_be_visible()
    expect(page.get_by_text("council_2026-07-11.vtt")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_each_step_of_a_file_is_shown_as_it_comes(
    width: int, site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    name = f"slow-{width}.vtt"
    page = opened(page_of, site, width=width)
    page.evaluate("window.isTheSamePage = true")

    rows("reading", name, "storing", "5")
    row = page.get_by_role("row").filter(has_text=name)
    now = row.locator("[aria-current=step]")
    expect(now).to_have_text("Storing the words")
    rows("reading", name, "extracting", "55")
    expect(now).to_have_text("Looking for signals, 50 percent")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    rows("unreadable", name)

    expect(row.get_by_text("Not read", exact=True)).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def test_coverage_tells_who_is_heard_and_is_sorted_by_its_heads(
    site: Site, page_of: Callable[..., Page]
) -> None:
    page = page_of(ANA)
    page.goto(f"{site.url}/staff/coverage/")

    expect(page.get_by_role("heading", level=1, name="Coverage")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Marlow Falls, OH").first).to_be_visible()
    page.get_by_role("columnheader").get_by_role("link").nth(1).click()
    expect(page.locator("th[aria-sort]")).to_have_count(1)
    page.get_by_role("link", name="Upload").last.click()
    expect(page.get_by_role("heading", level=1, name="Upload")).to_be_visible()
