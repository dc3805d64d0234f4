"""Our own excerpts of meetings, with the signals and the near misses marked in the text.

They teach the local extractor beside meetings that people have labelled: many places and matters,
a little each. An excerpt begins with a line of what it is, a turn with an at-sign and a name, and
marks stand in the text::

    === city="Millbrook" state="OH" body="City Council" style="whisper"
    @ Mayor Ellis
    Next. <d>The lines on the north end. <s kind="need" category="water-utilities" strength="2"
    title="Replacement of failing lead service lines">We have four hundred of them left, and no
    list of where.</s> We will need one by spring.</d> <h why="praise">Thank you, crews.</h>

<s> is the quote that tells a signal best, <d> the stretch in which it is discussed, <h> a passage
that only sounds like one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from civstart.lib.errors import CivStartError
from signals.extraction.contract import Heard
from signals.words import Category, Kind

FOLDER = Path(__file__).parent / "excerpts"
SIGNAL, DISCUSSED, NEAR_MISS = "s", "d", "h"
SECONDS_A_WORD = 0.4

_HEAD = re.compile(r"^=== *(.*)$", re.MULTILINE)
_TURN = re.compile(r"^@ ?(.*)$", re.MULTILINE)
_MARK = re.compile(rf"<(/?)([{SIGNAL}{DISCUSSED}{NEAR_MISS}])((?: [^>]*)?)>")
_SAID_OF_IT = re.compile(r'(\w+)="([^"]*)"')

Place = tuple[int, int]  # index of the segment, character in its text


class NotMarked(CivStartError):
    """An excerpt whose marks cannot be read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch, from one place in the text to another."""

    tag: str
    first: Place
    last: Place
    said_of_it: dict[str, str]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some minutes of one meeting. name is the file and the excerpt's number in it."""

    name: str
    heard: list[Heard]
    marks: list[Mark]

    def marked(self, *tags: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.tag in tags]


def excerpts(folder: Path = FOLDER) -> list[Excerpt]:
    """Return all excerpts of the folder, in order. Raise NotMarked naming a mark that is wrong."""
    return [one for path in sorted(folder.glob("*.txt")) for one in _in_file(path)]


def _in_file(path: Path) -> Iterator[Excerpt]:
    bodies = _HEAD.split(path.read_text(encoding="utf-8"))[2::2]
    for number, body in enumerate(bodies, 1):
        yield _excerpt(f"{path.name} {number}", body)


def _excerpt(name: str, body: str) -> Excerpt:
    """Read one excerpt; every line of a turn is a segment."""
    heard: list[Heard] = []
    marks: list[Mark] = []
    begun: dict[str, tuple[Place, dict[str, str]]] = {}
    clock = 0.0
    for speaker, line in _lines(body):
        text, at = "", 0
        for found in _MARK.finditer(line):
            text, at = text + line[at : found.start()], found.end()
            closing, tag, said = found.groups()
            place = (len(heard), len(text))
            if not closing:
                begun[tag] = (place, dict(_SAID_OF_IT.findall(said)))
            elif tag in begun:
                first, said_of_it = begun.pop(tag)
                marks.append(checked(name, Mark(tag, first, place, said_of_it)))
            else:
                raise NotMarked(f"{name}: </{tag}> closes nothing. Put <{tag}> before it.")
        text += line[at:]
        if text.strip():
            lasting = len(text.split()) * SECONDS_A_WORD
            heard.append(Heard(len(heard), clock, clock + lasting, text, speaker))
            clock += lasting
    if begun:
        raise NotMarked(f"{name}: <{min(begun)}> is never closed. Put </{min(begun)}> after it.")
    return Excerpt(name, heard, marks)


def _lines(body: str) -> Iterator[tuple[str, str]]:
    """Yield (speaker, line) of every line that somebody says."""
    before, *turns = _TURN.split(body)
    for speaker, said in [("", before), *zip(turns[::2], turns[1::2], strict=True)]:
        for line in said.splitlines():
            yield speaker.strip(), line


def checked(name: str, mark: Mark) -> Mark:
    """Return the mark. Raise NotMarked if it is a signal of a kind or category there is not."""
    if mark.tag != SIGNAL:
        return mark
    for key, values in (("kind", Kind.values), ("category", Category.values)):
        if mark.said_of_it.get(key) not in values:
            raise NotMarked(
                f'{name}: a signal\'s {key} is "{mark.said_of_it.get(key, "")}". '
                f"Choose one of: {', '.join(values)}."
            )
    return mark
