import json

import pytest

from signals.reading import TimeUnit, UnreadableTranscript
from tests.signals.reading.samples import reading, srt, turns, vtt, whisper, youtube

PUMPS, PIPES, LAKE = (
    "We need three new pumps.",
    "And pipes for the plant.",
    "Nobody swims in the lake.",
)


def starts(found):
    return [utterance.start for utterance in found.utterances]


def test_milliseconds_are_told_by_how_fast_people_would_speak():
    found = reading(turns(("Ann", 1000, 3000, PUMPS), ("Bo", 3000, 5000, PIPES)))

    assert found.report.time_unit is TimeUnit.MILLISECONDS
    assert starts(found) == [1, 3]


def test_a_late_start_in_seconds_is_not_milliseconds():
    found = reading(turns(("Ann", 10_000, 10_002, PUMPS), ("Bo", 10_002, 10_004, PIPES)))

    assert found.report.time_unit is TimeUnit.SECONDS


def test_one_time_in_milliseconds_among_seconds_is_mended():
    rows = [("Ann", 4 * n, 4 * n + 3, f"We need {n} pumps.") for n in range(5)]

    found = reading(turns(*rows, ("Bo", 20_000, 22_000, PIPES), ("Ann", 24, 26, LAKE)))

    assert starts(found)[-2:] == [20, 24]
    assert found.report.repaired == {"time in another unit than the rest": 1}


def test_missing_times_are_shared_out_between_the_neighbours():
    found = reading(
        turns(
            ("Ann", 0, 2, PUMPS),
            ("Bo", None, None, "Yes."),
            ("Cy", None, None, "No."),
            ("Ann", 9, 11, LAKE),
        )
    )

    assert starts(found) == [0, 2, pytest.approx(2.385), 9]
    assert found.report.repaired == {"missing start time": 2}


def test_missing_times_before_the_first_known_one_count_back_from_it():
    found = reading(turns(("Bo", None, None, "Yes."), ("Ann", 9, 11, LAKE)))

    assert starts(found) == [pytest.approx(8.615), 9]


def test_turns_without_any_time_are_guessed_and_said_to_be():
    found = reading(turns(("Ann", None, None, PUMPS), ("Bo", None, None, PIPES)))

    assert found.report.time_unit is TimeUnit.NONE
    assert "guessed from the number of words" in found.report.notes[0]
    assert starts(found) == [0, pytest.approx(5 / 2.6, abs=0.001)]


def test_times_written_out_in_json_are_read():
    found = reading(
        turns(("Ann", "0:01:01", "0:01:03", PUMPS), ("Bo", "0:01:03.5", "0:01:05", PIPES))
    )

    assert found.report.time_unit is TimeUnit.CLOCK
    assert starts(found) == [61, 63.5]


@pytest.mark.parametrize(
    "value", ["soon", "NaN", True, [], {}, -40, 1e300, 10**400, "1e999", "99:99:99"]
)
def test_a_time_that_is_none_is_counted_and_filled_in(value):
    found = reading(turns(("Ann", 0, 2, PUMPS), ("Bo", value, 4, PIPES), ("Ann", 9, 11, LAKE)))

    assert starts(found)[1] == 2
    assert found.report.repaired == {"time that cannot be read": 1, "missing start time": 1}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_json_should_not_have_are_no_times(value):
    content = turns(("Ann", 0, 2, PUMPS), ("Bo", 77, 4, PIPES), ("Ann", 9, 11, LAKE)).replace(
        "77", value
    )

    assert starts(reading(content))[1] == 2


def test_a_broken_timing_line_in_captions_is_filled_in():
    content = vtt((0, 2, PUMPS), (3, 5, PIPES), (6, 8, LAKE)).replace("00:00:03.000", "00:00:x3")

    found = reading(content)

    assert found.report.cues_read == 3
    assert found.report.repaired["missing start time"] == 1


def test_a_zero_length_cue_with_words_gets_a_length():
    found = reading(vtt((1, 1, PUMPS), (9, 11, LAKE)))

    assert found.utterances[0].end == pytest.approx(1 + 5 / 2.6, abs=0.001)
    assert found.report.repaired == {"zero-length cue": 1}


def test_a_cue_that_ends_before_it_starts_is_mended():
    found = reading(vtt((5, 1, PUMPS), (9, 11, LAKE)))

    assert found.report.repaired == {"cue that ends before it starts": 1}


def test_small_overlaps_are_cut():
    found = reading(vtt((1, 5, PUMPS), (4, 6, PIPES + ">>")))

    assert found.report.repaired["cues that overlap"] == 1


def test_cues_a_few_seconds_out_of_order_are_sorted():
    found = reading(vtt((20, 22, ">> " + PUMPS), (10, 12, ">> " + PIPES), (30, 32, ">> " + LAKE)))

    assert starts(found) == [10, 20, 30]
    assert found.report.repaired["cue out of order"] == 1


