"""Estimate what reading transcript files with Gemini would cost. Nothing is asked or stored."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from integrations.gemini.estimating import Estimate, estimate
from signals import ingest
from signals.extraction.contract import Setting
from signals.extraction.hearing import heard_in
from signals.reading import UnreadableTranscript, read


class Command(BaseCommand):
    help = "Estimate tokens, calls and dollars of reading transcript files with Gemini."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        estimates = [self._one(path) for path in files]
        known = [one for one in estimates if one]
        if len(files) > 1:
            self._show("all files", sum(known, Estimate()))
        self.stdout.write(
            f"Prices of {settings.GEMINI_EXTRACTION_MODEL}; what was read before is free. A "
            f"meeting never costs more than ${settings.GEMINI_MEETING_BUDGET_USD} "
            "(GEMINI_MEETING_BUDGET_USD). Nothing was asked."
        )
        if len(known) < len(files):
            raise CommandError(
                f"{len(files) - len(known)} of {len(files)} files could not be read."
            )

    def _one(self, path: Path) -> Estimate | None:
        try:
            reading = read(ingest.contents(path), path.name)
        except UnreadableTranscript as trouble:
            self.stderr.write(str(trouble))
            return None
        estimated = estimate(heard_in(reading), Setting(held_on=reading.held_on))
        self._show(path.name, estimated)
        return estimated

    def _show(self, name: str, one: Estimate) -> None:
        self.stdout.write(
            f"{name}: {one.parts} part{pluralize(one.parts)}, {one.calls} calls, "
            f"about {one.prompt_tokens:,} tokens asked and {one.output_tokens:,} answered, "
            f"about ${one.cost_usd:.4f}"
        )
