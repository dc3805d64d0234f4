"""`make looks`: every page at two widths by day and by night, and what a machine finds wrong.

The pictures and sheets of them go to var/looks. With AXE=<path of axe.min.js> axe-core looks too.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from tests import sites
from tests.browser import windows
from tests.looks import pages, sheets, taking
from tests.looks.pages import Shown
from tests.looks.taking import Look

LOOKS = [Look(width, dark) for width in (1440, 390) for dark in (False, True)]
BARE = [Look(width, bare=True) for width in (1440, 390)]


def main() -> None:
    asked = _asked()
    if windows.chromium() is None:
        sys.exit(f"No Chromium: none of {', '.join(windows.NAMES)} on PATH; set CHROMIUM to one.")
    with sites.throwaway() as site:
        os.environ |= site.env
        looks = BARE if asked.bare else LOOKS
        look(site, prepare(site), looks, asked.only, asked.to)


def prepare(site: sites.Site) -> dict[str, Any]:
    """Start the demo with the rows that strain its pages; return what addresses are filled with."""
    site.manage("prepare", "--demo")
    web = site.programs()["web"]
    site.start("web", web.argv, {**web.env, "DJANGO_SETTINGS_MODULE": "tests.looks.settings"})
    site.wait_for_web()
    made: dict[str, Any] = json.loads(site.python("-m", "tests.looks.rows"))
    return made | {"port": site.port}


def look(
    site: sites.Site, made: Mapping[str, Any], looks: list[Look], only: list[str], to: Path
) -> None:
    """Take the pages, lay the looks of each on a sheet, and say what is wrong."""
    to.mkdir(parents=True, exist_ok=True)
    shown = [one for one in pages.every(made) if not only or one.name.startswith(tuple(only))]
    with sync_playwright() as playwright:
        for line in _take(site, made, looks, shown, playwright, to):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        for sheet in sheets.compose(playwright, to, [one.name for one in shown]):
            sys.stdout.write(f"{sheet}\n")


def _take(
    site: sites.Site,
    made: Mapping[str, Any],
    looks: list[Look],
    shown: list[Shown],
    playwright: Playwright,
    to: Path,
) -> Iterator[str]:
    """Take each page in each look; yield what is wrong. A window and a sign-in for each person."""
    for look in looks:
        for who in dict.fromkeys(one.who for one in shown):
            with look.window(playwright) as context:
                if who:
                    windows.sign_in(context, site.url, who, taking.PASSWORD)
                for one in shown:
                    if one.who == who:
                        path = to / f"{one.name}-{look}.png"
                        for fault in taking.take(context.new_page(), site.url, made, one, path):
                            yield f"{one.name} {look}: {fault}"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make looks")
    parser.add_argument("only", nargs="*", help="Pages whose names begin so; all if none is given.")
    parser.add_argument("--bare", action="store_true", help="By day and without scripts.")
    parser.add_argument("--to", type=Path, default=sites.ROOT / "var" / "looks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
