import json

import pytest

from signals.reading import Format, TimeUnit
from tests.signals.reading import samples


@pytest.mark.parametrize("format", list(Format))
def test_every_format_is_recognised_by_its_content(format):
    content = samples.every_format()[format.value]

    reading = samples.reading(content)

    assert reading.report.format is format


@pytest.mark.parametrize("format", list(Format))
def test_every_word_survives_in_order_whatever_the_format(format):
    content = samples.every_format()[format.value]

    said = " ".join(samples.texts(content))

    assert said == " ".join(samples.SENTENCES)


@pytest.mark.parametrize("format", list(Format))
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(format):
    content = samples.every_format()[format.value]

    marked = samples.reading("\ufeff" + content.replace("\n", "\r\n"))

    assert marked.utterances == samples.reading(content).utterances


def test_webvtt_that_lost_its_header_is_read_as_srt():
    content = samples.every_format()["webvtt"].removeprefix("WEBVTT")

    assert samples.reading(content).report.format is Format.SRT


def test_a_bare_list_of_segments_is_whisper():
    segments = json.loads(samples.every_format()["whisper"])["segments"]

    assert samples.reading(json.dumps(segments)).report.format is Format.WHISPER


def test_a_bare_list_with_speakers_is_turns():
    rows = json.loads(samples.every_format()["turns"])["turns"]

    assert samples.reading(json.dumps(rows)).report.format is Format.TURNS


def test_turns_of_citymeetings_name_their_times_differently():
    row = {"speaker": "Ann", "time_marker": "", "start_time": 5, "end_time": 7, "text": "We begin."}

    (utterance,) = samples.reading(json.dumps([row])).utterances

    assert (utterance.start, utterance.end) == (5, 7)


def test_whispers_printed_lines_are_clocked_text():
    content = (
        "[00:00:01.000 --> 00:00:03.500]  We begin.\n[00:00:03.500 --> 00:00:05.000]  Slowly.\n"
    )

    assert samples.reading(content).report.format is Format.CLOCKED_TEXT


def test_plain_text_that_opens_with_a_note_in_brackets_is_not_json():
    content = "[Recess]\nWe begin again with the budget."

    assert samples.reading(content).report.format is Format.PLAIN_TEXT


def test_a_time_in_the_middle_of_plain_text_does_not_make_it_clocked():
    content = "The mayor opens.\n(7:00) Call to order by the clerk.\nWe begin."

    assert samples.reading(content).report.time_unit is TimeUnit.NONE
