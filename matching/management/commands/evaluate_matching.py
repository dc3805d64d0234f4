"""Measure matching against judged needs."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from civstart.lib.errors import CivStartError
from matching import evaluations, reranking, spending
from matching.measuring import Labels
from signals.measure.evaluations import Measured, keep
from signals.models import Evaluation

SHARED = Path(settings.LABELS_DIR or settings.BASE_DIR.parent / "shared" / "data")


class Command(BaseCommand):
    help = "Rank the directory for each judged need and print the scorer's figures."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gold", type=Path, default=SHARED / "gold")
        parser.add_argument(
            "--startups", type=Path, default=SHARED / "startups" / "startups_1000.jsonl"
        )
        parser.add_argument(
            "--judgements",
            action="store_true",
            help="Measure on this site's own directory, by what staff judged.",
        )
        parser.add_argument(
            "--rerank",
            action="store_true",
            help="Have the best graded by the re-ranker of the settings, which may cost.",
        )
        parser.add_argument("--keep", action="store_true", help="Show it on the evaluation page.")

    def handle(self, *args: Any, judgements: bool, **options: Any) -> None:
        since = timezone.now()
        if judgements and options["rerank"]:
            raise CommandError("No re-ranker is asked by --judgements. Leave one of the two out.")
        try:
            measured = evaluations.judgements() if judgements else self._labelled(options)
        except CivStartError as error:
            raise CommandError(str(error)) from error
        finally:
            if spent := spending.since(since):
                self.stderr.write(spent)
        if judgements:
            about = measured.about
            self.stdout.write(f"{about['labels']} needs judged, {about['pairs']} pairs")
        for way, found in measured.figures.items():
            self.stdout.write(f"{way}: {json.dumps(found)}")
        if measured.about["unasked"]:
            self.stderr.write(
                f"{measured.about['unasked']} grades startups on this site, and was not asked: the "
                "figures are without grades. With --rerank it is, on labelled needs."
            )
        if why := measured.about["ungraded"]:
            self.stderr.write(
                f"{measured.about['reranker']} graded {measured.about['graded']} of "
                f"{measured.about['labels']} needs. First of what it could not: {why}"
            )
        if options["keep"]:
            what = Evaluation.What.JUDGEMENTS if judgements else Evaluation.What.MATCHING
            keep(what, measured, since=since)

    def _labelled(self, options: dict[str, Any]) -> Measured:
        reranker = reranking.asked() if options["rerank"] else None
        return evaluations.matching(Labels(options["gold"]), options["startups"], reranker=reranker)
