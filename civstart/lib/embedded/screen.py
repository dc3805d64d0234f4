"""What the supervisor prints: every line with the name of the program that said it."""

import os
import time
from collections.abc import Iterable
from typing import TextIO

# Of ANSI terminals; the bright ones last.
COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92")


class Screen:
    """The output that several programs share."""

    def __init__(self, output: TextIO, names: Iterable[str]) -> None:
        self._output = output
        self._width = max((len(name) for name in names), default=0)
        self._in_colour = output.isatty() and "NO_COLOR" not in os.environ
        self._printed_at = time.monotonic()
        self.is_closed = False

    def say(self, name: str, text: str, *, colour: str = "") -> None:
        """Print the text, each line behind the name."""
        prefix = f"{name.ljust(self._width)} | "
        if self._in_colour and colour:
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self.write("".join(f"{prefix}{line}\n" for line in text.splitlines()))

    def write(self, text: str) -> None:
        """Print the text as it is. A reader who has gone (`| head`) is noted, not an error."""
        if self.is_closed:
            return
        self._printed_at = time.monotonic()
        try:
            self._output.write(text)
            self._output.flush()
        except (BrokenPipeError, ValueError):
            self.is_closed = True

    def quiet_seconds(self) -> float:
        return time.monotonic() - self._printed_at
