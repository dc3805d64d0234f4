"""Measure the local extractor against labelled meetings."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from signals.extraction.measuring import Labels, measure

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"


class Command(BaseCommand):
    help = "Print the scorer's figures: in sample, one meeting left out, one city left out."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, default=SHARED / "gold")
        parser.add_argument("--transcripts", type=Path, default=SHARED / "transcripts")

    def handle(self, *args: Any, **options: Any) -> None:
        labels = Labels.at(options["gold"], options["transcripts"])
        for way, figures in measure(labels).items():
            self.stdout.write(f"{way}: {json.dumps(figures)}")
