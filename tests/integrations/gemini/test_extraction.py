"""What the extractor finds, from outside: segments in, signals out."""

from decimal import Decimal

import pytest

from integrations.models import ModelReading
from signals.extraction.verify import fault
from tests.fakes.gemini import says
from tests.integrations.gemini.talk import (
    DRAINS,
    MONEY,
    ROOMS,
    SETTING,
    finds,
    heard,
    judges,
    long_meeting,
    quotes,
    signal,
    verdict,
)

DRAIN_SYSTEM = "A system that tells which storm drains are blocked"


def test_signals_are_found_with_the_very_words_and_their_place(extractor, gemini):
    gemini.next(
        finds(
            signal(3, DRAINS, title=DRAIN_SYSTEM, discussed_from=3, discussed_to=5),
            signal(7, ROOMS, category="education-libraries-parks"),
        ),
        judges(verdict(1, confidence=0.9), verdict(2, confidence=0.6)),
    )

    found = extractor.extract(heard(), SETTING)

    first = found[0]
    assert quotes(found, heard()) == [DRAINS, ROOMS]
    assert (first.start, first.end) == (16.0, 39.0)
    assert first.title == DRAIN_SYSTEM
    assert first.speaker == "Tom Okafor, public works director"
    assert first.speaker_role == "staff"
    assert first.difference == ""
    assert [fault(one, heard()) for one in found] == ["", ""]


def test_the_surest_come_first(extractor, gemini):
    gemini.next(
        finds(signal(3, DRAINS), signal(7, ROOMS)),
        judges(verdict(1, confidence=0.4), verdict(2, confidence=0.9)),
    )

    found = extractor.extract(heard(), SETTING)

    assert [one.confidence for one in found] == [0.9, 0.4]


def test_a_quote_may_run_over_neighbouring_segments(extractor, gemini):
    gemini.next(
        finds(signal(3, f"{DRAINS} {MONEY}", segments=[3, 4], amount=240000)), judges(verdict(1))
    )

    (found,) = extractor.extract(heard(), SETTING)

    assert [span.index for span in found.spans] == [2, 3]
    assert found.amount == Decimal(240000)


def test_a_meeting_without_signals_is_not_checked(extractor, gemini):
    gemini.next(finds())

    assert extractor.extract(heard(), SETTING) == []
    assert len(gemini.asked) == 1


def test_nothing_heard_is_nothing_asked(extractor, gemini):
    assert extractor.extract([], SETTING) == []
    assert gemini.asked == []


def test_progress_goes_from_none_to_all(extractor, settings):
    settings.GEMINI_CHUNK_TOKENS = 600
    seen: list[float] = []

    extractor.extract(long_meeting(), SETTING, progress=seen.append)

    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert seen == sorted(seen)
    assert len(seen) > 3


def test_it_says_what_it_is(extractor, settings):
    assert extractor.name == "gemini"
    assert extractor.version == "gemini-2.5-flash, prompt 2"


# --- The check ------------------------------------------------------------------------------


def test_the_check_drops_what_is_none_and_its_reason_is_counted(extractor, gemini):
    gemini.next(
        finds(signal(3, DRAINS), signal(7, ROOMS), signal(4, MONEY)),
        judges(
            verdict(1),
            verdict(2, keep=False, reason="vague"),
            verdict(3, keep=True, reason="finished"),
        ),
    )

    found = extractor.extract(heard(), SETTING)

    assert quotes(found, heard()) == [DRAINS]
    assert ModelReading.objects.get().dropped == {
        "the check dropped it: vague": 1,
        "the check dropped it: finished": 1,
    }


def test_the_check_corrects_what_the_first_pass_said(extractor, gemini):
    gemini.next(
        finds(signal(3, DRAINS, kind="community", category="transportation", strength=1)),
        judges(
            verdict(
                1,
                kind="budget",
                category="water-utilities",
                strength=3,
                confidence=0.95,
                title=DRAIN_SYSTEM,
            )
        ),
    )

    (found,) = extractor.extract(heard(), SETTING)

    assert (found.kind, found.category) == ("budget", "water-utilities")
    assert (found.strength, found.confidence, found.title) == (3, 0.95, DRAIN_SYSTEM)


def test_a_candidate_the_check_forgot_is_dropped(extractor, gemini):
    gemini.next(finds(signal(3, DRAINS), signal(7, ROOMS)), judges(verdict(2)))

    found = extractor.extract(heard(), SETTING)

    assert quotes(found, heard()) == [ROOMS]
    assert ModelReading.objects.get().dropped == {"the check did not judge it": 1}


# --- What a model says beside the quote -----------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("kind", "wish", "its kind is not as asked for"),
        ("category", "parks", "its category is not as asked for"),
        ("strength", 4, "its strength is not as asked for"),
        ("confidence", 80, "its confidence is not as asked for"),
        ("segments", "third", "its segments is not as asked for"),
        ("quote", None, "its quote is not as asked for"),
        ("amount", "a lot", "its amount is not as asked for"),
    ],
)
def test_a_field_of_another_shape_costs_only_that_signal(extractor, gemini, field, value, reason):
    gemini.next(finds(signal(3, DRAINS, **{field: value}), signal(7, ROOMS)), judges(verdict(1)))

    found = extractor.extract(heard(), SETTING)

    assert quotes(found, heard()) == [ROOMS]
    assert ModelReading.objects.get().dropped == {reason: 1}


def test_an_answer_that_is_json_and_no_list_is_counted(extractor, gemini):
    gemini.next(says([1, 2]))

    assert extractor.extract(heard(), SETTING) == []
    assert ModelReading.objects.get().dropped == {"the answer has no list of signals": 1}


def test_an_amount_nobody_named_is_taken_out(extractor, gemini):
    gemini.next(
        finds(
            signal(4, MONEY, amount=240000, timeframe="before the spring rains"),
            signal(7, ROOMS, amount=75000, timeframe="by the end of June"),
        ),
        judges(verdict(1, confidence=0.9), verdict(2, confidence=0.8)),
    )

    drains, rooms = extractor.extract(heard(), SETTING)

    assert (drains.amount, drains.timeframe) == (Decimal(240000), "before the spring rains")
    assert (rooms.amount, rooms.timeframe) == (None, "")
    assert ModelReading.objects.get().corrected == {
        "an amount that was not said": 1,
        "a timeframe that was not said": 1,
    }


def test_a_sum_too_large_to_store_is_taken_out(extractor, gemini):
    debt = "We need help with a debt of two trillion dollars that nobody can count any more."
    gemini.next(finds(signal(1, debt, amount=2e12)), judges(verdict(1)))

    (found,) = extractor.extract(heard([("", debt)]), SETTING)

    assert found.amount is None


def test_titles_and_summaries_are_one_line_of_visible_characters(extractor, gemini):
    gemini.next(
        finds(signal(3, DRAINS, summary="They\u0000 ask.\r\nTwice.\ud800", title="x")),
        judges(verdict(1, title="Sensors for\nblocked\u202e storm   drains " + "more " * 20)),
    )

    (found,) = extractor.extract(heard(), SETTING)

    assert found.summary == "They ask. Twice."
    assert found.title == "Sensors for blocked storm drains" + " more" * 9


def test_what_does_not_hold_against_the_text_is_dropped_with_its_reason(extractor, gemini):
    gemini.next(
        finds(
            signal(3, "the storm drains on Alder", title="Finding blocked storm drains on a street")
        ),
        judges(verdict(1)),
    )

    assert extractor.extract(heard(), SETTING) == []
    assert ModelReading.objects.get().dropped == {"its quote has 5 words, not 6 to 80": 1}
