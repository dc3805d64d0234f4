"""Write what staff think of matches as judged needs."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matching import judging


class Command(BaseCommand):
    help = (
        "Write the signals that staff judged startups for, and the directory, in the form that "
        "evaluation reads."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.VAR_DIR) / "judgements")
        parser.add_argument(
            "--in-full",
            action="store_true",
            help="With residents' names and addresses. Keep such a folder inside the house.",
        )

    def handle(self, *args: Any, out: Path, in_full: bool, **options: Any) -> None:
        made = judging.collect(in_full=in_full)
        try:
            startups = judging.write(made, out, in_full=in_full)
        except (judging.NotWritten, OSError) as error:
            raise CommandError(str(error)) from error
        for why, count in made.left_out.items():
            self.stdout.write(f"Left out {count}: {why}.")
        self.stdout.write(f"{len(made.needs)} needs and {startups:,} startups written to {out}.")
