"""A meeting costs no more than its budget, and an unchanged part is paid for once."""

from decimal import Decimal

import pytest

from integrations.gemini.client import Refused, Unavailable
from integrations.gemini.extraction import GeminiExtractor
from integrations.gemini.prices import NoPrice
from integrations.models import ModelAnswer, ModelCall, ModelReading
from tests.fakes.gemini import overloaded, says
from tests.integrations.gemini.talk import (
    SETTING,
    finds,
    heard,
    hears_needs,
    judges,
    long_meeting,
    signal,
    verdict,
)


@pytest.fixture(autouse=True)
def small_parts(settings):
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 800, 100


@pytest.fixture
def thinks_hard(gemini):
    """Each answer costs four cents of thinking."""

    def thinking(asked):
        answer = hears_needs(asked)
        answer.body["usageMetadata"]["thoughtsTokenCount"] = 16_000
        return answer

    gemini.model = thinking
    return gemini


def spent():
    return sum(call.cost_usd for call in ModelCall.objects.all())


def test_with_the_budget_spent_what_was_found_is_returned_and_it_is_said(
    extractor, thinks_hard, settings, capsys
):
    settings.GEMINI_MEETING_BUDGET_USD = 0.2
    meeting = long_meeting(needs=[3, 110])

    found = extractor.extract(meeting, SETTING)

    reading = ModelReading.objects.get()
    assert [one.spans[0].index for one in found] == [3]
    assert 0 < reading.read_count < reading.part_count
    assert reading.finished_at is not None
    assert reading.stopped.startswith(
        "The budget of $0.2 for a meeting (GEMINI_MEETING_BUDGET_USD) is spent but for $"
    )
    assert Decimal("0.1") < spent() <= Decimal("0.2")


def test_a_stop_is_logged(extractor, thinks_hard, settings, caplog):
    settings.GEMINI_MEETING_BUDGET_USD = 0.2

    extractor.extract(long_meeting(), SETTING)

    assert "gemini.stopped" in caplog.text
    assert "GEMINI_MEETING_BUDGET_USD" in caplog.text


def test_a_budget_too_small_for_anything_is_an_error(extractor, gemini, settings):
    settings.GEMINI_MEETING_BUDGET_USD = 0.001

    with pytest.raises(Refused, match=r"read nothing of the meeting. The budget of \$0.001"):
        extractor.extract(heard(), SETTING)

    assert gemini.asked == []


def test_the_next_meeting_has_its_own_budget(extractor, thinks_hard, settings):
    settings.GEMINI_MEETING_BUDGET_USD = 0.2
    extractor.extract(long_meeting(), SETTING)

    assert extractor.extract(heard(), SETTING)


def test_a_model_without_a_price_is_refused_at_once(settings):
    settings.GEMINI_EXTRACTION_MODEL = "gemini-9-flash"

    with pytest.raises(NoPrice, match="no price for the model 'gemini-9-flash'"):
        GeminiExtractor()


def test_what_the_service_had_in_its_cache_costs_less(extractor, gemini):
    gemini.next(says({"signals": []}, cached=400, thoughts=0))

    extractor.extract(heard(), SETTING)

    call = ModelCall.objects.get()
    assert call.cached_tokens == 400
    price = (call.prompt_tokens - 400) * 0.30 + 400 * 0.075 + call.output_tokens * 2.50
    assert abs(float(call.cost_usd) - price / 1e6) < 1e-6


# --- Memory ---------------------------------------------------------------------------------


def test_reading_again_costs_nothing_and_gives_the_same(extractor, gemini):
    meeting = long_meeting(needs=[3, 110])
    first = extractor.extract(meeting, SETTING)
    paid, asked = spent(), len(gemini.asked)

    again = extractor.extract(meeting, SETTING)

    hits = ModelCall.objects.filter(cache_hit=True)
    assert again == first
    assert spent() == paid
    assert len(gemini.asked) == asked == hits.count()
    assert {call.status for call in hits} == {"answered"}


def test_another_model_or_prompt_is_asked_anew(extractor, gemini, settings):
    extractor.extract(heard(), SETTING)

    settings.GEMINI_EXTRACTION_MODEL = "gemini-3.5-flash"
    extractor.extract(heard(), SETTING)

    assert len(gemini.asked) == 4


def test_after_a_breakdown_only_the_rest_is_asked(extractor, gemini):
    meeting = long_meeting(needs=[3])
    only = finds(signal(4, meeting[3].text))
    gemini.next(only, judges(verdict(1)), *[overloaded()] * 4)
    with pytest.raises(Unavailable):
        extractor.extract(meeting, SETTING)
    gemini.asked.clear()

    found = extractor.extract(meeting, SETTING)

    broken_off, whole = ModelReading.objects.order_by("pk")
    assert [one.spans[0].index for one in found] == [3]
    assert len(gemini.asked) == whole.part_count - 1
    assert (broken_off.finished_at, whole.finished_at is None) == (None, False)


def test_memory_is_read_even_with_the_budget_spent(extractor, thinks_hard, settings):
    meeting = long_meeting(needs=[3, 110])
    found = extractor.extract(meeting, SETTING)
    settings.GEMINI_MEETING_BUDGET_USD = 0

    assert extractor.extract(meeting, SETTING) == found
    assert ModelReading.objects.first().stopped == ""


def test_of_two_answers_to_one_question_the_first_is_kept(db):
    same = {"digest": "d" * 64, "model": "m", "prompt_version": "1", "status": "answered"}

    ModelAnswer.objects.keep([ModelAnswer(**same, text="first")])
    ModelAnswer.objects.keep([ModelAnswer(**same, text="second")])

    assert ModelAnswer.objects.get().text == "first"
