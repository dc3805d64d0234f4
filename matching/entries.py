"""What an index outside the database should hold: the stored passages of startups, as entries."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from matching import indexes
from matching.contract import Entry
from matching.models import Embedding, EmbeddingQuerySet
from startups.models import Startup


def stored(model: str) -> EmbeddingQuerySet:
    """The passages that have a vector, of startups that were not deleted."""
    there = Startup.objects.filter(pk=OuterRef("subject_id"))
    return indexes.stored(model).filter(Exists(there))


def of(model: str, startups: Collection[str]) -> list[Entry]:
    """Return the entries of the startups, named by their public ids."""
    rows = Startup.objects.filter(public_id__in=list(startups))
    return _entries(model, rows.prefetch_related("service_regions"))


def named(model: str, wanted: Collection[str]) -> list[Entry]:
    """Return the entries of these names; of passages that are gone meanwhile none."""
    sought = set(wanted)
    startups = {one.partition("#")[0] for one in sought}
    return [one for one in of(model, startups) if one.name in sought]


def _entries(model: str, startups: QuerySet[Startup]) -> list[Entry]:
    by_id = {one.pk: one for one in startups}
    rows = indexes.stored(model).filter(subject_id__in=by_id).order_by("subject_id", "passage")
    return [_entry(row, by_id[row.subject_id]) for row in rows]


def _entry(row: Embedding, startup: Startup) -> Entry:
    return Entry(
        name(startup.public_id, row.passage),
        np.asarray(row.vector, dtype=np.float32),
        digest=row.text_digest,
        is_active=startup.is_active,
        regions=tuple(sorted(one.code for one in startup.service_regions.all())),
    )


def name(public_id: object, passage: int) -> str:
    return f"{public_id}#{passage}"


def names(passages: Mapping[str, int]) -> list[str]:
    """Return the names of so many passages of each startup."""
    return [name(one, number) for one, count in passages.items() for number in range(count)]


def all_names(model: str) -> set[str]:
    """Return the names of all passages stored."""
    public = dict(Startup.objects.values_list("pk", "public_id"))
    rows = indexes.stored(model).values_list("subject_id", "passage")
    return {name(public[pk], passage) for pk, passage in rows.iterator() if pk in public}


def startup_of(name: str) -> str:
    """Return the name of the startup an entry is of; "" if it is gone, or nothing of ours."""
    try:
        public_id = UUID(name.partition("#")[0])
    except ValueError:
        return ""
    startup = Startup.objects.filter(public_id=public_id).only("name").first()
    return startup.name if startup else ""


def labels(of_these: Iterable[Entry]) -> dict[str, tuple[object, ...]]:
    return {one.name: one.label for one in of_these}
