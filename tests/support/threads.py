"""Several people who do something in the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from civstart.lib.errors import CivStartError


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Start all deeds together; return for each what it was refused with, "" if it was not."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            deed()
        except CivStartError as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
