"""When the service refuses, is busy, is silent or answers nonsense."""

import pytest

from integrations.gemini.client import Refused, Unavailable
from integrations.models import ModelAnswer, ModelCall, ModelReading
from tests.fakes.gemini import (
    Answer,
    blocked_answer,
    blocked_prompt,
    broken,
    cut_off,
    error,
    nothing,
    overloaded,
    rate_limited,
    says,
    suspended_key,
)
from tests.integrations.gemini.talk import DRAINS, SETTING, finds, heard, long_meeting, signal

STATUS = ModelCall.Status


def statuses():
    return list(ModelCall.objects.order_by("pk").values_list("status", flat=True))


# --- Wrong keys and models ------------------------------------------------------------------


def test_a_wrong_key_is_an_error_that_says_what_to_do(extractor, gemini, settings):
    settings.GEMINI_API_KEY = "AIza-mistyped"

    with pytest.raises(Refused) as refusal:
        extractor.extract(heard(), SETTING)

    assert str(refusal.value) == (
        "Gemini refuses the key in GEMINI_API_KEY (400: API key not valid. Please pass a valid API "
        "key.). Put a valid key there, or remove it to use what runs on this machine."
    )
    assert len(gemini.refused) == 1  # asking again would not help
    assert statuses() == [STATUS.REFUSED]


@pytest.mark.parametrize("key", ["", "AIza kéy", "AIza-two\nlines"])
def test_a_key_that_can_be_none_is_refused_before_asking(extractor, gemini, settings, key):
    settings.GEMINI_API_KEY = key

    with pytest.raises(Refused, match="GEMINI_API_KEY"):
        extractor.extract(heard(), SETTING)

    assert gemini.refused == []


def test_a_model_that_is_gone_is_an_error_that_names_the_setting(extractor, gemini, settings):
    settings.GEMINI_EXTRACTION_MODEL = "gemini-2.5-pro"

    with pytest.raises(Refused, match=r"offers no model 'gemini-2.5-pro'.*GEMINI_EXTRACTION"):
        extractor.extract(heard(), SETTING)

    assert len(gemini.refused) == 1


def test_a_faulty_question_is_not_repeated(extractor, gemini):
    gemini.next(error(400, "INVALID_ARGUMENT", "Request contains an invalid argument."))

    with pytest.raises(Refused, match="400: Request contains an invalid argument"):
        extractor.extract(heard(), SETTING)

    assert len(gemini.asked) == 1


def test_the_key_is_written_nowhere(extractor, gemini, caplog, capsys):
    caplog.set_level("DEBUG")
    gemini.next(suspended_key())  # Google repeats the key in its text

    with pytest.raises(Refused) as refusal:
        extractor.extract(heard(), SETTING)

    call = ModelCall.objects.get()
    written = f"{refusal.value} {call.error} {caplog.text} {capsys.readouterr()}"
    assert gemini.key not in written
    assert "[key]" in call.error
    assert refusal.value.__cause__ is None


# --- Waiting --------------------------------------------------------------------------------


def test_the_wait_the_service_asks_for_is_kept(extractor, gemini, clock):
    gemini.next(rate_limited("7s"), rate_limited("12.5s"))

    found = extractor.extract(heard(), SETTING)

    assert len(found) == 2
    assert clock.slept == [7.0, 12.5]
    assert statuses() == [STATUS.UNAVAILABLE] * 2 + [STATUS.ANSWERED] * 2


def test_a_wait_in_the_header_is_kept_too(extractor, gemini, clock):
    answer = rate_limited(None)
    gemini.next(Answer(429, answer.body, headers={"retry-after": "4"}))

    extractor.extract(heard(), SETTING)

    assert clock.slept == [4.0]


@pytest.mark.parametrize("trouble", [broken, overloaded], ids=["500", "503"])
def test_without_a_word_the_waits_grow(extractor, gemini, clock, trouble):
    gemini.next(trouble(), trouble(), trouble())

    assert extractor.extract(heard(), SETTING)
    assert clock.slept == [1.0, 2.0, 4.0]


def test_it_gives_up_after_four_attempts(extractor, gemini, clock):
    gemini.next(*[overloaded()] * 9)

    with pytest.raises(Unavailable, match="503: The model is overloaded"):
        extractor.extract(heard(), SETTING)

    assert len(gemini.asked) == 4
    assert statuses() == [STATUS.UNAVAILABLE] * 4


def test_it_does_not_wait_longer_than_two_minutes_in_all(extractor, gemini, clock):
    gemini.next(*[rate_limited("50s")] * 9)

    with pytest.raises(Unavailable) as trouble:
        extractor.extract(heard(), SETTING)

    assert clock.slept == [50.0, 50.0]
    assert trouble.value.wait_seconds == 50.0


def test_a_quota_of_the_day_is_not_waited_for(extractor, gemini, clock):
    gemini.next(rate_limited("33s", quota="GenerateRequestsPerDayPerProjectPerModel-FreeTier"))

    with pytest.raises(Unavailable) as trouble:
        extractor.extract(heard(), SETTING)

    assert clock.slept == []
    assert trouble.value.wait_seconds == 33.0


