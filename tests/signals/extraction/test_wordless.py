"""Marked excerpts kept as numbers."""

import zipfile

import numpy as np
import pytest

from signals.extraction import lessons, wordless
from signals.extraction.features import GROUPS, VARIETIES
from signals.extraction.training import MARKED_SHARE, lesson

TEXT = """=== city="Elmford" state="OH" body="City Council" style="turns"
@ Mayor Ellis
Next. <d><s kind="need" category="water-utilities" strength="2" title="New leak sensors">We find
the leaks when the street is wet, and I would like us to find them before that happens.</s></d>
@ Ms. Ortega
<h why="praise">The crews did a wonderful job on the parade and we thank them all for it.</h>
=== city="Elmford" state="OH" body="City Council" style="turns"
@ Mayor Ellis
<d><s kind="budget" category="public-works" strength="3" title="A new plow">I am requesting forty
thousand dollars in the budget for a plow, since the old one stands still every winter.</s></d>
"""


@pytest.fixture
def taught(tmp_path):
    (tmp_path / "some.txt").write_text(TEXT, encoding="utf-8")
    return [lesson(one) for one in lessons.excerpts(tmp_path)]


def test_what_is_kept_teaches_what_the_excerpts_teach(taught, tmp_path):
    path = tmp_path / "marked.npz"
    wordless.save(taught, path)

    (kept,) = wordless.load(path)

    matrix = np.vstack([one.described.matrix for one in taught])
    off = np.abs(kept.described.matrix - matrix)
    assert (off <= np.ptp(matrix, axis=0) / wordless.STEPS).all()
    assert kept.described.manner.shape == (len(matrix), 2 * GROUPS)
    hit = np.concatenate([one.hits.max(axis=1) > 0 for one in taught])
    assert ((kept.hits.max(axis=1) > 0) == hit).all()
    assert (kept.kinds, kept.share) == (["need", "budget"], MARKED_SHARE)
    assert kept.near_misses.sum() == sum(one.near_misses.sum() for one in taught) > 0
    assert kept.within.sum() == sum(one.within.sum() for one in taught) > 0


def test_no_words_are_kept(taught, tmp_path):
    path = tmp_path / "marked.npz"
    wordless.save(taught, path)

    with zipfile.ZipFile(path) as kept:
        stored = b"".join(kept.read(name) for name in kept.namelist())
    assert not any(word in stored for word in (b"leak", b"Elmford", b"Ortega", b"plow"))


def test_nothing_kept_teaches_nothing(tmp_path):
    assert wordless.load(tmp_path / "marked.npz") == []


def test_numbers_of_other_features_are_refused_with_the_next_step(taught, tmp_path):
    path = tmp_path / "marked.npz"
    wordless.save(taught, path)
    with np.load(path) as kept:
        np.savez_compressed(path, **{**kept, "features": np.array("of before")})

    with pytest.raises(wordless.MadeOtherwise, match=r"marked\.npz was made with other features"):
        wordless.load(path)


def test_the_project_keeps_numbers_of_todays_features():
    (kept,) = wordless.load()

    assert len(kept.kinds) > 300
    assert kept.near_misses.sum() > 300
    assert kept.described.matrix[:, VARIETIES:].min() < 0
