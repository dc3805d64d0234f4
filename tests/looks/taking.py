"""Taking one picture: the way to the page, and what a machine finds wrong with it."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserError

from tests.browser import windows
from tests.looks.pages import Shown

PASSWORD = "civstart-demo"
HEIGHTS = {1440: 900, 390: 844}
TALLEST = {1440: 2400, 390: 3400}
PATIENCE_MS = 20_000
SETTLED_MS = 400  # "Updated live" appears once the socket is up
FAULTS = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8")
AXE = os.environ.get("AXE")
AXE_RUN = "axe.run(document, {preload: false, resultTypes: ['violations']})"


@dataclass(frozen=True, slots=True)
class Look:
    """How wide the window is, whether it is night, and whether scripts run."""

    width: int
    dark: bool = False
    bare: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{'dark' if self.dark else 'light'}"

    def window(self, playwright: Playwright) -> AbstractContextManager[BrowserContext]:
        return windows.window(
            playwright,
            width=self.width,
            height=HEIGHTS[self.width],
            dark=self.dark,
            javascript=not self.bare,
        )


def take(page: Page, site_url: str, made: Mapping[str, Any], one: Shown, to: Path) -> list[str]:
    """Go to the page, write its picture and close it; return what is wrong."""
    complaints = windows.Complaints()
    complaints.listen(page)
    page.set_default_timeout(PATIENCE_MS)
    faults = []
    try:
        status, *_ = [_step(page, site_url, step.format(**made)) for step in one.steps]
        if status != one.status:
            faults.append(f"answers with {status}")
        faults += _look(page, to)
    except BrowserError as error:
        faults.append(f"not taken: {error.message.splitlines()[0]}")
    finally:
        page.close()
    return faults + [said for said in complaints.found if not _is_expected(said, one)]


def _look(page: Page, to: Path) -> list[str]:
    page.evaluate("document.fonts.ready.then(() => true)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    faults: list[str] = page.evaluate(FAULTS)
    if AXE:
        faults += _axe(page, Path(AXE).read_text(encoding="utf-8"))
    size = page.viewport_size
    assert size
    whole = page.evaluate("document.scrollingElement.scrollHeight")
    height = max(size["height"], min(whole, TALLEST[size["width"]]))
    page.set_viewport_size({"width": size["width"], "height": height})
    page.screenshot(path=to, scale="css", animations="disabled", caret="hide")
    return faults


def _axe(page: Page, axe: str) -> list[str]:
    page.evaluate(f"{axe};0")
    return [
        f"axe {fault['id']}, {len(fault['nodes'])} times, as {fault['nodes'][0]['html'][:120]}"
        for fault in page.evaluate(AXE_RUN)["violations"]
    ]


def _is_expected(said: str, one: Shown) -> bool:
    """Whether the browser only says that the page answered as it should have."""
    refused = one.status >= 400 or len(one.steps) > 1  # a form with a mistake comes back with 422
    return refused and (said.startswith(("4", "5")) or "Failed to load resource" in said)


def _step(page: Page, site_url: str, step: str) -> int:
    """Do the step; return the status that its address answered with."""
    verb, _, rest = step.partition(": ")
    if step.startswith(("/", "http://")):
        answer = page.goto(f"{site_url}{step}" if step.startswith("/") else step)
        return answer.status if answer else 0
    if verb == "type":
        label, _, words = rest.partition(" = ")
        page.get_by_label(label).first.fill(words)
    elif verb == "open":
        page.locator(rest).first.click()
    else:
        _press(page, rest, only_if_shown=verb.endswith("?"))
    page.wait_for_load_state("load")
    return 200


def _press(page: Page, name: str, *, only_if_shown: bool) -> None:
    """Press the button; the browser does not check the form first, so that the site must."""
    button = page.get_by_role("button", name=name).first
    if only_if_shown and not button.is_visible():
        return
    page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true })")
    button.click()
