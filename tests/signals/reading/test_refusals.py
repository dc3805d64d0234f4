import json

import pytest

from signals.reading import MAX_BYTES, UnreadableTranscript, read
from tests.signals.reading import samples


def refusal(raw: bytes | str, **options: str) -> str:
    """Return the message with which the file is refused."""
    with pytest.raises(UnreadableTranscript) as caught:
        read(raw.encode() if isinstance(raw, str) else raw, "minutes.vtt", **options)
    return str(caught.value)


@pytest.mark.parametrize("raw", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(raw):
    assert refusal(raw) == "minutes.vtt is empty; bring a file with a transcript in it."


def test_a_file_that_is_too_large_is_refused_with_its_size():
    message = refusal(b"a" * (MAX_BYTES + 1))

    assert message == (
        "minutes.vtt has 50,000,001 bytes, more than the 50,000,000 that are read at once."
        " Split it by meeting."
    )


def test_a_pdf_is_refused_by_name():
    assert (
        refusal(b"%PDF-1.7 \x00")
        == "minutes.vtt is a PDF; save its text as a .txt file and bring that."
    )


def test_a_zip_archive_is_refused_by_name():
    assert "is a zip archive or Office document" in refusal(b"PK\x03\x04\x00\x00")


def test_nul_bytes_are_refused_with_their_offset():
    assert refusal(b"WEBVTT\n\nabc\0def") == (
        "minutes.vtt has a NUL byte at offset 11, so it is not a text file."
        " Bring a transcript in text form."
    )


def test_control_bytes_are_refused():
    assert "is not text: byte 4 is 0x01" in refusal(b"talk\x01\x02\x03\x04")


def test_utf_16_without_a_mark_is_suspected():
    assert "it looks like UTF-16: read it with --encoding utf-16-le." in refusal(
        "We begin.".encode("utf-16-le")
    )


def test_utf_16_with_a_mark_is_read():
    found = read(samples.every_format()["webvtt"].encode("utf-16"), "minutes.vtt")

    assert found.utterances == samples.reading(samples.every_format()["webvtt"]).utterances
    assert "The file was read as utf-16." in found.report.notes


def test_latin_1_is_refused_with_byte_line_and_advice():
    assert refusal("We begin.\nAt the caf\u00e9 we met.".encode("latin-1")) == (
        "minutes.vtt is not UTF-8 text: byte 20 (line 2) is 0xE9."
        " It looks like latin-1: read it with --encoding latin-1, or save it as UTF-8."
    )


def test_windows_quotes_point_to_cp1252():
    assert "--encoding cp1252" in refusal("It\u2019s ours, we said.".encode("cp1252"))


def test_a_named_encoding_is_used():
    found = read("At the caf\u00e9 we met.".encode("latin-1"), "minutes.txt", encoding="latin-1")

    assert found.utterances[0].text == "At the caf\u00e9 we met."


def test_a_named_encoding_that_does_not_fit_is_refused():
    assert "is not utf-8 text: byte 3 (line 1) does not fit" in refusal(
        b"caf\xe9", encoding="utf-8"
    )


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined"])
def test_an_unknown_encoding_is_refused(encoding):
    assert encoding in refusal(b"We begin.", encoding=encoding)


def test_broken_json_is_refused_with_line_and_column():
    assert refusal('{"turns": [\n  {"text": }]}').startswith(
        "minutes.vtt line 2 column 12: the JSON is broken there"
    )


def test_json_of_unknown_shape_is_refused_with_its_keys():
    assert "the JSON is an object with the keys pages, author, which is no" in refusal(
        '{"pages": [], "author": 1}'
    )


def test_a_list_of_unknown_objects_is_refused_with_their_keys():
    assert "the JSON is a list of objects with the keys page" in refusal('[{"page": 1}]')


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, "[" + "9" * 5000 + "]"])
def test_json_made_to_hurt_is_refused(content):
    assert refusal(content).startswith("minutes.vtt: ")


@pytest.mark.parametrize(
    "content", ["[]", "{}", "[1, 2]", '[""]', "[null]", '{"turns": 5}', "[[]]"]
)
def test_json_without_items_is_refused(content):
    assert "which is no transcript known here" in refusal(content)


@pytest.mark.parametrize("key", ["turns", "segments", "sentences", "messages"])
def test_json_whose_items_have_no_text_is_refused(key):
    message = refusal(json.dumps({key: [{"text": None, "start": 1}, 5, {}]}))

    assert "no cue with words in it was found" in message
    assert "2 times item without text" in message


def test_webvtt_without_cues_is_refused():
    assert refusal("WEBVTT\n\nNOTE nothing here\n") == (
        "minutes.vtt: read as webvtt, but no cue with words in it was found."
        " Check that the file is complete and is a transcript."
    )


def test_captions_without_one_readable_time_are_refused_at_the_first_cue():
    message = refusal("WEBVTT\n\n--:-- --> --:--\nWe begin.\n")

    assert message.startswith(
        "minutes.vtt line 3: neither this cue nor any other has a time that can be read"
    )


def test_a_web_page_is_refused():
    assert "is a web page or XML" in refusal("<!DOCTYPE html>\n<html><body>We begin.</body></html>")


def test_junk_without_words_is_refused():
    assert "holds hardly any words" in refusal("12 34 56 78 ....")


def test_a_word_that_never_ends_is_refused_with_its_line():
    assert refusal("We begin.\n" + "a" * 2000).startswith(
        "minutes.vtt line 2: a word of more than 1000 characters"
    )
