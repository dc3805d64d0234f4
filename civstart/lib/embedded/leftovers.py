"""Servers that nobody can reach any more, because their folder or socket was deleted under them.

They must go before others start in the same place. PostgreSQL writes its control file and removes
its socket by full path, so an old server that shuts down late damages the new one; it also believes
a lock file as long as any process, even a zombie, has the number written in it. So we look for the
processes themselves, by name and working folder, and not for numbers.
"""

import logging
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from civstart.lib.errors import CivStartError

if TYPE_CHECKING:
    import psutil

log = logging.getLogger(__name__)

FAST_SECONDS = 20
HARD_SECONDS = 5
DELETED = " (deleted)"


class Unstoppable(CivStartError):
    """A server survives even SIGKILL."""


def stop_unreachable(name: str, folder: Path) -> None:
    """Stop every server of this name that works in this folder, or in a deleted one of its path.

    Call it only when no server answers there, holding the start lock.
    """
    import psutil  # comes with the servers' wheels; settings must load without them

    found = [process for process in psutil.process_iter() if _works_in(process, name, folder)]
    if not found:
        return
    log.warning("A %s in %s cannot be reached any more; stopping it.", name, folder)
    for process in filter(_is_in_charge, found):
        # A server whose folder is gone must not tidy up: a new one may have the same path by now.
        _send(process, signal.SIGKILL if _is_deserted(process) else signal.SIGINT)
    left = _wait(found, name, folder, FAST_SECONDS)
    for process in left:
        _send(process, signal.SIGKILL)
    if left := _wait(left, name, folder, HARD_SECONDS):
        numbers = ",".join(str(process.pid) for process in left)
        raise Unstoppable(f"{name} in {folder} does not stop. Look at it: ps -fp {numbers}")


def is_alive(pid: int) -> bool:
    """Tell whether the process exists and is no zombie."""
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _works_in(process: "psutil.Process", name: str, folder: Path) -> bool:
    return name in _name(process) and _folder(process).removesuffix(DELETED) == str(
        folder.resolve()
    )


def _is_deserted(process: "psutil.Process") -> bool:
    return _folder(process).endswith(DELETED)


def _is_in_charge(process: "psutil.Process") -> bool:
    """Tell whether this is the server itself and no child of PostgreSQL's."""
    # The children leave when the server is gone, and a SIGINT means something else to each of them.
    import psutil

    try:
        return not process.cmdline()[0].startswith("postgres:")
    except (psutil.Error, IndexError):
        return False


def _name(process: "psutil.Process") -> str:
    import psutil

    try:
        return process.name()
    except psutil.Error:
        return ""


def _folder(process: "psutil.Process") -> str:
    """Return where a process works; nothing for a zombie, or for somebody else's."""
    import psutil

    try:
        return process.cwd()
    except psutil.Error:
        return ""


def _send(process: "psutil.Process", sign: signal.Signals) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess):
        process.send_signal(sign)


def _wait(
    processes: list["psutil.Process"], name: str, folder: Path, seconds: float
) -> list["psutil.Process"]:
    """Wait until they are gone and return those that are not. A zombie counts as gone."""
    deadline = time.monotonic() + seconds
    while processes and time.monotonic() < deadline:
        time.sleep(0.02)
        processes = [process for process in processes if _works_in(process, name, folder)]
    return processes
