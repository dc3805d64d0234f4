"""Match every approved signal anew."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from matching import rematching
from matching.models import Rematch


class Command(BaseCommand):
    help = (
        "Match every approved signal anew by the policy in use, and tell startups of what is new. "
        "Run it again if it was cut short: it goes on where it was. No pair is told twice."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--background", action="store_true", help="Leave it to the workers; staff see it."
        )

    def handle(self, *args: Any, background: bool, **options: Any) -> None:
        under_way = Rematch.objects.running().select_related("policy").first()
        if under_way and under_way.paused_at:
            raise CommandError(
                f"A re-match is paused after {_told(under_way)}. Resume or cancel it on the "
                "staff page of re-matches."
            )
        if background:
            self._leave(under_way)
            return
        if under_way:
            self.stdout.write(f"Going on after {_told(under_way)}.")
        self._run(under_way or rematching.begin(by=None))

    def _leave(self, under_way: Rematch | None) -> None:
        rematch = under_way or rematching.start(by=None)
        self.stdout.write(f"The workers are at it: {_told(rematch)}.")

    def _run(self, rematch: Rematch) -> None:
        with tqdm(unit="signals", file=self.stderr, total=rematch.total_count) as bar:
            going_on = True
            while going_on:
                going_on = rematching.run_slice(rematch, seconds=1)
                bar.update(rematch.done_count - bar.n)
        if not rematch.is_over:
            raise CommandError(
                f"{rematch.trouble or 'A worker is at it.'} Done: {_told(rematch)}. The workers go "
                "on with it; or run this again."
            )
        self.stdout.write(
            f"{_told(rematch)}: {rematch.told_count:,} new matches told, "
            f"{rematch.abstained_count:,} signals that no startup fits, "
            f"{rematch.changed_count:,} answered otherwise, {rematch.failed_count:,} failed."
        )


def _told(rematch: Rematch) -> str:
    return f"{rematch.done_count:,} of {rematch.total_count:,} signals"
