"""The review queue as reviewers use it: by keys alone, two at once, and on a line that drops."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import windows
from tests.browser.conftest import ANA, MARCUS, type_of_rows
from tests.browser.queue import LIVE, heading, is_same_page, open_queue, press, select, toast
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]


def test_signals_are_decided_by_keys_alone_without_a_reload(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    titles = [f"Keys decide on mains number {number}" for number in ("one", "two", "three")]
    first, second, third = (rows("pending", title) for title in titles)
    page = page_of(ANA)
    complaints = windows.Complaints()
    complaints.listen(page)
    open_queue(page, site, first)

    press(page, "a")
    expect(toast(page)).to_contain_text(f"Approved “{titles[0]}”")
    expect(heading(page, titles[0])).to_have_count(0)

    press(page, "z")
    expect(toast(page)).to_contain_text(f"Undid the approval of “{titles[0]}”")
    expect(heading(page, titles[0])).to_be_visible()

    press(page, "r")
    expect(page.get_by_role("button", name="6 Too faint")).to_be_visible()
    press(page, "6")
    expect(toast(page)).to_contain_text(f"Rejected “{titles[0]}”: too faint.")

    page.goto(f"{site.url}/staff/review/{second}/")
    page.evaluate("window.isTheSamePage = true")
    press(page, "t")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Keys give this one another title")
    press(page, "Enter")
    expect(heading(page, "Keys give this one another title")).to_be_visible()
    press(page, "u")
    expect(heading(page, titles[1])).to_be_visible()

    press(page, "?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    press(page, "Escape")
    press(page, "n")
    expect(heading(page, titles[1])).to_have_count(0)
    press(page, "k")
    press(page, "/")
    page.keyboard.type("a")  # types, and approves nothing
    expect(page.get_by_label("Words in the queue")).to_have_value("a")
    assert is_same_page(page)
    # Opening another page cuts off what is on its way.
    assert [one for one in complaints.found if "ERR_ABORTED" not in one] == []
    assert third


def test_the_line_of_second_looks_stays_when_the_queue_is_fetched_anew(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    waiting = rows("pending", "The line of second looks stays in the queue")
    page = page_of(ANA)
    open_queue(page, site, waiting)
    page.wait_for_load_state("networkidle")
    line = page.locator("#queue .looks-line")
    before = line.inner_text()
    page.evaluate("document.querySelector('.queue-list').dataset.old = ''")

    press(page, "t")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("The line of second looks stays where it was")
    press(page, "Enter")
    expect(page.locator(".queue-list[data-old]")).to_have_count(0)

    assert before != "Second looks"  # htmx has said how many wait, or that none does
    assert line.inner_text() == before


def test_selected_words_become_the_quote_and_a_second_need(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    waiting = rows("pending", "Select words for a quote of mains")
    page = page_of(ANA)
    open_queue(page, site, waiting)

    select(page, "find the leaks before the ground freezes")
    press(page, "q")
    field = page.locator("#new-quote")
    expect(field).to_have_value("find the leaks before the ground freezes")
    press(page, "ControlOrMeta+Enter")
    expect(toast(page)).to_contain_text("The quote is changed")
    expect(page.locator("mark")).to_have_text("find the leaks before the ground freezes")

    second = "I have four hundred and twelve thousand in the request"
    select(page, second)
    press(page, "s")
    expect(page.locator("#second-quote")).to_have_value(second)
    page.locator("#second-title").fill("A second need found in the words")
    press(page, "Enter")
    expect(toast(page)).to_contain_text("Split: “A second need found in the words”")
    expect(page.locator(".queue-item", has_text="A second need found in the words")).to_be_visible()

    press(page, "q")
    field.fill("words that nobody said in this meeting at all")
    page.get_by_role("button", name="Save the quote").click()
    expect(page.get_by_role("alert").filter(has_text="was not said")).to_be_visible()
    expect(field).to_have_value("words that nobody said in this meeting at all")
    assert is_same_page(page)


def test_two_reviewers_see_each_other_and_the_second_takes_over(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    title = "Two reviewers look at these mains"
    waiting = rows("pending", title)
    ana, marcus = page_of(ANA), page_of(MARCUS)
    open_queue(ana, site, waiting)
    expect(ana.locator(".presence")).to_have_count(0)

    open_queue(marcus, site, waiting)
    expect(marcus.locator("#presence")).to_contain_text("Ana Ruiz opened this")
    expect(ana.locator("#presence")).to_contain_text("Marcus Oyelaran looks at this too.")

    press(marcus, "a")
    expect(toast(marcus)).to_contain_text(re.compile(rf'Ana Ruiz has "{title}" open since \d\d:'))
    expect(heading(marcus, title)).to_be_visible()

    press(marcus, "h")
    expect(ana.locator("#presence")).to_contain_text("Marcus Oyelaran opened this")
    press(marcus, "a")
    expect(toast(marcus)).to_contain_text(f"Approved “{title}”")
    expect(ana.get_by_role("form", name="Decided")).to_contain_text("Marcus Oyelaran approved this")
    assert is_same_page(ana)
    assert is_same_page(marcus)


def test_who_decides_second_is_told_who_was_first_and_goes_on(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    title = "Decided behind the back of an open page"
    waiting = rows("pending", title)
    page = page_of(MARCUS)
    open_queue(page, site, waiting)
    press(page, "t")  # an open panel is left alone by what happens
    page.locator("#new-title").fill("A title typed meanwhile")

    rows("approve", str(waiting))
    expect(page.locator("#new-title")).to_have_value("A title typed meanwhile")
    press(page, "Escape", "a")

    expect(toast(page)).to_contain_text(re.compile(rf'Ana Ruiz approved "{title}" at \d\d:\d\d'))


def test_a_lost_line_loses_no_decision_and_catches_up(
    site: Site, rows: type_of_rows, open_window: Callable[..., BrowserContext], cookies
) -> None:
    titles = ["A line that drops, first", "A line that drops, second"]
    first, second = (rows("pending", title) for title in titles)
    context = open_window()
    context.add_cookies(cookies(ANA))
    page = context.pages[0]
    open_queue(page, site, first)

    context.set_offline(True)
    press(page, "a")
    expect(toast(page)).to_contain_text("It was not saved: the site does not answer.")
    expect(heading(page, titles[0])).to_be_visible()
    rows("approve", str(second))
    context.set_offline(False)

    expect(page.locator(LIVE)).to_be_attached(timeout=30_000)
    expect(page.locator(".queue-item", has_text=titles[1])).to_have_count(0, timeout=30_000)
    press(page, "a")
    expect(toast(page)).to_contain_text(f"Approved “{titles[0]}”")
    assert is_same_page(page)


def test_where_sockets_are_blocked_the_queue_is_asked_for_again_and_again(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    titles = ["No socket gets through, first", "No socket gets through, second"]
    first, second = (rows("pending", title) for title in titles)
    page = page_of(ANA)
    page.route_web_socket(re.compile("/ws/live/"), lambda socket: socket.close())
    page.goto(f"{site.url}/staff/review/{first}/")
    row = page.locator(".queue-item", has_text=titles[1])
    expect(row).to_be_visible()

    rows("approve", str(second))

    expect(row).to_have_count(0, timeout=45_000)
    expect(page.locator("[data-live=polling]")).to_be_attached()
    press(page, "a")
    expect(toast(page)).to_contain_text(f"Approved “{titles[0]}”")


def test_a_range_is_ticked_and_rejected_with_one_reason(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    titles = [f"Bulk of the mains, part {number}" for number in range(4)]
    ids = [rows("pending", title) for title in titles]
    page = page_of(ANA)
    open_queue(page, site, ids[0])
    boxes = [page.get_by_role("checkbox", name=f"Choose “{title}”") for title in titles]

    boxes[0].click()
    boxes[3].click(modifiers=["Shift"])
    chosen = page.locator(".queue-tick:checked").count()
    expect(page.locator("[data-count]")).to_have_text(f"{chosen} chosen")
    assert chosen == 4
    page.locator(".queue-bulk select").select_option("faint")
    page.get_by_role("button", name="Reject all").click()

    expect(page.get_by_role("heading", name="Rejected 4 signals")).to_be_visible()
    page.get_by_role("button", name=f"Undo for “{titles[1]}”").click()
    expect(heading(page, titles[1])).to_be_visible()


def test_a_merge_by_keys_leads_on_and_is_undone(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    title, same = (
        "Acoustic survey of the Canal Street mains",
        "Acoustic survey of Canal Street mains",
    )
    into, waiting = rows("pending", title), rows("pending", same)
    page = page_of(ANA)
    open_queue(page, site, waiting)
    expect(page.locator("[data-merge-into='1']")).to_be_visible()

    press(page, "m", "1")
    expect(toast(page)).to_contain_text(f"Merged “{same}” into")
    press(page, "z")

    expect(toast(page)).to_contain_text(f"Undid the merge of “{same}”.")
    expect(heading(page, same)).to_be_visible()
    assert into


def test_approve_and_reject_work_without_javascript(
    site: Site, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    titles = ["No script approves this one", "No script rejects this one"]
    first, second = (rows("pending", title) for title in titles)
    page = page_of(MARCUS, javascript=False)

    page.goto(f"{site.url}/staff/review/{first}/")
    page.get_by_role("button", name="Approve", exact=False).first.click()
    expect(page.get_by_text(f"Approved “{titles[0]}”")).to_be_visible()

    page.goto(f"{site.url}/staff/review/{second}/")
    page.locator("summary", has_text="Reject").click()
    page.get_by_role("button", name="Too faint").click()
    expect(page.get_by_text(f"Rejected “{titles[1]}”: too faint.")).to_be_visible()
