"""Windows of a real Chromium, each with cookies of its own."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, Playwright, Response

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Return where Chromium is, if it is."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def window(
    playwright: Playwright,
    *,
    width: int = 1440,
    height: int = 900,
    javascript: bool = True,
    dark: bool = False,
) -> Iterator[BrowserContext]:
    """Open a window as a person's own browser would be: its profile is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="civ-chromium-", ignore_cleanup_errors=True) as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            args=list(ARGUMENTS),
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        try:
            yield context
        finally:
            context.close()


def sign_in(context: BrowserContext, site_url: str, email: str, password: str) -> Page:
    """Sign in through the form and return the page it leads to."""
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"{site_url}/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    return page


@dataclass
class Complaints:
    """What a page's console and requests complained of."""

    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on(
            "console",
            lambda message: (
                self.found.append(f"console {message.type}: {message.text}")
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on(
            "requestfailed",
            lambda request: self.found.append(f"failed: {request.url} {request.failure}"),
        )
        page.on("response", self._look_at)

    def _look_at(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")
