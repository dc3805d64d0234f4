"""A long meeting is read in parts that overlap; what both see is one signal."""

from dataclasses import replace
from itertools import pairwise

import pytest

from integrations.gemini.parts import cut
from integrations.models import ModelAnswer, ModelCall, ModelReading
from signals.extraction.contract import Heard
from tests.fakes.gemini import cut_off
from tests.integrations.gemini.talk import (
    SETTING,
    finds,
    heard,
    hears_needs,
    judges,
    long_meeting,
    quotes,
    signal,
    verdict,
)


@pytest.fixture(autouse=True)
def small_parts(settings):
    settings.GEMINI_CHUNK_TOKENS = 800
    settings.GEMINI_OVERLAP_TOKENS = 150


def searched(gemini):
    return [asked for asked in gemini.asked if asked.wants == "signals"]


def test_every_segment_is_read_and_neighbours_overlap(extractor, gemini):
    meeting = long_meeting()

    extractor.extract(meeting, SETTING)

    seen = [list(asked.lines.values()) for asked in searched(gemini)]
    assert len(seen) > 3
    assert {words for part in seen for words in part} == {one.text for one in meeting}
    for part, following in pairwise(seen):
        shared = [words for words in part if words in following]
        assert shared == part[-len(shared) :] == following[: len(shared)]
        assert 2 <= len(shared) <= 8


def test_parts_are_numbered_from_one_and_found_at_their_true_place(extractor, gemini):
    meeting = long_meeting(needs=[5, 97])

    found = extractor.extract(meeting, SETTING)

    assert all(min(asked.lines) == 1 for asked in searched(gemini))
    assert sorted(one.spans[0].index for one in found) == [5, 97]
    assert set(quotes(found, meeting)) == {meeting[5].text, meeting[97].text}


def test_a_need_heard_in_two_parts_is_one_signal(extractor, gemini):
    meeting = long_meeting()
    extractor.extract(meeting, SETTING)
    first, second = (set(asked.lines.values()) for asked in searched(gemini)[:2])
    (shared, *_) = sorted(first & second)
    place = next(one.index for one in meeting if one.text == shared)
    confidences = iter((0.6, 0.9))

    def hears_it_twice(asked):
        number = next((n for n, words in asked.lines.items() if words == shared), None)
        if asked.wants == "verdicts":
            return judges(verdict(1, confidence=next(confidences)))
        fields = {"discussed_from": max(1, (number or 1) - 1), "summary": "New."}
        return finds(signal(number, shared, **fields)) if number else finds()

    gemini.model = hears_it_twice
    ModelReading.objects.all().delete()
    ModelAnswer.objects.all().delete()
    found = extractor.extract(meeting, SETTING)

    (one,) = found
    assert one.spans[0].index == place
    assert one.confidence == 0.9
    assert ModelReading.objects.get().merged_count == 1


def test_two_needs_of_one_sentence_stay_two(extractor, gemini):
    words = "We need pumps for the plant, and we need somebody to run the swimming hall."
    gemini.next(
        finds(
            signal(1, words, title="Pumps for the old water plant"),
            signal(1, words, title="An operator of the swimming hall", category="transportation"),
        ),
        judges(verdict(1), verdict(2, category="education-libraries-parks")),
    )

    found = extractor.extract(heard([("", words)]), SETTING)

    assert len(found) == 2


def test_an_edit_costs_only_the_parts_around_it(extractor, gemini):
    meeting = long_meeting(400)
    extractor.extract(meeting, SETTING)
    parts = len(gemini.asked)
    gemini.asked.clear()

    edited = [*meeting[:3], replace(meeting[3], text=f"{meeting[3].text} Amended."), *meeting[4:]]
    extractor.extract(edited, SETTING)

    assert parts > 10
    assert 1 <= len(gemini.asked) <= parts // 3


def test_a_segment_larger_than_a_part_is_read_alone(extractor, gemini):
    huge = "and then another thing was said about the matter " * 120
    said = [("", "We open the meeting."), ("", huge.strip()), ("", "We need benches here soon.")]

    extractor.extract(heard(said), SETTING)

    assert gemini.refused == []
    assert any(list(asked.lines.values()) == [huge.strip()] for asked in searched(gemini))


@pytest.mark.parametrize("count", [1, 2, 30, 31, 33])
def test_cutting_ends_whatever_the_length(count):
    parts = cut(long_meeting(count), size=100, overlap=40)

    assert {one.index for part in parts for one in part.heard} == set(range(count))


def test_empty_segments_do_no_harm(extractor):
    silence = [Heard(index, index, index + 1, "") for index in range(3)]

    assert extractor.extract(silence, SETTING) == []


# --- Answers that do not fit ----------------------------------------------------------------


def test_a_part_whose_answer_is_cut_off_is_asked_in_halves(extractor, gemini):
    meeting = long_meeting(12, needs=[1, 10])
    gemini.next(cut_off())

    found = extractor.extract(meeting, SETTING)

    whole, left, right = searched(gemini)
    assert sorted(one.spans[0].index for one in found) == [1, 10]
    assert (len(whole.lines), len(left.lines), len(right.lines)) == (12, 6, 6)
    assert ModelCall.objects.filter(status="cut").get().error == "the answer was cut off"
    assert ModelReading.objects.get().read_count == 1
    gemini.asked.clear()
    assert extractor.extract(meeting, SETTING) == found
    assert gemini.asked == []  # that it was cut off is remembered too


def test_a_part_too_long_for_the_model_is_asked_in_halves(extractor, gemini):
    meeting = long_meeting(12, needs=[1, 10])
    extractor.extract(meeting, SETTING)
    asked = gemini.asked[0]
    gemini.models["gemini-2.5-flash"] = len(asked.rules + asked.material) // 4 - 20
    ModelAnswer.objects.all().delete()

    found = extractor.extract(meeting, SETTING)

    assert len(gemini.refused) == 1
    assert len(found) == 2


def test_verdicts_that_are_cut_off_are_asked_for_in_halves(extractor, gemini):
    meeting = long_meeting(12, needs=[1, 10])
    gemini.next(hears_needs_of(meeting), cut_off('{"verdicts": [{"num'))

    found = extractor.extract(meeting, SETTING)

    assert len(found) == 2
    assert [len(a.candidates) for a in gemini.asked if a.wants == "verdicts"] == [2, 1, 1]


def hears_needs_of(meeting):
    return finds(*(signal(one.index + 1, one.text) for one in meeting if "need" in one.text))


def test_many_candidates_are_checked_in_several_questions(extractor, gemini, settings):
    settings.GEMINI_CHUNK_TOKENS = 6000
    meeting = long_meeting(60, needs=range(60))
    gemini.model = hears_needs

    found = extractor.extract(meeting, SETTING)

    assert len(found) == 60
    assert [len(a.candidates) for a in gemini.asked if a.wants == "verdicts"] == [15] * 4
