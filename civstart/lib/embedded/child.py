"""One program under the supervisor: its process group, its output, its deaths."""

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

import psutil

LONGEST_LINE = 64_000
MINUTE = 60.0


@dataclass(frozen=True)
class Process:
    """A program to run.

    `env` is added to our own environment. When an essential program dies before all is ready, the
    others are stopped too; any other death leads to a new start.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    colour: str = ""
    essential: bool = False
    cwd: Path | None = None


class Child:
    """A running program. It leads a process group of its own, so grandchildren are reached too."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.name = process.name
        self.restart_at: float | None = None
        self._deaths: list[float] = []
        self._popen: Popen[bytes] | None = None
        self._rest = b""

    def start(self) -> int:
        """Start the program and return its process group. Raise OSError if it cannot be run."""
        self.restart_at = None
        self.bury()
        own = self.process.env or {}
        self._popen = Popen(
            self.process.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **own},
            cwd=self.process.cwd,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the supervisor alone
        )
        assert self._popen.stdout is not None
        os.set_blocking(self._popen.stdout.fileno(), False)
        return self._popen.pid

    @property
    def group(self) -> int | None:
        return self._popen.pid if self._popen else None

    def exit_code(self) -> int | None:
        """Return how the program ended, or None while it runs."""
        return self._popen.poll() if self._popen else None

    def output(self) -> str:
        """Return the whole lines printed since last time; at the end also a broken one."""
        if self._popen is None or self._popen.stdout is None or self._popen.stdout.closed:
            return ""
        while (part := self._popen.stdout.read(LONGEST_LINE)) and len(self._rest) < LONGEST_LINE:
            self._rest += part
        if part == b"":
            self._popen.stdout.close()
        whole, newline, self._rest = (self._rest + (part or b"")).rpartition(b"\n")
        if part == b"" or len(self._rest) > LONGEST_LINE:
            whole, newline, self._rest = whole + newline + self._rest, b"", b""
        return whole.replace(b"\r", b"").decode(errors="replace")

    def plan_restart(self, *, most: int, pause: float) -> bool:
        """Count a death and set the time of the next start; False after too many in a minute."""
        now = time.monotonic()
        self._deaths = [*(at for at in self._deaths if now - at < MINUTE), now]
        self.restart_at = now + pause * 2 ** (len(self._deaths) - 1)
        return len(self._deaths) <= most

    def ask_to_end(self) -> None:
        """Send SIGTERM to the program alone: it knows how to end what it started.

        django-q waits for ever for a worker that was ended by somebody else.
        """
        if self._popen is not None:
            self._popen.send_signal(signal.SIGTERM)

    def send(self, sign: signal.Signals) -> None:
        """Send a signal to the program and everything it started in its group."""
        if self.group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, sign)

    def group_lives(self) -> bool:
        """Tell whether anything of the group still runs; zombies do not count."""
        if self.group is None:
            return False
        self.exit_code()  # collects the program itself when it has ended
        try:
            os.killpg(self.group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return any(_is_member(process, self.group) for process in psutil.process_iter())

    def bury(self) -> None:
        """Kill what is left of the group and close its output."""
        if self.group_lives():
            self.send(signal.SIGKILL)
        if self._popen and self._popen.stdout:
            self._popen.stdout.close()
        self._rest = b""


def _is_member(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ProcessLookupError, PermissionError):
        return False
