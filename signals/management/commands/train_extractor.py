"""Fit the local extractor's weights to labelled meetings."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from signals.extraction import scoring, wordless
from signals.extraction.labelled import Labels, same_meeting
from signals.extraction.lessons import SIGNAL, NotMarked, excerpts
from signals.extraction.measuring import figures, held_out, in_sample, predictions
from signals.extraction.training import lesson


class Command(BaseCommand):
    help = "Fit the weights, write them, and print the figures with each meeting left out in turn."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, required=True)
        parser.add_argument("--transcripts", type=Path, required=True)
        parser.add_argument(
            "--excerpts",
            type=Path,
            action="append",
            default=[],
            metavar="FOLDER",
            help="Marked excerpts of real meetings to learn from; repeatable. Only their numbers "
            "are kept, beside the weights. Without it those kept before are learned from.",
        )
        parser.add_argument("--out", type=Path, default=scoring.WEIGHTS_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        marked = out.with_name(wordless.FILE.name)
        try:
            if options["excerpts"]:
                self._keep(options["excerpts"], marked)
            labels = Labels.at(options["gold"], options["transcripts"], marked)
            model = next(iter(in_sample(labels).values()))
        except (NotMarked, wordless.MadeOtherwise) as error:
            raise CommandError(str(error)) from error
        scoring.save(model, out)
        self.stdout.write(f"Wrote {out}.")
        kept_apart = figures(labels, predictions(labels, held_out(labels, same_meeting)))
        self.stdout.write(f"one meeting left out: {json.dumps(kept_apart)}")

    def _keep(self, folders: Sequence[Path], path: Path) -> None:
        """Write what the excerpts of the folders teach, without their words."""
        found = [one for folder in folders for one in excerpts(folder)]
        if not found:
            raise CommandError(
                f"There are no excerpts in {', '.join(map(str, folders))}. They are files *.txt, "
                "marked as signals/extraction/lessons.py says."
            )
        wordless.save([lesson(one) for one in found], path)
        signals = sum(len(one.marked(SIGNAL)) for one in found)
        self.stdout.write(f"Wrote {path}: {len(found)} excerpts, {signals} signals.")