def test_a_clock_that_steps_back_a_moment_leaves_the_words_in_order():
    found = reading(vtt((20, 22, ">> " + PUMPS), (19.9, 22, ">> " + PIPES)))

    assert [utterance.text for utterance in found.utterances] == [PUMPS, PIPES]
    assert starts(found) == sorted(starts(found))


def test_a_long_speech_with_an_interjection_at_its_start_stays_before_it():
    speech = " ".join([PUMPS] * 40)

    found = reading(
        turns(("Ann", 0, 80, speech), ("Bo", 0, 80, "Hear, hear."), ("Cy", 80, 82, LAKE))
    )

    assert [utterance.speaker for utterance in found.utterances][-2:] == ["Bo", "Cy"]
    assert starts(found) == sorted(starts(found))


def test_time_running_far_back_is_refused_with_both_times_and_lines():
    with pytest.raises(UnreadableTranscript) as caught:
        reading(vtt((601, 603, PUMPS), (61, 63, PIPES)))

    assert str(caught.value) == (
        "meeting line 6: the time runs back to 0:01:01 from 0:10:01 in line 3."
        " Correct the wrong time, or split the file if two recordings were joined."
    )


def test_an_hour_of_silence_is_refused_and_says_how_to_allow_it():
    with pytest.raises(UnreadableTranscript) as caught:
        reading(vtt((1, 3, PUMPS), (3603, 3605, PIPES)))

    assert str(caught.value) == (
        "meeting line 6: nothing is said from 0:00:03 to 1:00:03."
        " Correct the time if it is wrong; pass --allow-gaps if the meeting was adjourned."
    )


def test_an_hour_of_silence_can_be_allowed():
    found = reading(vtt((1, 3, PUMPS), (3603, 3605, PIPES)), allow_gaps=True)

    assert starts(found) == [1, 3603]


def test_a_cue_that_claims_to_last_an_hour_hides_no_gap():
    with pytest.raises(UnreadableTranscript, match="nothing is said from"):
        reading(vtt((1, 4000, PUMPS), (4000, 4002, PIPES)))


def test_an_hour_of_one_persons_talk_is_no_gap():
    speech = " ".join([PUMPS] * 2000)

    found = reading(turns(("Ann", 0, 4000, speech), ("Bo", 4000, 4002, PIPES)))

    assert found.utterances[-1].start == 4000


def test_a_time_beyond_two_days_is_refused():
    with pytest.raises(UnreadableTranscript, match="turn 2: the time 277:46:40 is beyond two days"):
        reading(turns(("Ann", 0, 2, PUMPS), ("Bo", 1_000_000, 1_000_002, PIPES)), allow_gaps=True)


def test_minutes_that_a_spreadsheet_took_for_hours_are_put_right():
    found = reading(
        youtube(("23:30-24:01:00", PUMPS), ("24:07:00-24:38:00", PIPES), ("59:42:00-1:00:08", LAKE))
    )

    assert starts(found)[0] == 23 * 60 + 30
    assert found.utterances[-1].start == 59 * 60 + 42
    assert found.report.repaired == {"minutes and seconds written as hours and minutes": 3}


def test_eleven_hours_into_a_meeting_are_eleven_hours():
    rows = [(f"10:{minute}:30-10:{minute}:50", PUMPS) for minute in range(10, 60)]
    before = [(f"{m // 60}:{m % 60:02}:05-{m // 60}:{m % 60:02}:20", LAKE) for m in range(60, 610)]

    found = reading(youtube(*before, *rows, ("11:00:00-11:00:20", PIPES)))

    assert found.utterances[-1].start == 11 * 3600


def test_a_stamp_without_an_end_keeps_its_start():
    found = reading(youtube(("0:00-0:20", PUMPS), ("0:25-English (auto-generated)", PIPES)))

    assert found.report.repaired == {"time that cannot be read": 1}
    assert found.report.cues_read == 2


def test_a_clocked_block_shares_its_time_by_words():
    found = reading("[00:00:10]\n" + "\n".join([PUMPS, PIPES, LAKE] * 4) + f"\n[00:00:40]\n{LAKE}")

    assert starts(found)[:2] == [10, 17.5]
    assert starts(found)[-1] > 30


def test_times_given_minutes_apart_are_noted():
    found = reading(f"[00:00:10]\n{PUMPS}\n[00:05:10]\n{LAKE}")

    assert "a time only every 300 seconds" in found.report.notes[0]


def test_a_duration_serves_as_an_end():
    content = json.dumps([{"text": PUMPS, "start": 1.0, "duration": 2.5}])

    assert reading(content).utterances[0].end == 3.5


def test_words_stand_at_the_start_of_a_cue_that_is_mostly_silence():
    found = reading(srt((0, 2, PIPES), (2, 50, "Thank you all."), (50, 52, LAKE)))

    assert found.utterances[0].end < 10


def test_a_slightly_negative_start_is_the_beginning():
    assert starts(reading(whisper((-0.02, 2, PUMPS)))) == [0]
