"""Learn the calibrated bar from judged needs."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matching import fitting, measuring
from matching.examples import BadExample

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"


class Command(BaseCommand):
    help = "Learn how good a ranking must be before any startup fits, and write it to a file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, default=SHARED / "gold")
        parser.add_argument(
            "--startups", type=Path, default=SHARED / "startups" / "startups_1000.jsonl"
        )
        parser.add_argument("--to", type=Path, default=fitting.FILE)

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        labels = measuring.Labels(options["gold"])
        try:
            rankings, _ = measuring.rank(labels.needs, options["startups"])
            fit = measuring.learned(labels, rankings)
        except (BadExample, fitting.NothingToLearn) as error:
            raise CommandError(str(error)) from error
        fit.write(to)
        self.stdout.write(f"Learned from {len(rankings)} needs, written to {to}.")
