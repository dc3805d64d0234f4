"""What a request of every list costs: processor time, which a busy machine changes little."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests import sites
from tests.bench.figures import Figure
from tests.bench.pages import Asked

PROGRAM = "import django; django.setup(); from tests.bench import costs; costs.main({path!r}, {of})"
TIMES, QUICK_TIMES = 6, 2


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time in ms, of Python and of the database's process, the mean of several times."""

    python: float
    database: float

    @property
    def both(self) -> float:
        return self.python + self.database


def measure(
    site: sites.Site,
    env: dict[str, str],
    lists: Sequence[Asked],
    *,
    quick: bool,
    say: Callable[[str], None],
) -> list[Figure]:
    """Return what each list costs again, beside what it costs first, with an empty cache."""
    path = site.folder / "lists.json"
    path.write_text(json.dumps(lists))
    program = PROGRAM.format(path=str(path), of=QUICK_TIMES if quick else TIMES)
    found = json.loads(site.python("-c", program, env=env).splitlines()[-1])
    for what, again, first in found:
        say(f"{again:6.0f} ms, first {first:.0f}  {what}")
    return [
        Figure(f"{what}, processor time", again, "ms", first, "ms, the first time")
        for what, again, first in found
    ]


def main(lists: str, times: int) -> None:
    """Print the name and both costs of each list in that file as JSON, in the last line."""
    asked: list[Asked] = json.loads(Path(lists).read_text())
    rows = [(what, *_costs(path, headers, times)) for what, path, headers in asked]
    sys.stdout.write(f"{json.dumps(rows)}\n")


def _costs(path: str, headers: dict[str, str], times: int) -> tuple[float, float]:
    client = Client(SERVER_NAME="localhost")
    named = {name.lower(): value for name, value in headers.items()}

    def ask() -> None:
        answer = client.get(path, headers=named)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"

    def ask_first() -> None:
        cache.clear()
        ask()

    ask()
    return _cost(ask, times).both, _cost(ask_first, times).both


def _cost(ask: Callable[[], None], times: int) -> Cost:
    with connection.cursor() as cursor:
        # Workers would be processes of their own.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        database = psutil.Process(cursor.fetchone()[0])
    before, began = database.cpu_times(), time.process_time()
    for _ in range(times):
        ask()
    python = time.process_time() - began
    after = database.cpu_times()
    used = after.user + after.system - before.user - before.system
    return Cost(python * 1000 / times, used * 1000 / times)
