"""Move matching to another embedder."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_q.tasks import async_task
from tqdm import tqdm

from civstart.lib.errors import CivStartError
from matching import embedders, embedding, moving


class Command(BaseCommand):
    help = (
        "Make the vectors of the embedder in EMBEDDER while the one before serves on, then switch. "
        "Run it again if it was cut short: it goes on where it was."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--background",
            action="store_true",
            help="Leave it to a worker; staff see how far it is.",
        )

    def handle(self, *args: Any, background: bool, **options: Any) -> None:
        embedder = embedders.wanted()
        before = embedding.serving().model
        if background:
            async_task("matching.tasks.reembed", group="reembed")
            self.stdout.write(f"A worker moves from {before} to {embedder.model}.")
            return
        with tqdm(unit="texts", file=self.stderr, desc=embedder.model) as bar:
            try:
                switched = moving.move(embedder, report=lambda progress: _draw(bar, progress))
            except CivStartError as error:
                raise CommandError(f"{before} serves on. {error}") from error
        self.stdout.write(
            f"{embedder.model} is in use; {before} was before."
            if switched
            else f"{embedder.model} was in use already, and its vectors are complete."
        )


def _draw(bar: "tqdm[Any]", progress: moving.Progress) -> None:
    bar.total = progress.total
    bar.update(progress.done - bar.n)