def test_an_answer_slower_than_the_timeout_is_given_up(extractor, gemini, clock, settings):
    settings.GEMINI_TIMEOUT_SECONDS = 0.05
    gemini.next(*[says({"signals": []}, delay=0.4)] * 4)

    with pytest.raises(Unavailable, match=r"no answer within 0.05 s \(GEMINI_TIMEOUT_SECONDS\)"):
        extractor.extract(heard(), SETTING)

    assert statuses() == [STATUS.UNAVAILABLE] * 4


def test_a_service_that_is_not_there_is_named(extractor, settings):
    settings.GEMINI_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(Unavailable, match="could not be reached"):
        extractor.extract(heard(), SETTING)


def test_a_page_of_a_proxy_is_no_answer(extractor, gemini):
    gemini.next(Answer(502, "<html>Bad gateway</html>"), Answer(200, "<html>Sign in</html>"))

    assert extractor.extract(heard(), SETTING)
    assert statuses()[:2] == [STATUS.UNAVAILABLE] * 2


def test_an_answer_nested_without_end_does_no_harm(extractor, gemini):
    gemini.next(says("[" * 100_000), Answer(200, "[" * 100_000))

    assert extractor.extract(heard(), SETTING)
    assert statuses()[:2] == [STATUS.UNAVAILABLE] * 2


# --- Answers that are none ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (blocked_prompt(), "the prompt was blocked (PROHIBITED_CONTENT)"),
        (blocked_answer(), "the answer was blocked (SAFETY)"),
    ],
    ids=["prompt", "answer"],
)
def test_of_a_blocked_part_only_the_words_around_the_offence_are_lost(
    extractor, gemini, answer, reason
):
    meeting = long_meeting(100, needs=[20, 90])
    offence = meeting[60].text
    hears = gemini.model
    gemini.model = lambda asked: answer if offence in asked.material else hears(asked)

    found = extractor.extract(meeting, SETTING)

    reading = ModelReading.objects.get()
    assert sorted(one.spans[0].index for one in found) == [20, 90]
    assert (reading.read_count, reading.part_count) == (0, 1)
    assert reading.unread == [f"segments 50 to 61: {reason}"]
    assert statuses()[0] == STATUS.BLOCKED


@pytest.mark.filterwarnings("ignore:NEW_REASON is not a valid FinishReason")
def test_an_end_nobody_knows_yet_is_no_answer(extractor, gemini):
    gemini.next(says({"signals": []}, finish="NEW_REASON"))

    assert extractor.extract(heard(), SETTING)
    assert ModelCall.objects.last().error == "the answer ended with NEW_REASON"


@pytest.mark.parametrize(
    "answer",
    [
        nothing(),
        says('{"signals": [{]}'),
        says("I cannot do that."),
        says("", finish="STOP"),
        says({"signals": []}, finish="OTHER"),
    ],
    ids=["no candidates", "bad JSON", "prose", "no text", "other end"],
)
def test_an_unusable_answer_is_asked_for_once_more(extractor, gemini, answer):
    gemini.next(answer)

    assert extractor.extract(heard(), SETTING)
    assert statuses() == [STATUS.UNUSABLE, STATUS.ANSWERED, STATUS.ANSWERED]


def test_a_part_that_never_gets_a_usable_answer_is_noted(extractor, gemini, settings):
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 800, 100
    gemini.next(says("What?"), says("What?"))

    found = extractor.extract(long_meeting(needs=[100]), SETTING)

    assert len(found) == 1
    assert ModelReading.objects.get().unread[0].endswith("the answer was not JSON")


def test_a_meeting_of_which_nothing_is_read_is_an_error(extractor, gemini):
    gemini.model = lambda asked: blocked_prompt("SAFETY")

    with pytest.raises(Refused, match=r"read nothing of the meeting. segments 0 to 8: the prompt"):
        extractor.extract(heard(), SETTING)


def test_a_single_segment_whose_answer_is_cut_off_is_noted(extractor, gemini):
    gemini.model = lambda asked: cut_off()

    with pytest.raises(Refused, match="segments 0 to 0: the answer was cut off"):
        extractor.extract(heard([("", DRAINS)]), SETTING)


def test_what_could_not_be_checked_is_not_believed(extractor, gemini):
    gemini.next(finds(signal(3, DRAINS)), blocked_prompt())

    assert extractor.extract(heard(), SETTING) == []
    assert ModelReading.objects.get().dropped == {
        "it could not be checked: the prompt was blocked (PROHIBITED_CONTENT)": 1
    }


def test_only_answers_that_would_be_the_same_again_are_remembered(extractor, gemini):
    gemini.next(nothing(), overloaded())

    extractor.extract(heard(), SETTING)

    assert ModelAnswer.objects.count() == 2  # the search and the check
