"""Run several programs side by side, as `make run` does: web, live socket, worker.

honcho 2.0.0 was looked at first and does not fit. Its Manager ends everything when one program ends
(no restart), has no moment at which all is ready, answers Ctrl-C with exit code 130, reaches
grandchildren only while their parent lives, and when it is killed itself its programs run on. What
would be left of it is the prefix before a line.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from types import FrameType
from typing import TextIO

from civstart.lib.embedded.child import Child, Process
from civstart.lib.embedded.ports import listens, port_is_free
from civstart.lib.embedded.screen import COLOURS, Screen

__all__ = ["Process", "listening", "port_is_free", "run"]

RESTARTS_A_MINUTE = 5
FIRST_PAUSE_SECONDS = 0.5
STOP_SECONDS = 10.0
KILL_SECONDS = 3.0
TICK_SECONDS = 0.05
CHECK_SECONDS = 0.25

# The banner waits until nobody has printed for a moment, but not for ever.
QUIET_SECONDS = 0.7
PATIENCE_SECONDS = 5.0

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    processes: Sequence[Process],
    *,
    checks: Sequence[Callable[[], bool]] = (),
    ready: Callable[[], str] | None = None,
    output: TextIO | None = None,
    stop_seconds: float = STOP_SECONDS,
    pause_seconds: float = FIRST_PAUSE_SECONDS,
) -> int:
    """Run the programs until Ctrl-C or SIGTERM and return the exit code.

    Call it in the main thread. When all checks hold and the start-up noise is over, what `ready`
    returns is printed. A program that dies is started again, up to 5 times in a minute; then, or
    when an essential one dies before all is ready, everything stops and the code is 1. The pause
    before a new start doubles with each death.
    """
    screen = Screen(output or sys.stdout, [process.name for process in processes])
    with _undertaker(stop_seconds) as tell:
        supervisor = Supervisor(processes, screen, tell, stop_seconds, pause_seconds)
        with _signals_to(supervisor.on_signal):
            try:
                return supervisor.watch(Opening(checks, screen), ready)
            finally:
                supervisor.stop()


def listening(host: str, port: int) -> Callable[[], bool]:
    """Return a check for `run`: somebody accepts connections here."""
    return partial(listens, host, port)


class Opening:
    """The time until all checks hold and the start-up noise is over."""

    def __init__(self, checks: Sequence[Callable[[], bool]], screen: Screen) -> None:
        self._waiting = list(checks)
        self._screen = screen
        self._next_check = time.monotonic()
        self._calm_from: float | None = None

    def is_over(self) -> bool:
        now = time.monotonic()
        if self._calm_from is None and now >= self._next_check:
            self._next_check = now + CHECK_SECONDS
            self._waiting = [check for check in self._waiting if not check()]
            self._calm_from = None if self._waiting else now
        if self._calm_from is None:
            return False
        waited = now - self._calm_from
        quiet = min(waited, self._screen.quiet_seconds())
        return quiet > QUIET_SECONDS or waited > PATIENCE_SECONDS


class Supervisor:
    """The programs of one run."""

    def __init__(
        self,
        processes: Sequence[Process],
        screen: Screen,
        tell: Callable[[int], None],
        stop_seconds: float,
        pause_seconds: float,
    ) -> None:
        self._pause_seconds = pause_seconds
        self._children = [Child(process) for process in processes]
        self._colours = {
            process.name: process.colour or COLOURS[place % len(COLOURS)]
            for place, process in enumerate(processes)
        }
        self._screen = screen
        self._tell = tell
        self._stop_seconds = stop_seconds
        self._signals = 0
        self._is_ready = False
        self._has_failed = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def watch(self, opening: Opening, ready: Callable[[], str] | None) -> int:
        """Start all and look after them; return the exit code once they should stop."""
        for child in self._children:
            self._start(child)
        while not (self._signals or self._has_failed or self._screen.is_closed):
            self._print_output()
            for child in self._children:
                self._look_after(child)
            if not self._is_ready and opening.is_over():
                self._is_ready = True
                self._screen.write(f"{ready().rstrip()}\n" if ready else "")
            time.sleep(TICK_SECONDS)
        return 1 if self._has_failed else 0

    def stop(self) -> None:
        """Stop all, the last started first, waiting for each; after a second Ctrl-C at once."""
        seen = self._signals
        for child in reversed(self._children):
            child.ask_to_end()
            self._wait_for_end(child, self._stop_seconds, unless_signals_exceed=seen)
            if child.group_lives():
                self._say(child, "does not stop; killing it")
                child.send(signal.SIGKILL)
                self._wait_for_end(child, KILL_SECONDS)
            self._print_output()
            self._forget(child)

    def _wait_for_end(
        self, child: Child, seconds: float, *, unless_signals_exceed: int | None = None
    ) -> None:
        deadline = time.monotonic() + seconds
        while child.group_lives() and time.monotonic() < deadline:
            if unless_signals_exceed is not None and self._signals > unless_signals_exceed:
                return
            if child.exit_code() is not None:
                child.send(signal.SIGTERM)  # whatever it left behind
            self._print_output()
            time.sleep(TICK_SECONDS)

    def _start(self, child: Child) -> None:
        if self._has_failed:
            return
        self._forget(child)
        try:
            self._tell(child.start())
        except OSError as error:
            self._has_failed = True
            self._say(child, f"cannot be run: {child.process.argv[0]}: {error.strerror}")

    def _look_after(self, child: Child) -> None:
        if child.restart_at is not None:
            if time.monotonic() >= child.restart_at:
                self._start(child)
            return
        code = child.exit_code()
        if code is not None:
            self._answer_death(child, _ending(code))

    def _answer_death(self, child: Child, ending: str) -> None:
        self._print_output()
        child.send(signal.SIGTERM)  # whatever it started
        if child.process.essential and not self._is_ready:
            self._has_failed = True
            self._say(child, f"{ending} before it was ready; stopping everything")
        elif child.plan_restart(most=RESTARTS_A_MINUTE, pause=self._pause_seconds):
            self._say(child, f"{ending}; starting it again")
        else:
            self._has_failed = True
            self._say(child, f"{ending}, too often within a minute; stopping everything")

    def _print_output(self) -> None:
        for child in self._children:
            text = child.output()
            if text:
                self._screen.say(child.name, text, colour=self._colours[child.name])

    def _say(self, child: Child, what: str) -> None:
        self._screen.say(child.name, f"[{child.name} {what}]", colour=self._colours[child.name])

    def _forget(self, child: Child) -> None:
        child.bury()
        if child.group is not None:
            self._tell(-child.group)


def _ending(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


@contextmanager
def _signals_to(answer: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, answer) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undertaker(stop_seconds: float) -> Iterator[Callable[[int], None]]:
    """Start what stops the programs should we be killed; yield how to tell it of their groups."""
    script = Path(__file__).with_name("undertaker.py")
    argv = [sys.executable, "-I", "-S", str(script), str(stop_seconds)]
    with Popen(argv, stdin=PIPE, bufsize=0, start_new_session=True) as process:
        assert process.stdin is not None
        pipe = process.stdin

        def tell(group: int) -> None:
            with suppress(BrokenPipeError):  # someone killed it; we can do without
                pipe.write(b"%d\n" % group)

        yield tell
        pipe.close()
        with suppress(TimeoutExpired):
            process.wait(timeout=stop_seconds + KILL_SECONDS)
