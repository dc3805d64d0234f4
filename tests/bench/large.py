"""Matching measured: the index against an exact search, one signal after the other, all anew."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import TypeVar

import numpy as np
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from civstart.accounts.models import User
from civstart.lib import vectors
from civstart.lib.vectors import Space
from matching import indexes, rematching, suggesting
from matching.indexes import PgvectorIndex
from matching.models import Embedding, MatchRun, Rematch, VectorModel
from signals.models import Signal
from startups.models import Startup
from tests import make
from tests.bench import directory, live, rows, sentences, texts
from tests.bench.clusters import Matrix
from tests.bench.directory import Loaded
from tests.bench.figures import Figure

STARTUPS, SIGNALS = 100_000, 10_000
QUICK_STARTUPS, QUICK_SIGNALS = 1_000, 120
SPACES = (vectors.WORDLLAMA, vectors.GEMINI)
TOP = 10
ASKED = 200  # signals whose neighbours are compared with the exact ones
MATCHED = 30  # signals matched one by one
SECONDS, QUICK_SECONDS = 20.0, 1.0  # of a re-match
LIMIT = 50
WARM = 3
T = TypeVar("T")
BUILD_MEMORY = "2GB"  # the whole graph fits; else it takes many times as long
BATCH = 500


@dataclass(frozen=True)
class Filled:
    """A model's vectors in the database and beside it. building: seconds the index took."""

    space: Space
    loaded: Loaded
    documents: Matrix
    queries: Matrix
    building: float

    @property
    def name(self) -> str:
        return f"{self.space.dimensions} dimensions"


def main(quick: bool) -> None:
    """Print the figures as JSON, in the last line."""
    sys.stdout.write(f"{json.dumps([asdict(one) for one in measure(quick=quick)])}\n")


def sign_in() -> None:
    """Print the cookies of a startup's member, in the last line."""
    startup = Startup.objects.filter(matches__isnull=False).order_by("pk").first()
    member = startup.members.get() if startup else User.objects.order_by("pk")[1]
    sys.stdout.write(f"{live.signed_in(member)}\n")


def measure(*, quick: bool) -> list[Figure]:
    startups, signals = (QUICK_STARTUPS, QUICK_SIGNALS) if quick else (STARTUPS, SIGNALS)
    sam = make.user("Sam Staffer", is_staff=True)
    loaded = directory.load(startups, signals, by=sam)
    directory.tell_words()
    sentences.fill(loaded)
    found: list[Figure] = []
    for space in SPACES:
        filled = fill(space, loaded)
        rows.tidy()
        found += figures_of(filled, seconds=QUICK_SECONDS if quick else SECONDS)
    return [*found, _memory(startups + signals)]


def _memory(count: int) -> Figure:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held = max(space.dimensions for space in SPACES) * 4 * count / 1e6
    return Figure("Peak memory of the process", peak, "MB", held, "MB are vectors to compare with")


def fill(space: Space, loaded: Loaded) -> Filled:
    """Store vectors, then build the index over them, as after a large import."""
    index = next(one for one in Embedding._meta.indexes if one.name == space.index)
    with connection.schema_editor() as editor:
        editor.remove_index(Embedding, index)
    documents, queries = directory.give_vectors(loaded, space, len(texts.FIELDS))
    began = time.perf_counter()
    with connection.schema_editor() as editor:
        editor.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        editor.add_index(Embedding, index)
    return Filled(space, loaded, documents, queries, time.perf_counter() - began)


def figures_of(filled: Filled, *, seconds: float) -> list[Figure]:
    # What is measured is a large directory, however few are stored in a quick run.
    index = PgvectorIndex(exact_up_to=0)
    _put_in_use(filled.space)
    with indexes.using(index):
        return [
            *_of_index(filled),
            _recall(filled, index),
            *_one_signal(filled),
            *_all_signals(filled, seconds),
        ]


def _put_in_use(space: Space) -> None:
    VectorModel.objects.all().delete()
    VectorModel.objects.create(
        model=space.model, status=VectorModel.Status.SERVING, served_at=timezone.now()
    )


def _of_index(filled: Filled) -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s) / 1e6", [filled.space.index])
        (size,) = cursor.fetchone()
    stored = filled.documents.nbytes / 1e6
    return [
        Figure(f"Build the index, {filled.name}", filled.building, "s"),
        Figure(f"Size of the index, {filled.name}", float(size), "MB", stored, "MB of vectors"),
    ]


