"""Contact sheets: the looks of each page side by side, several pages on a sheet."""

import struct
from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser import windows

# By day large enough to be read; by night beside it, where colours are what matters.
WIDTHS = {"1440-light": 700, "390-light": 215, "1440-dark": 240, "390-dark": 125}
GAP, TALLEST, SHEET = 8, 1150, 1150


def compose(playwright: Playwright, folder: Path, names: list[str]) -> list[Path]:
    """Write sheet-01.png and on; return where they are."""
    browser = playwright.chromium.launch(
        executable_path=windows.chromium(), args=list(windows.ARGUMENTS)
    )
    page = browser.new_page(viewport={"width": sum(WIDTHS.values()) + 5 * GAP, "height": SHEET})
    made = []
    for number, some in enumerate(_packed(folder, names), start=1):
        source = folder / f"sheet-{number:02}.html"
        source.write_text(_html(folder, some), encoding="utf-8")
        page.goto(source.as_uri())
        made.append(folder / f"sheet-{number:02}.png")
        page.screenshot(path=made[-1], full_page=True, scale="css")
        source.unlink()
    browser.close()
    return made


def _packed(folder: Path, names: list[str]) -> list[list[str]]:
    sheets: list[list[str]] = []
    left = 0
    for name in names:
        height = max((_height(path, look) for look, path in _looks(folder, name)), default=0)
        if not height:
            continue
        if height > left:
            sheets.append([])
            left = SHEET
        sheets[-1].append(name)
        left -= height + 3 * GAP
    return sheets


def _looks(folder: Path, name: str) -> list[tuple[str, Path]]:
    paths = [(look, folder / f"{name}-{look}.png") for look in WIDTHS]
    return [(look, path) for look, path in paths if path.exists()]


def _height(path: Path, look: str) -> int:
    """Return how high the picture stands on a sheet; a PNG's size is in its first bytes."""
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return min(TALLEST, height * WIDTHS[look] // width)


def _html(folder: Path, names: list[str]) -> str:
    rows = (
        f"<p>{name}</p><div>"
        + "".join(
            f'<span style="width: {WIDTHS[look]}px; height: {_height(path, look)}px">'
            f'<img width="{WIDTHS[look]}" src="{path.name}"></span>'
            for look, path in _looks(folder, name)
        )
        + "</div>"
        for name in names
    )
    style = (
        f"body {{ margin: {GAP}px; background: #888; font: 12px sans-serif }} p {{ margin: 0 }}"
        f"div {{ display: flex; gap: {GAP}px; align-items: start; margin-bottom: {GAP}px }}"
        "span { overflow: hidden; flex: none }"
    )
    return f"<!doctype html><style>{style}</style>{''.join(rows)}"
