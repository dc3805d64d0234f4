"""The excerpts of meetings that teach the local extractor."""

from collections import Counter

import numpy as np
import pytest

from signals.extraction import lessons
from signals.extraction.lessons import DISCUSSED, NEAR_MISS, SIGNAL, NotMarked
from signals.extraction.training import lesson
from signals.words import Category, Kind

HEAD = '=== city="Elmford" state="OH" body="City Council" style="turns"\n'
NEED = (
    '<s kind="need" category="water-utilities" strength="2" title="New leak sensors">We find the '
    "leaks when the street is wet, and I would like us to find them before that happens.</s>"
)


def excerpt(tmp_path, body):
    (tmp_path / "some.txt").write_text(HEAD + body, encoding="utf-8")
    (found,) = lessons.excerpts(tmp_path)
    return found


def test_every_excerpt_of_the_project_is_marked_soundly():
    found = lessons.excerpts()

    marks = [mark for one in found for mark in one.marks]
    counts = Counter(mark.tag for mark in marks)
    assert len(found) > 150
    assert counts[SIGNAL] == counts[DISCUSSED] > 200
    assert counts[NEAR_MISS] > 200
    assert {mark.said_of_it["kind"] for mark in marks if mark.tag == SIGNAL} == set(Kind.values)
    assert {m.said_of_it["category"] for m in marks if m.tag == SIGNAL} == set(Category.values)
    assert all(mark.first < mark.last for mark in marks)


def test_marks_are_taken_out_of_what_is_said(tmp_path):
    found = excerpt(tmp_path, f"@ Mayor Ellis\nNext. <d>{NEED}</d>\n@ Ms. Ortega\nThank you.\n")

    first, second = found.heard
    assert (first.speaker, second.speaker) == ("Mayor Ellis", "Ms. Ortega")
    assert first.text.startswith("Next. We find the leaks")
    assert "<" not in first.text
    assert second.start == first.end
    (signal,) = found.marked(SIGNAL)
    assert first.text[signal.first[1] : signal.last[1]].startswith("We find the leaks")


def test_a_discussion_runs_on_over_turns(tmp_path):
    found = excerpt(tmp_path, f"@ A\n<d>{NEED}\n@ B\nWhen?\n@ A\nIn May.</d> Next item.\n")

    (discussed,) = found.marked(DISCUSSED)
    assert (discussed.first[0], discussed.last) == (0, (2, len("In May.")))


def test_passages_with_most_of_the_quote_hit_the_signal(tmp_path):
    talk = " ".join(["The clerk will call the roll and we move on to the minutes."] * 6)
    miss = '<h why="praise">The crews did a wonderful job on the parade and we thank them all.</h>'

    taught = lesson(excerpt(tmp_path, f"@ A\n{talk}\n{NEED}\n{talk}\n{miss}\n"))

    hit = taught.hits.max(axis=1) > 0
    texts = np.array(taught.described.texts)
    assert hit.any()
    assert all("leak" in text for text in texts[hit])
    assert any("parade" in text for text in texts[taught.near_misses])
    assert not (hit & taught.near_misses).any()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("@ A\nWell</s> then.\n", "</s> closes nothing"),
        ("@ A\n<d>Well then.\n", "<d> is never closed"),
        ("@ A\n" + NEED.replace('"need"', '"wish"') + "\n", 'kind is "wish"'),
        ("@ A\n" + NEED.replace("water-utilities", "water") + "\n", 'category is "water"'),
    ],
)
def test_a_wrong_mark_is_named_with_its_excerpt(tmp_path, body, why):
    with pytest.raises(NotMarked, match=r"some\.txt 1") as caught:
        excerpt(tmp_path, body)

    assert why in str(caught.value)