def _recall(filled: Filled, index: PgvectorIndex) -> Figure:
    """Return the share of the exact ten nearest that the index finds among its first ten."""
    asked = filled.queries[:ASKED]
    exact = filled.loaded.startups[_first(asked @ filled.documents.T, TOP)]
    shares = []
    for query, true in zip(asked, exact, strict=True):
        near = index.nearest(query, filled.space.model, most=LIMIT)[:TOP]
        shares.append(len({one.startup_id for one in near} & set(true.tolist())) / TOP)
    return Figure(f"Recall@10 of the index, {filled.name}", float(np.mean(shares)), "", aim=0.97)


def _one_signal(filled: Filled) -> list[Figure]:
    new = Signal.objects.approved().filter(match_runs=None).for_lists().order_by("pk")
    signals = list(new[: MATCHED + WARM])
    matching = _median_ms(suggesting.for_signal, signals)
    vectors_ = [f"[{','.join(map(str, one.tolist()))}]" for one in filled.queries[: MATCHED + WARM]]
    half = f"halfvec({filled.space.dimensions})"
    bare = _median_ms(lambda vector: _bare(filled.space, vector, half), vectors_)
    exact = _median_ms(lambda vector: _bare(filled.space, vector, "vector"), vectors_[:8])
    what = f"Match one approved signal, {filled.name}, p50"
    return [
        Figure(
            what,
            matching,
            "ms",
            bare,
            "ms, a bare ORDER BY ... LIMIT 50 by the index",
            aim=3 * bare,
        ),
        Figure(what, matching, "ms", exact, "ms, a bare ORDER BY ... LIMIT 50 without it"),
    ]


def _bare(space: Space, vector: str, cast: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT subject_id FROM matching_embedding WHERE subject = 'startup' AND model = %s"
            f" ORDER BY vector::{cast} <=> %s::{cast} LIMIT {LIMIT}",
            [space.model, vector],
        )
        cursor.fetchall()


def _all_signals(filled: Filled, seconds: float) -> list[Figure]:
    """Return how many signals a second are matched for the first time, startups told, and how many
    of the same a re-match looks at, beside comparing vectors alone.
    """
    matched = MatchRun.objects.aggregate(last=Max("signal"))["last"]
    first, reached = _rate(seconds, after=matched)
    again, _ = _rate(seconds, after=matched, goes_to=reached)
    bare = _brute_force(filled)
    beside = "by numpy, all vectors compared and nothing else done"
    return [
        Figure(f"{what}, {filled.name}", rate, "signals/s", bare, beside)
        for what, rate in (("Match everything at first", first), ("Re-match everything", again))
    ]


def _rate(seconds: float, *, after: int, goes_to: int | None = None) -> tuple[float, int]:
    """Return how many signals a second a re-match looks at, of those after one, and how far it
    came.
    """
    rematch = rematching.begin(by=None)
    rematch.done_to, rematch.goes_to = after, goes_to or rematch.goes_to
    rematch.save(update_fields=["done_to", "goes_to"])
    began = time.perf_counter()
    rematching.run_slice(rematch, seconds=seconds)
    rate = rematch.done_count / (time.perf_counter() - began)
    if rematch.status == Rematch.Status.RUNNING:
        rematching.stop(rematch)
    return rate, rematch.done_to


def _brute_force(filled: Filled) -> float:
    """Return for how many signals a second numpy compares all vectors."""
    began = time.perf_counter()
    compared = filled.queries[: BATCH * 2]
    for first in range(0, len(compared), BATCH):
        _first(compared[first : first + BATCH] @ filled.documents.T, LIMIT)
    return len(compared) / (time.perf_counter() - began)


def _median_ms(run: Callable[[T], object], over: list[T], warm: int = WARM) -> float:
    """Return the median of the milliseconds it takes, the first few left out."""
    taken = []
    for one in over:
        began = time.perf_counter()
        run(one)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken[warm:])


def _first(likeness: Matrix, most: int) -> NDArray[np.intp]:
    """Return the places of the most alike of each row, the best first."""
    front = np.argpartition(-likeness, most, axis=1)[:, :most]
    order = np.argsort(np.take_along_axis(-likeness, front, axis=1), axis=1)
    return np.take_along_axis(front, order, axis=1)
