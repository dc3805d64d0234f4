"""Write what people decided as labelled examples."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from signals import labels


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2026-11-30.") from error


class Command(BaseCommand):
    help = (
        "Write approved signals as gold rows and rejected ones as hard negatives, with their "
        "transcripts, in the form that evaluate and train_extractor read."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--since", type=a_day, help="Decided on this day or later.")
        parser.add_argument("--out", type=Path, default=Path(settings.VAR_DIR) / "labels")
        parser.add_argument(
            "--in-full",
            action="store_true",
            help="With residents' names and addresses. Keep such a folder inside the house.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        made = labels.collect(since=options["since"], in_full=options["in_full"])
        try:
            labels.write(made, options["out"], in_full=options["in_full"])
        except (labels.NotWritten, OSError) as error:
            raise CommandError(str(error)) from error
        for why, count in made.left_out.items():
            self.stdout.write(f"Left out {count}: {why}.")
        self.stdout.write(
            f"{len(made.gold)} signals, {len(made.negatives)} hard negatives and "
            f"{len(made.transcripts)} transcripts written to {options['out']}."
        )
