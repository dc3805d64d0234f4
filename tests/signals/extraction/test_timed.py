"""Further labels: times of ours, words from the transcript they speak of."""

import json

import pytest

from signals.extraction import timed
from signals.extraction.lessons import DISCUSSED, NEAR_MISS, SIGNAL, NotMarked
from signals.extraction.training import lesson
from signals.words import Category, Kind
from tests.signals.extraction import speech

FILE = "millbrook_2026-05-04_council.vtt"
NEED = {
    "file": FILE,
    "start_seconds": 24,
    "end_seconds": 60,
    "quote_seconds": [36, 48],
    "title": "Replacement of water meters",
    "kind": "need",
    "category": "water-utilities",
    "strength": 2,
}
MISS = {"file": FILE, "start_seconds": 72, "end_seconds": 84, "why": "Praise."}


@pytest.fixture
def read(tmp_path):
    """Return what is made of label rows, for a meeting of one need among small talk."""
    (tmp_path / FILE).touch()
    said = [*speech.FILLER[:3], speech.NEED, *speech.CEREMONY]

    def excerpts(*rows):
        labels = tmp_path / "further.jsonl"
        labels.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return timed.excerpts(tmp_path, lambda path: speech.heard(said), labels)

    return excerpts


def test_times_become_marks_in_what_was_said(read):
    (found,) = read(NEED, MISS)

    assert found.name == FILE
    (signal,) = found.marked(SIGNAL)
    assert (signal.first, signal.last) == ((3, 0), (4, 0))
    assert signal.said_of_it["kind"] == "need"
    assert [mark.first for mark in found.marked(DISCUSSED, NEAR_MISS)] == [(2, 0), (6, 0)]


def test_they_teach_as_excerpts_do(read):
    (found,) = read(NEED, MISS)

    taught = lesson(found, group="millbrook_2026-05-04")

    hit = taught.hits.max(axis=1) > 0
    texts = taught.described.texts
    assert any("water meters" in text for text, is_hit in zip(texts, hit, strict=True) if is_hit)
    assert taught.near_misses.any()
    assert (taught.share, taught.group) == (1.0, "millbrook_2026-05-04")


def test_what_was_not_read_teaches_nothing(read):
    (found,) = read({"file": FILE, "from_seconds": 30}, NEED)

    assert found.heard[0].start == 36


def test_a_transcript_that_is_not_there_is_passed_over(read):
    assert read(NEED | {"file": "elsewhere.vtt"}) == []


def test_a_label_of_no_such_kind_is_named_by_its_file(read):
    with pytest.raises(NotMarked, match=rf"{FILE}: a signal's kind is \"wish\""):
        read(NEED | {"kind": "wish"})


def test_the_labels_of_the_project_are_sound_and_hold_no_words_said():
    rows = [json.loads(line) for line in timed.FILE.read_text(encoding="utf-8").splitlines()]

    for row in rows:
        assert "quote" not in row
        if "kind" in row:
            assert (row["kind"] in Kind.values) and (row["category"] in Category.values)
            first, last = row["quote_seconds"]
            assert row["start_seconds"] <= first < last <= row["end_seconds"] + 1
