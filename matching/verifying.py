"""Comparing the index in use with the vectors stored in the database, and putting it right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from civstart.lib import vectors
from matching import entries, indexes, mirroring
from matching.contract import Entry, Mirror
from matching.models import Embedding, IndexState

AT_ONCE = 500  # names compared at once
ALIKE = 1e-4  # numbers of a vector that differ by less are the same: services round

One = TypeVar("One")
Report = Callable[[int, int], object]


@dataclass
class Compared:
    """What an index has that differs from what is stored: names of passages."""

    stored: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    other_vector: list[str] = field(default_factory=list)
    other_label: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return not (self.missing or self.extra or self.other_vector or self.other_label)

    @property
    def to_put(self) -> list[str]:
        return [*self.missing, *self.other_vector, *self.other_label]

    def kinds(self) -> dict[str, list[str]]:
        return {
            "missing": self.missing,
            "not stored any more": self.extra,
            "with another vector": self.other_vector,
            "with other regions, activity or text": self.other_label,
        }


def compare(mirror: Mirror, model: str, *, report: Report = lambda done, of: None) -> Compared:
    """Return how the index differs from what is stored. Reads all of both, part by part."""
    listed = set(mirror.names(model))  # first: what is stored meanwhile is only sent twice
    stored = entries.all_names(model)
    found = Compared(len(stored), sorted(stored - listed), sorted(listed - stored))
    common = sorted(stored & listed)
    for done, some in enumerate(_parts(common)):
        _compare_some(mirror, model, some, found)
        report(min((done + 1) * AT_ONCE, len(common)), len(common))
    return found


def _compare_some(mirror: Mirror, model: str, names: Sequence[str], found: Compared) -> None:
    held = {one.name: one for one in mirror.held(model, names)}
    for entry in entries.named(model, names):
        other = held.get(entry.name)
        if other is None:
            found.missing.append(entry.name)
        elif not _is_same_vector(entry, other):
            found.other_vector.append(entry.name)
        elif entry.label != other.label:
            found.other_label.append(entry.name)


def _is_same_vector(one: Entry, other: Entry) -> bool:
    same_size = one.vector.shape == other.vector.shape
    return same_size and bool(np.allclose(one.vector, other.vector, atol=ALIKE))


def mend(
    mirror: Mirror, model: str, found: Compared, *, report: Report = lambda done, of: None
) -> None:
    """Put what differs right. What is done stays done if it is cut short."""
    mirror.remove(model, found.extra)
    done = 0
    for some in _parts(found.to_put):
        mirror.put(model, entries.named(model, some))
        done += len(some)
        report(done, len(found.to_put))


def fill(mirror: Mirror, model: str, *, report: Report = lambda done, of: None) -> Compared:
    """Compare and mend, and from then on match by the index; return what was found."""
    with mirroring.noted(mirroring.state_of(mirror, model)):
        found = compare(mirror, model, report=report)
    complete(mirror, model, found, report=report)
    return found


def complete(
    mirror: Mirror, model: str, found: Compared, *, report: Report = lambda done, of: None
) -> None:
    """Mend what was found, and from then on match by the index."""
    state = mirroring.state_of(mirror, model)
    with mirroring.noted(state):
        mend(mirror, model, found, report=report)
    IndexState.objects.filter(pk=state.pk).update(filled_at=timezone.now())


def _parts(many: Sequence[One]) -> Iterator[Sequence[One]]:
    for first in range(0, len(many), AT_ONCE):
        yield many[first : first + AT_ONCE]


# --- pgvector -------------------------------------------------------------------------------

VALID = """
    SELECT i.indisvalid AND i.indisready FROM pg_index AS i
    WHERE i.indexrelid = to_regclass(%s)
"""


def faults_of_pgvector(model: str) -> list[str]:
    """Return what is wrong with the HNSW index of the model, as sentences."""
    name = vectors.SPACES[model].index
    with connection.cursor() as cursor:
        cursor.execute(VALID, [name])
        row = cursor.fetchone()
    if row is None:
        return [f"The index {name} is missing."]
    if not row[0]:
        return [f"The index {name} is not valid: building it was cut short."]
    if not _is_planned(model, name):
        return [f"PostgreSQL does not use the index {name} for a search it was made for."]
    return []


def build_pgvector(model: str) -> None:
    """Build the index of the model anew. No table is locked; searches take longer until then."""
    index = next(one for one in Embedding._meta.indexes if one.name == vectors.SPACES[model].index)
    old = connection.ops.quote_name(index.name)
    with connection.schema_editor(atomic=False) as editor:
        editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {old}")
        editor.execute(index.create_sql(Embedding, editor, concurrently=True))


@transaction.atomic
def _is_planned(model: str, name: str) -> bool:
    """Whether the planner takes the index when it may neither read nor sort all rows."""
    asked = [1.0] + [0.0] * (vectors.SPACES[model].dimensions - 1)
    distance = indexes.indexed_distance(model, asked)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        plan = indexes.stored(model).order_by(distance)[:10].explain()
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SET LOCAL enable_sort = on")
    return name in plan
