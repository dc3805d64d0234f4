"""Compare the vector index in use with the vectors stored, and put it right."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from civstart.lib import vectors
from civstart.lib.errors import CivStartError
from matching import embedding, entries, indexes, mirroring, verifying
from matching.contract import Mirror
from matching.verifying import Compared

NAMES_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare the index in VECTOR_INDEX with the vectors in the database. Exits with 1 if they "
        "differ. With --repair the index is made if it is missing, and filled."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Put right what differs. Run it again if cut short.",
        )

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        model = embedding.serving().model
        mirror = mirroring.in_use()
        try:
            if mirror is None:
                self._check_pgvector(model, repair=repair)
            else:
                self._check(mirror, model, repair=repair)
        except CivStartError as error:
            raise CommandError(f"{error} What is stored in the database is not touched.") from error

    # --- Outside the database ---------------------------------------------------------------

    def _check(self, mirror: Mirror, model: str, *, repair: bool) -> None:
        if repair and (made := mirror.make(model)):
            self.stdout.write(f"Made the index {made}.")
        with mirroring.noted(mirroring.state_of(mirror, model)), self._bar() as bar:
            found = verifying.compare(
                mirror, model, report=lambda done, of: _draw(bar, "compared", done, of)
            )
        self._tell(mirror, model, found)
        if repair:
            with self._bar() as bar:
                verifying.complete(
                    mirror, model, found, report=lambda done, of: _draw(bar, "put right", done, of)
                )
            self.stdout.write(self._repaired(found))
        elif not found.is_same:
            raise CommandError("They differ. Run `manage.py verify_index --repair`.")

    def _tell(self, mirror: Mirror, model: str, found: Compared) -> None:
        self.stdout.write(f"{mirror.name}, {model}: {found.stored:,} passages are stored.")
        for kind, names in found.kinds().items():
            self.stdout.write(f"{len(names):,} {kind}")
            for name in names[:NAMES_SHOWN]:
                self.stdout.write(f"    {name} {entries.startup_of(name)}".rstrip())
            if len(names) > NAMES_SHOWN:
                self.stdout.write(f"    and {len(names) - NAMES_SHOWN:,} more")

    def _repaired(self, found: Compared) -> str:
        if found.is_same:
            return "The index has just what is stored."
        return (
            f"Put {len(found.to_put):,}, removed {len(found.extra):,}. It may take the service a "
            "moment to show that."
        )

    def _bar(self) -> "tqdm[Any]":
        return tqdm(unit="passages", file=self.stderr, leave=False)

    # --- pgvector ---------------------------------------------------------------------------

    def _check_pgvector(self, model: str, *, repair: bool) -> None:
        name = vectors.SPACES[model].index
        faults = verifying.faults_of_pgvector(model)
        count = indexes.stored(model).count()
        self.stdout.write(f"pgvector, {model}: {count:,} passage{pluralize(count)}.")
        for fault in faults:
            self.stdout.write(fault)
        if faults and repair:
            verifying.build_pgvector(model)
            faults = verifying.faults_of_pgvector(model)
            self.stdout.write(f"Built {name} anew.")
        if faults:
            raise CommandError(
                f"{' '.join(faults)} Run `manage.py verify_index --repair`, which builds it anew "
                "while searches go on."
            )
        self.stdout.write(f"The index {name} is valid and used.")


def _draw(bar: "tqdm[Any]", what: str, done: int, of: int) -> None:
    bar.desc, bar.total = what, of
    bar.update(done - bar.n)
