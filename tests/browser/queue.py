"""What tests do at the review queue, as a person at a keyboard would."""

from playwright.sync_api import Locator, Page, expect

from tests.sites import Site

LIVE = "[data-live=up]"


def open_queue(page: Page, site: Site, public_id: object) -> None:
    page.goto(f"{site.url}/staff/review/{public_id}/")
    expect(page.locator(LIVE)).to_be_attached()
    page.evaluate("window.isTheSamePage = true")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSamePage === true"))


def heading(page: Page, title: str) -> Locator:
    return page.get_by_role("heading", level=1, name=title)


def toast(page: Page) -> Locator:
    return page.locator("#toasts")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def select(page: Page, words: str) -> None:
    """Select the words in what was said, as a mouse would."""
    page.evaluate(
        """(words) => {
          const lines = [...document.querySelectorAll("[data-said]")];
          const said = lines.find((one) => one.textContent.includes(words));
          const from = said.textContent.indexOf(words);
          const to = from + words.length;
          const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          let at = 0;
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const end = at + node.length;
            if (from >= at && from < end) range.setStart(node, from - at);
            if (to > at && to <= end) range.setEnd(node, to - at);
            at = end;
          }
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        words,
    )


def selected(page: Page) -> str:
    return str(page.evaluate("getSelection().toString()"))
