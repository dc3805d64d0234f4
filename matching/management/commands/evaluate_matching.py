"""Measure matching against judged needs."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matching import measuring
from matching.contract import EmbedderUnavailable
from matching.examples import BadExample

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"


class Command(BaseCommand):
    help = "Print the scorer's figures: as the site decides, bar in sample, one need left out."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, default=SHARED / "gold")
        parser.add_argument(
            "--startups", type=Path, default=SHARED / "startups" / "startups_1000.jsonl"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = measuring.measure(measuring.Labels(options["gold"]), options["startups"])
        except (BadExample, EmbedderUnavailable) as error:
            raise CommandError(str(error)) from error
        for way, found in figures.items():
            self.stdout.write(f"{way}: {json.dumps(found)}")
