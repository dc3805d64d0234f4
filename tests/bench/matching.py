"""Matching over a large directory, on a site of its own."""

import json
from collections.abc import Callable

from tests import sites
from tests.bench.figures import Figure

PROGRAM = "import django; django.setup(); from tests.bench import large; large.main({quick})"


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    """Measure beside the site of the other parts, which so large a directory would slow."""
    say("Matching: a large directory on a site of its own, which takes minutes")
    with sites.throwaway() as own:
        own.manage("prepare")
        told = own.python("-c", PROGRAM.format(quick=quick))
    return [Figure(**one) for one in json.loads(told.splitlines()[-1])]
