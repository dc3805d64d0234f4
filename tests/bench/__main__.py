"""`make bench`: measure in a throwaway folder, print a table, write var/bench.json."""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime

import django

from tests import sites
from tests.bench import figures
from tests.bench.figures import Figure

PARTS = ("ingest", "live", "api", "lists", "matching")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Fewer of everything; under a minute.")
    parser.add_argument("--only", choices=PARTS, help="Measure only this.")
    options = parser.parse_args()
    began = time.monotonic()
    measured: list[Figure] = []
    with sites.throwaway() as site:
        os.environ.update(site.env)
        django.setup()
        _say("Preparing a site of its own")
        site.manage("prepare")
        for part in PARTS:
            if options.only in (None, part):
                measured += _measure(part, site, quick=options.quick)
    _say(f"\n{figures.table(measured)}\n")
    _keep(measured, quick=options.quick)
    _say(f"{time.monotonic() - began:.0f} s in all. Also in var/bench.json.")


def _measure(part: str, site: sites.Site, *, quick: bool) -> list[Figure]:
    from tests.bench import api, ingest, live, matching  # need Django to be set up

    parts = {
        "ingest": ingest.measure,
        "live": live.measure,
        "api": api.measure,
        "lists": api.measure_lists,
        "matching": matching.measure,
    }
    return parts[part](site, quick=quick, say=_say)


def _keep(measured: list[Figure], *, quick: bool) -> None:
    kept = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "quick": quick,
        "figures": [asdict(figure) | {"ratio": figure.ratio} for figure in measured],
    }
    path = sites.ROOT / "var" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
