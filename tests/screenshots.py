"""`make screenshots`: the pictures in docs/screens, taken anew from the demo."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from tests import sites
from tests.browser import windows

FOLDER = sites.ROOT / "docs" / "screens"
PASSWORD = "civstart-demo"
FOUNDER, STAFF = "founder", "ana.ruiz@civstart.example"
STAFF_TOO = "marcus.oyelaran@civstart.example"
SIZES = {1440: 1000, 390: 844}
LARGEST_BYTES = 2_500_000

# What is shown: whose page, and the way to it, by addresses ("/…") and links to follow.
SHOWN = {
    "home": (FOUNDER, ["/"]),
    "signals": (FOUNDER, ["/signals/"]),
    "signal": (FOUNDER, ["/", "Read the signal"]),
    "filters": (FOUNDER, ["/signals/?kind=budget&strength=2"]),
    "save": (FOUNDER, ["/saved/new/?kind=budget&strength=2"]),
    "places": (FOUNDER, ["/places/"]),
    "place": (FOUNDER, ["/places/?state=OH", "Marlow Falls, OH"]),
    "meeting": (FOUNDER, ["/places/?state=OH", "Marlow Falls, OH", "Marlow Falls City Council"]),
    "startup": (FOUNDER, ["/profile/"]),
    "today": (STAFF, ["/staff/"]),
    "review": (STAFF, ["/staff/review/"]),
    "history": (STAFF, ["/staff/review/", "Full history"]),
    "trust": (STAFF, ["/staff/trust/"]),
    "second-look": (STAFF_TOO, ["/staff/trust/second-looks/next/"]),
    "questions": (STAFF, ["/staff/questions/"]),
    "sign-in": (None, ["/accounts/login/"]),
}
# The pages most looked at on a desktop by day; of other sizes and by night, those that differ most.
ON_DESKTOP = (
    "home",
    "signals",
    "signal",
    "save",
    "places",
    "place",
    "today",
    "review",
    "trust",
    "questions",
)
PICTURES = [
    *((name, 1440, False) for name in ON_DESKTOP),
    *((name, 390, False) for name in ("home", "signals", "signal", "review")),
    ("review", 1440, True),
    ("home", 390, True),
]


def main() -> None:
    if windows.chromium() is None:
        sys.exit(f"No Chromium: none of {', '.join(windows.NAMES)} on PATH; set CHROMIUM to one.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sites.throwaway() as site, sync_playwright() as playwright:
        os.environ |= site.env  # the list of programs comes from the settings
        site.manage("prepare", "--demo")
        site.start_all()
        for path in _take(site, playwright):
            size = f"{path.stat().st_size / 1000:.0f} kB"
            sys.stdout.write(f"{path.relative_to(sites.ROOT)}  {size}\n")
    whole = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    if whole > LARGEST_BYTES:
        sys.exit(f"The pictures take {whole:,} bytes; keep them below {LARGEST_BYTES:,}.")


def _take(site: sites.Site, playwright: Playwright) -> Iterator[Path]:
    """Take the pictures; a window and a sign-in for each person, size and light."""
    founder = json.loads(site.python("-m", "tests.browser.rows", "founder"))
    looks = {(SHOWN[name][0], width, dark) for name, width, dark in PICTURES}
    for who, width, dark in sorted(looks, key=str):
        with windows.window(playwright, width=width, height=SIZES[width], dark=dark) as context:
            page = context.pages[0]
            if who:
                email = founder if who == FOUNDER else who
                windows.sign_in(context, site.url, email, PASSWORD)
            for name in SHOWN:
                if (name, width, dark) in PICTURES and SHOWN[name][0] == who:
                    yield _picture(page, site, name, f"{width}-{'dark' if dark else 'light'}")


def _picture(page: Page, site: sites.Site, name: str, look: str) -> Path:
    for step in SHOWN[name][1]:
        if step.startswith("/"):
            page.goto(site.url + step)
        else:
            page.get_by_role("link", name=step).first.click()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)  # "Updated live" appears once the socket is up
    path = FOLDER / f"{name}-{look}.png"
    page.screenshot(path=path, scale="css", animations="disabled", caret="hide")
    return path


if __name__ == "__main__":
    main()
