"""Fit the local extractor's weights to labelled meetings."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from signals.extraction import scoring
from signals.extraction.measuring import (
    Labels,
    figures,
    held_out,
    in_sample,
    predictions,
    same_meeting,
)


class Command(BaseCommand):
    help = "Fit the weights, write them, and print the figures with each meeting left out in turn."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, required=True)
        parser.add_argument("--transcripts", type=Path, required=True)
        parser.add_argument("--out", type=Path, default=scoring.WEIGHTS_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        labels = Labels.at(options["gold"], options["transcripts"])
        model = next(iter(in_sample(labels).values()))
        scoring.save(model, options["out"])
        self.stdout.write(f"Wrote {options['out']}.")
        kept_apart = figures(labels, predictions(labels, held_out(labels, same_meeting)))
        self.stdout.write(f"one meeting left out: {json.dumps(kept_apart)}")
