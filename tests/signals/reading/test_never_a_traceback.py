"""Files made to break a reader: only a reading or a clear refusal may come out, and soon."""

import json
import random
import time

import pytest

from signals.reading import Reading, UnreadableTranscript, read
from tests.signals.reading import samples

FIVE_MB = 5_000_000
CUE = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"

PIECES = [
    b"null", b"NaN", b"-1", b"1e999", b'"', b"{", b"[", b"-->", b">>", b"&#0;", b"\\ud800", b"\0",
    b"\xff", b"\n\n", b":", b"99999999", b"<v ", b"[00:", b"true", b"\r", b"&gt;&gt;", b": ", b"\t",
    b"0.5", b"[]", b"{}", b"\xe2\x80\xa8", b"00:00:01.000 --> 00:00:02.000\n", b"MAYOR: ",
]  # fmt: skip
VALUES = [
    None,
    True,
    -1,
    0,
    1e308,
    10**30,
    "x",
    "",
    "0:05",
    [],
    {},
    "\ud800",
    float("nan"),
    float("inf"),
    " \0 ",
]


def attempt(raw: bytes, **options: bool) -> Reading | None:
    """Read, and check what comes out: times that run forward, text that can be stored."""
    try:
        reading = read(raw, "junk", **options)
    except UnreadableTranscript as refusal:
        assert str(refusal).encode().startswith(b"junk")
        return None
    spoken = reading.utterances
    assert spoken
    assert all(
        0 <= utterance.start <= utterance.end < 1e7 and utterance.text for utterance in spoken
    )
    assert [utterance.start for utterance in spoken] == sorted(
        utterance.start for utterance in spoken
    )
    assert "".join(utterance.text + utterance.speaker for utterance in spoken).encode()
    assert all(
        count > 0 for count in (*reading.report.dropped.values(), *reading.report.repaired.values())
    )
    return reading


@pytest.mark.parametrize("head", ["", CUE])
@pytest.mark.parametrize(
    "pattern", ["<", "<c.", "7", "&", "&amp;", "A.", "[", '{"a":', "[0:", "- "]
)
def test_five_megabytes_of_one_pattern_are_answered_soon(pattern, head):
    raw = (head + pattern * (FIVE_MB // len(pattern))).encode()

    began = time.process_time()
    attempt(raw)

    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "pattern", ["-->\n", "<v a>x ", ">> x ", "A: ", "a\tb\n", "x\n\n", "[0:01] x\n"]
)
def test_a_file_of_a_hundred_thousand_tiny_cues_is_answered_soon(pattern):
    raw = (CUE + pattern * 100_000).encode()

    began = time.process_time()
    attempt(raw)

    assert time.process_time() - began < 10


def test_five_megabytes_of_random_bytes_are_refused():
    with pytest.raises(UnreadableTranscript):
        read(random.Random(7).randbytes(FIVE_MB), "junk")


def test_a_damaged_file_is_read_or_refused():
    chance = random.Random(20240409)
    good = [content.encode() for content in samples.every_format().values()]

    outcomes = [
        attempt(damaged(chance, chance.choice(good)), allow_gaps=chance.random() < 0.5)
        for _ in range(2000)
    ]

    assert any(outcomes)
    assert not all(outcomes)


def test_json_with_any_value_in_any_field_is_read_or_refused():
    chance = random.Random(20240410)
    good = [
        json.loads(content)
        for content in samples.every_format().values()
        if content.startswith("{")
    ]

    for _ in range(2000):
        document = json.loads(json.dumps(chance.choice(good)))
        items = next(value for value in document.values() if isinstance(value, list))
        for _ in range(chance.randint(1, 4)):
            owner = chance.choice([document, *(item for item in items if isinstance(item, dict))])
            owner[chance.choice(list(owner))] = chance.choice(VALUES)
        attempt(json.dumps(document).encode(), allow_gaps=True)


def damaged(chance: random.Random, raw: bytes) -> bytes:
    """Return the file with a few pieces put in, taken out, doubled or changed."""
    for _ in range(chance.randint(1, 10)):
        start = chance.randrange(len(raw) + 1)
        end = start + chance.randint(0, 30)
        middle = chance.choice(
            [chance.choice(PIECES), b"", raw[start:end] * 2, chance.choice(PIECES) + raw[start:end]]
        )
        raw = raw[:start] + middle + raw[end:]
    return raw
