"""A large directory of startups and as many needs, stored by COPY: texts, words and vectors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from random import Random

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from civstart.accounts.models import User
from civstart.lib import ids
from civstart.lib.vectors import Space
from civstart.places.models import Region
from matching import embedding, keeping, wording
from matching.models import Embedding
from signals.models import Signal
from startups.models import Membership, Startup
from tests.bench import rows, texts
from tests.bench.clusters import Clusters, Matrix

NAMED_STATES = 0.3  # of the startups name the states they serve, one to five each
COLUMNS = "subject subject_id model passage text_digest vector source_at updated_at"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Ids of the startups and of the approved signals, with the field of each."""

    startups: NDArray[np.int64]
    startup_fields: list[int]
    signals: NDArray[np.int64]
    signal_fields: list[int]


@transaction.atomic
def load(startups: int, signals: int, *, by: User) -> Loaded:
    """Store so many startups, and as many approved signals."""
    found = _startups(startups)
    needs = texts.needs(signals)
    rows.signals(signals, by=by, titles=[title for _, title in needs])
    approved = Signal.objects.approved().order_by("pk").values_list("pk", flat=True)
    return Loaded(*found, np.array(approved), [field for field, _ in needs])


def _startups(count: int) -> tuple[NDArray[np.int64], list[int]]:
    first = rows.next_ids(Startup, count)
    profiles = list(texts.profiles(count))
    now = timezone.now()
    rows.copy(
        Startup,
        "id public_id slug name one_liner description website city created_at updated_at",
        (
            (
                first + number, ids.new(), f"many-{number}", one.name, one.one_liner,
                one.description, "", "", now, now,
            )
            for number, one in enumerate(profiles)
        ),
    )  # fmt: skip
    _serve_states(range(first, first + count))
    _join(range(first, first + count))
    return np.arange(first, first + count), [one.field for one in profiles]


def _join(startups: Sequence[int]) -> None:
    """Give each startup a member, who is told of its matches."""
    first = rows.next_ids(User, len(startups))
    now = timezone.now()
    rows.copy(
        User,
        "id public_id email name password created_at",
        (
            (first + number, ids.new(), f"many.{number}@example.org", f"Many {number}", "!", now)
            for number in range(len(startups))
        ),
    )
    rows.copy(
        Membership,
        "user_id startup_id",
        ((first + number, startup) for number, startup in enumerate(startups)),
    )


def _serve_states(startups: Iterable[int]) -> None:
    chance = Random(7)
    regions = list(Region.objects.values_list("pk", flat=True))
    rows.copy_into(
        Startup.service_regions.through._meta.db_table,
        "startup_id region_id",
        (
            (startup, region)
            for startup in startups
            if chance.random() < NAMED_STATES
            for region in chance.sample(regions, chance.randint(1, 5))
        ),
    )


def tell_words() -> int:
    """Store the words of all profiles as the site does; return how many."""
    return wording.refresh(batch=2000)


@transaction.atomic
def give_vectors(loaded: Loaded, space: Space, fields: int) -> tuple[Matrix, Matrix]:
    """Store a vector of the model for each startup and signal; return both."""
    clusters = Clusters(space, fields)
    documents = clusters.vectors(loaded.startup_fields)
    queries = clusters.vectors(loaded.signal_fields)
    digests = [
        keeping.digest("\n".join(embedding.views_of(one)))
        for one in Signal.objects.filter(pk__in=loaded.signals).order_by("pk").iterator()
    ]
    _copy(space, Embedding.Subject.STARTUP, loaded.startups, documents, repeat("0" * 64))
    _copy(space, Embedding.Subject.SIGNAL, loaded.signals, queries, digests)
    return documents, queries


def _copy(
    space: Space,
    subject: str,
    ids_: Sequence[int] | NDArray[np.int64],
    vectors: Matrix,
    digests: Iterable[str],
) -> None:
    """Store the vectors in the binary format of COPY: as text they would be three times as long."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY matching_embedding ({', '.join(COLUMNS.split())}) FROM STDIN (FORMAT binary)"
        ) as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for row in _binary(space, subject, ids_, vectors, digests):
            copy.write(row)
        copy.write(b"\xff\xff")


def _binary(
    space: Space,
    subject: str,
    ids_: Sequence[int] | NDArray[np.int64],
    vectors: Matrix,
    digests: Iterable[str],
) -> Iterator[bytes]:
    now = _microseconds()
    model = _field(space.model.encode())
    head = _field(space.dimensions.to_bytes(2, "big") + b"\0\0" + bytes(4 * space.dimensions))[:8]
    for pk, vector, digest in zip(ids_, vectors, digests, strict=False):
        yield b"".join(
            (
                (8).to_bytes(2, "big"),
                _field(subject.encode()),
                _field(int(pk).to_bytes(8, "big")),
                model,
                _field(b"\0\0"),
                _field(digest.encode()),
                head,
                vector.astype(">f4").tobytes(),
                now,
                now,
            )
        )


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _microseconds() -> bytes:
    """Return now as PostgreSQL counts it: from the year 2000."""
    since = int(timezone.now().timestamp() - 946_684_800) * 1_000_000
    return _field(since.to_bytes(8, "big"))
