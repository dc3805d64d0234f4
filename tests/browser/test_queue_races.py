"""The review queue when answers come late and out of order: none replaces what is newer."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import ANA, MARCUS, type_of_rows
from tests.browser.queue import heading, open_queue, press, select, selected, toast
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("servers")]

SAID = "find the leaks before the ground freezes"


class Late:
    """Holds what the page asks for next at an address until it is let go.

    The answer is that of the time it was asked for; with is_sent off the site hears of it late too.
    """

    def __init__(self, page: Page, address: str, *, most: int = 1, is_sent: bool = True) -> None:
        self._page, self._address = page, re.compile(address)
        self._most, self._is_sent = most, is_sent
        self._count = 0
        self._held: list[tuple[Route, APIResponse | None]] = []
        page.route(self._address, self._hold)

    def _hold(self, route: Route) -> None:
        self._count += 1
        if self._count > self._most:
            route.continue_()
        else:
            self._held.append((route, route.fetch() if self._is_sent else None))

    def wait(self) -> None:
        for _ in range(2_000):
            if self._held:
                return
            self._page.wait_for_timeout(10)
        raise AssertionError(f"The page never asked for {self._address.pattern}.")

    def let_go(self) -> None:
        """Let the page have it, and wait until it has read it."""
        for route, answer in self._held:
            self._finish(route, answer)
        self._read()

    def _finish(self, route: Route, answer: APIResponse | None) -> None:
        with self._page.expect_event("requestfinished", lambda one: one == route.request):
            route.fulfill(response=answer) if answer else route.continue_()

    def fail(self) -> None:
        for route, _ in self._held:
            route.abort()
        self._read()

    def _read(self) -> None:
        # What is fetched after it is read after it.
        self._page.evaluate("() => fetch('/health/').then((answer) => answer.text())")


@pytest.fixture(scope="module")
def waiting(rows: type_of_rows) -> Iterator[tuple[str, str]]:
    """Titles and public ids of signals that follow each other in the queue; each is taken once."""
    titles = [f"Late answers on main number {number}" for number in range(20)]
    ids = rows("several", *titles)
    assert isinstance(ids, list)
    return iter(zip(titles, ids, strict=True))


def row(page: Page, title: str):
    return page.locator(".queue-item", has_text=re.compile(rf"{title}\b"))


def test_an_older_list_does_not_replace_a_newer_one(
    site: Site, waiting, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    (_, here), (second, second_id), (third, third_id) = (next(waiting) for _ in range(3))
    page = page_of(MARCUS)
    open_queue(page, site, here)
    older = Late(page, "/queue/")

    rows("approve", second_id)
    older.wait()
    rows("approve", third_id)
    expect(row(page, third)).to_have_count(0)
    older.let_go()

    assert row(page, third).count() == 0
    assert row(page, second).count() == 0


def test_a_list_that_comes_late_leaves_what_is_being_typed(
    site: Site, waiting, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    (_, here), (second, second_id) = next(waiting), next(waiting)
    page = page_of(MARCUS)
    open_queue(page, site, here)
    late = Late(page, "/queue/")
    rows("approve", second_id)
    late.wait()
    words = page.get_by_label("Words in the queue")

    press(page, "/")
    page.keyboard.type("valves")
    late.let_go()

    expect(words).to_be_focused()
    expect(words).to_have_value("valves")
    page.get_by_role("heading", level=1).click()
    expect(row(page, second)).to_have_count(0)  # what was put off is done
    expect(words).to_have_value("valves")


def test_words_selected_before_the_own_edit_is_shown_stay_selected(
    site: Site, waiting, page_of: Callable[..., Page]
) -> None:
    _, here = next(waiting)
    page = page_of(MARCUS)
    open_queue(page, site, here)
    late = Late(page, rf"/review/{here}/\?part=1$", most=9)

    press(page, "t")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("A title that is shown a little late")
    press(page, "Enter")
    late.wait()
    select(page, SAID)
    late.let_go()

    expect(heading(page, "A title that is shown a little late")).to_be_visible()
    assert selected(page) == SAID
    press(page, "q")
    expect(page.locator("#new-quote")).to_have_value(SAID)


def test_an_older_decision_does_not_replace_a_newer_one(
    site: Site, waiting, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    _, here = next(waiting)
    page = page_of(MARCUS)
    open_queue(page, site, here)
    older = Late(page, "/decision/")

    rows("approve", here)
    older.wait()
    rows("reopen", here)
    expect(page.locator("#history")).to_contain_text("Ana Ruiz reopened it")
    older.let_go()

    expect(page.locator("#decide").get_by_role("button", name="Approve")).to_be_visible()
    expect(page.get_by_role("form", name="Decided")).to_have_count(0)


def test_an_undo_pressed_at_once_takes_back_the_decision_that_is_being_sent(
    site: Site, waiting, page_of: Callable[..., Page]
) -> None:
    (first, first_id), (second, _) = next(waiting), next(waiting)
    page = page_of(ANA)
    open_queue(page, site, first_id)
    press(page, "a")
    expect(toast(page)).to_contain_text(f"Approved “{first}”")
    expect(heading(page, second)).to_be_visible()
    late = Late(page, "/decide/", is_sent=False)

    press(page, "a", "z")
    late.wait()
    late.let_go()

    expect(toast(page)).to_contain_text(f"Undid the approval of “{second}”")
    expect(heading(page, second)).to_be_visible()


def test_a_refusal_that_comes_late_leaves_the_person_where_they_are(
    site: Site, waiting, page_of: Callable[..., Page]
) -> None:
    (first, first_id), (second, _), (third, _) = (next(waiting) for _ in range(3))
    page = page_of(ANA)
    open_queue(page, site, first_id)
    late = Late(page, f"/{first_id}/decide/", is_sent=False)

    press(page, "a")
    expect(heading(page, second)).to_be_visible()
    press(page, "a")
    expect(heading(page, third)).to_be_visible()
    expect(toast(page)).to_contain_text(f"Approved “{second}”")
    press(page, "t")
    page.keyboard.type("typed meanwhile")
    late.fail()

    expect(toast(page)).to_contain_text("It was not saved")
    expect(heading(page, third)).to_be_visible()
    expect(page.locator("#new-title")).to_have_value("typed meanwhile")
    page.get_by_role("button", name="Back to it").click()
    expect(heading(page, first)).to_be_visible()
    press(page, "a")
    expect(toast(page)).to_contain_text(f"Approved “{first}”")


def test_keys_pressed_faster_than_signals_come_lose_no_step(
    site: Site, waiting, page_of: Callable[..., Page]
) -> None:
    (_, first_id), (second, second_id), (third, _) = (next(waiting) for _ in range(3))
    page = page_of(MARCUS)
    open_queue(page, site, first_id)
    late = Late(page, rf"/review/{second_id}/\?part=1$")

    press(page, "j", "j")
    expect(heading(page, third)).to_be_visible()
    late.let_go()

    expect(heading(page, third)).to_be_visible()
    press(page, "k")
    expect(heading(page, second)).to_be_visible()


def test_a_range_goes_on_from_a_tick_of_before_the_list_was_fetched_anew(
    site: Site, waiting, rows: type_of_rows, page_of: Callable[..., Page]
) -> None:
    chosen = [next(waiting) for _ in range(3)]
    _, other_id = next(waiting)
    page = page_of(MARCUS)
    open_queue(page, site, chosen[0][1])
    boxes = [page.get_by_role("checkbox", name=f"Choose “{title}”") for title, _ in chosen]

    boxes[0].click()
    page.locator(".queue-bulk select").select_option("faint")
    press(page, "Escape")
    page.evaluate("document.querySelector('.queue-list').dataset.old = ''")
    rows("approve", other_id)
    expect(page.locator(".queue-list[data-old]")).to_have_count(0)
    boxes[2].click(modifiers=["Shift"])

    expect(page.locator("[data-count]")).to_have_text("3 chosen")
    expect(page.locator(".queue-bulk select")).to_have_value("faint")
