"""Keeping an index outside the database in step with the vectors stored in it.

A change of a startup's vectors, or of what filters ask about, records "vectors.changed" in its own
transaction; the reaction tells the index what the database says then, however often it runs and in
whatever order. An index that was never filled is not asked: it would find nobody, or some.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db.models import Count, Q
from django.utils import timezone

from civstart.events import outbox
from civstart.events.models import Delivery
from civstart.lib.errors import CivStartError
from matching import entries, indexes
from matching.contract import IndexUnavailable, Mirror, Neighbour, type_of_vectors
from matching.models import Embedding, IndexState, VectorModel
from startups.models import Startup

log = structlog.get_logger()

LONGEST = 500
LAG = timedelta(minutes=1)  # far longer than what is written takes to be visible
FOLLOWING = "matching.reactions.follow_vectors"


def in_use() -> Mirror | None:
    """Return the index in use if it is outside the database."""
    index = indexes.in_use()
    return index if isinstance(index, Mirror) else None


def state_of(mirror: Mirror, model: str) -> IndexState:
    return IndexState.objects.get_or_create(index=mirror.name, model=model)[0]


# --- Telling it -----------------------------------------------------------------------------


def counts(model: str, startups: Collection[int]) -> dict[int, int]:
    """Return how many passages are stored of each startup, before they change; none if nothing
    outside the database wants to know.
    """
    if in_use() is None:
        return {}
    rows = Embedding.objects.of_startups(model).filter(subject_id__in=startups)
    return dict(rows.values_list("subject_id").annotate(Count("pk")).order_by())


def note(model: str, startups: Collection[int], before: Mapping[int, int] | None = None) -> None:
    """Record that these startups are no more what the index has of them. One event for them all.

    before: how many passages there were of each, so that those that are gone are forgotten.
    """
    mirror = in_use()
    if mirror is None or not startups or not _is_followed(mirror, model):
        return
    before = before or {}
    public = Startup.objects.filter(pk__in=startups).values_list("pk", "public_id")
    record(model, {str(name): before.get(pk, 0) for pk, name in public})


def record(model: str, passages: Mapping[str, int]) -> None:
    """Record the same of startups by their public ids, which may be deleted since."""
    mirror = in_use()
    if mirror and passages:
        outbox.record(
            "vectors.changed",
            subject=state_of(mirror, model),
            data={"model": model, "passages": dict(passages)},
        )


def _is_followed(mirror: Mirror, model: str) -> bool:
    """Whether the model serves, or is being filled in the index. Others are filled anew first."""
    row = VectorModel.objects.filter(model=model).exclude(status=VectorModel.Status.RETIRED).first()
    if row is None or row.status == VectorModel.Status.SERVING:
        return row is not None
    return IndexState.objects.filter(index=mirror.name, model=model).exists()


def follow(model: str, passages: Mapping[str, int]) -> None:
    """Tell the index what is stored of the startups now. Raise IndexUnavailable if it is away."""
    mirror = in_use()
    if mirror is None:
        return
    with noted(state_of(mirror, model)):
        while True:
            now = entries.of(model, passages)
            mirror.put(model, now)
            present = {one.name for one in now}
            mirror.remove(model, [one for one in entries.names(passages) if one not in present])
            # Another process may have written what it read before us: who writes last looks again.
            if entries.labels(entries.of(model, passages)) == entries.labels(now):
                return


def take_up(mirror: Mirror, model: str) -> int:
    """If the index answers, queue again what it could not be told and was given up; return how
    many deliveries that are.
    """
    given_up = Delivery.objects.stuck().filter(reaction=FOLLOWING)
    if not given_up.exists():
        return 0
    with noted(state_of(mirror, model)):
        mirror.count(model)
    return outbox.revive(given_up)


# --- Asking it ------------------------------------------------------------------------------


def nearest(vector: type_of_vectors, model: str, *, most: int, region: str = "") -> list[Neighbour]:
    """Ask the index in use; see VectorIndex.nearest.

    Raise IndexUnavailable also if it lies outside the database and does not know the vectors yet.
    """
    index = indexes.in_use()
    mirror = in_use()
    if mirror is None:
        return index.nearest(vector, model, most=most, region=region)
    state = state_of(mirror, model)
    if state.filled_at is None:
        raise IndexUnavailable(
            f"{mirror.name} has not all vectors of {model} yet, so nothing is matched by it. "
            f"{state.trouble or 'A worker fills it within minutes.'}"
        )
    with noted(state):
        found = mirror.nearest(vector, model, most=most, region=region)
        if not found and vector.any():
            _check_not_lost(mirror, state)
    return found


def _check_not_lost(mirror: Mirror, state: IndexState) -> None:
    """Raise IndexUnavailable if the index is empty where it should not be: as it is told of the
    first vectors, or made anew.
    """
    if mirror.count(state.model) or not entries.stored(state.model).exists():
        return
    if _is_being_told(state):
        raise IndexUnavailable(
            f"{mirror.name} is still being told of the first vectors of {state.model}. Ask again "
            "in a moment."
        )
    IndexState.objects.filter(pk=state.pk).update(filled_at=None)
    raise IndexUnavailable(
        f"{mirror.name} is empty, and vectors of {state.model} are stored: it was emptied or made "
        "anew. A worker fills it again within minutes."
    )


def _is_being_told(state: IndexState) -> bool:
    """Whether deliveries are under way, or what was delivered may not be visible yet."""
    following = Delivery.objects.filter(reaction=FOLLOWING)
    since = timezone.now() - LAG
    fresh = state.filled_at is not None and state.filled_at > since
    done = Delivery.Status.DONE
    return fresh or following.filter(~Q(status=done) | Q(done_at__gt=since)).exists()


# --- What it last could not do --------------------------------------------------------------


@contextmanager
def noted(state: IndexState) -> Iterator[None]:
    """Note what the index cannot do and let the error through; note that it can again."""
    same = IndexState.objects.filter(pk=state.pk)
    try:
        yield
    except CivStartError as error:
        log.warning("index unavailable", index=state.index, model=state.model, error=str(error))
        same.update(trouble=str(error)[:LONGEST], troubled_at=timezone.now())
        raise
    same.exclude(trouble="").update(trouble="", troubled_at=None)
