"""An embedder that answers with what is no vector: nothing is stored, nothing matched by it, and
all is finished once it is sound again.
"""

import numpy as np
import pytest

from civstart.events.models import Delivery
from matching import embedders, meaning, suggesting, tasks
from matching.contract import EmbedderUnavailable
from matching.models import Abstention, Embedding, Match, MatchRun, VectorModel
from signals import review
from startups import profiles
from tests import make
from tests.support.embedders import Spoiling, first_number

pytestmark = pytest.mark.django_db

MODEL = Spoiling.model

BAD = {
    "a wrong dimension": lambda made: made[:, :256],
    "too many dimensions": lambda made: np.hstack([made, made]),
    "NaN": first_number(float("nan")),
    "infinity": first_number(float("inf")),
    "half a batch": lambda made: made[: len(made) // 2],
    "nothing at all": lambda made: made[:0],
    "more than was asked for": lambda made: np.vstack([made, made]),
    "vectors of any length": lambda made: made * 7,
    "one vector in place of many": lambda made: made[0],
}


@pytest.fixture
def spoiling(settings):
    """The embedder of the site, which can be spoiled."""
    path = "tests.support.embedders.Spoiling"
    settings.EMBEDDER = path
    settings.EMBEDDERS = settings.EMBEDDERS | {MODEL: path}
    embedders.at.cache_clear()
    yield embedders.at(path)
    embedders.at.cache_clear()


def overdue():
    Delivery.objects.exclude(status="done").update(due_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_what_is_no_vector_is_never_stored_nor_matched_by(spoiling, spoil, sam, react, as_sam):
    startup = make.startup()
    profiles.changed(startup, by=None, is_new=True)
    spoiling.spoil = spoil
    review.approve(make.signal(), by=sam)
    react()

    assert not Embedding.objects.filter(model=MODEL).exists()
    assert not MatchRun.objects.exists()
    assert not Abstention.objects.exists()
    assert "cannot be used" in VectorModel.objects.get(model=MODEL).trouble
    start = as_sam.get("/staff/").content.decode()
    assert f"What {MODEL} answers cannot be used: " in start
    assert "What waits is embedded later" in start

    spoiling.spoil = lambda made: made
    overdue()
    react()

    assert Match.objects.get().startup == startup
    assert not Delivery.objects.exclude(status="done").exists()
    assert VectorModel.objects.get(model=MODEL).trouble == ""


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_a_search_by_meaning_finds_nothing_by_what_is_no_vector(spoiling, spoil):
    suggesting.for_signal(make.signal(status="approved"))
    spoiling.spoil = spoil

    assert meaning.nearest("leaks in water mains", most=5) == []
    assert VectorModel.objects.get(model=MODEL).trouble


def test_vectors_of_zeros_are_near_to_nothing(spoiling):
    make.startup()
    spoiling.spoil = np.zeros_like

    run = suggesting.for_signal(make.signal(status="approved"))

    assert run.finished_at is not None
    assert set(Embedding.objects.filter(model=MODEL).values_list("vector", flat=True)) == {None}
    assert meaning.nearest("leaks in water mains", most=5) == []


def test_the_clock_finishes_what_bad_vectors_left_behind(spoiling):
    startup = make.startup()
    signal = make.signal(status="approved")
    type(signal).objects.update(decided_at="2026-01-01T00:00:00Z")
    spoiling.spoil = BAD["NaN"]
    assert tasks.catch_up() == 0

    spoiling.spoil = lambda made: made

    assert tasks.catch_up() == 1
    assert Match.objects.get().startup == startup


def test_half_a_batch_of_startups_leaves_none_of_the_batch_stored(spoiling):
    for number in range(4):
        make.unrelated_startup(f"Shiftwell{number}")
    spoiling.spoil = BAD["half a batch"]

    with pytest.raises(EmbedderUnavailable, match="2 vectors for 4 texts"):
        embedders_refresh()

    assert not Embedding.objects.filter(model=MODEL).exists()


def embedders_refresh():
    return tasks.embedding.refresh_startups(embedders.wanted())
