"""Waits for the supervisor to die, and then stops the programs it left behind.

A script of its own, run bare (`python -I -S`), because it has to outlive the supervisor and to
cost nothing. It reads process groups from a pipe: `12` to look after, `-12` to forget. When the
pipe ends the supervisor is gone, in whatever way, and what it did not tell us to forget is stopped.
A parent-death signal (prctl) would be shorter, but only Linux has it, and it misses grandchildren.
"""

import contextlib
import os
import signal
import sys
import time


def main(stop_seconds: float) -> None:
    groups = _read_groups()
    _send(groups, signal.SIGTERM)
    deadline = time.monotonic() + stop_seconds
    while any(_lives(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    _send(groups, signal.SIGKILL)


def _read_groups() -> set[int]:
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line)
        if number > 0:
            groups.add(number)
        else:
            groups.discard(-number)
    return groups


def _send(groups: set[int], sign: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, sign)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]))
