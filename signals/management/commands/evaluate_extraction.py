"""Measure the local extractor against labelled meetings."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signals.extraction.labelled import Labels
from signals.extraction.wordless import MadeOtherwise
from signals.measure import evaluations
from signals.models import Evaluation

SHARED = Path(settings.LABELS_DIR or settings.BASE_DIR.parent / "shared" / "data")


class Command(BaseCommand):
    help = "Print the scorer's figures in sample, and with meetings and cities left out in turn."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, default=SHARED / "gold")
        parser.add_argument("--transcripts", type=Path, default=SHARED / "transcripts")
        parser.add_argument("--keep", action="store_true", help="Show it on the evaluation page.")

    def handle(self, *args: Any, **options: Any) -> None:
        since = timezone.now()
        labels = Labels.at(options["gold"], options["transcripts"])
        try:
            measured = evaluations.extraction(labels)
        except MadeOtherwise as error:
            raise CommandError(str(error)) from error
        for way, figures in measured.figures.items():
            self.stdout.write(f"{way}: {json.dumps(figures)}")
        if options["keep"]:
            evaluations.keep(Evaluation.What.EXTRACTION, measured, since=since)
