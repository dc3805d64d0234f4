"""How often a page or a function asks the database."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries(work: Callable[[], object]) -> int:
    """Run it and return how many queries it took."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
