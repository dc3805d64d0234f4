"""Each trap of real transcripts is named in the report when it occurred, and only then."""

import pytest

from tests.signals.reading.samples import SENTENCES, clock, reading, srt, turns, vtt

PLAIN = vtt(*((8 * n, 8 * n + 7, said) for n, said in enumerate(SENTENCES)))


def named(content: str) -> dict[str, int]:
    report = reading(content).report
    return dict(report.dropped + report.repaired + report.seen)


def cue(start: float, end: float, text: str, settings: str = "") -> str:
    return f"{clock(start)} --> {clock(end)}{settings}\n{text}\n"


TRAPS = {
    "byte order mark": "\ufeff" + PLAIN,
    "HTML entities in the text": PLAIN.replace("and again", "&amp; again"),
    "mark for a new speaker": PLAIN.replace("Staff will", ">> Staff will"),
    "text in capital letters": PLAIN.replace(SENTENCES[0], SENTENCES[0].upper())
    .replace(SENTENCES[1], SENTENCES[1].upper())
    .replace(SENTENCES[2], SENTENCES[2].upper()),
    "zero-length cue": vtt((0, 0, SENTENCES[0]), (2, 9, SENTENCES[1])),
    "cue settings": "WEBVTT\n\n" + cue(1, 5, SENTENCES[0], " align:start line:74%"),
    "voice tag": "WEBVTT\n\n" + cue(1, 5, f"<v Ann Lee>{SENTENCES[0]}</v>"),
    "formatting tags": "WEBVTT\n\n" + cue(1, 5, f"<i>{SENTENCES[0]}</i>"),
    "rolling caption cut to its new words": vtt(
        (0, 2, "we need three new"),
        (2, 4, "we need three new pumps for the"),
        (4, 6, "pumps for the plant on the hill"),
        (6, 8, "plant on the hill before spring"),
        (8, 10, "before spring and the floods come"),
    ),
    "phrase alone in a silence, as Whisper invents": srt(
        (0, 2, "you"), (30, 34, SENTENCES[0]), (34, 38, SENTENCES[1])
    ),
    "times in milliseconds": turns(
        ("Ann Lee", 1000, 5000, SENTENCES[0]), ("Bo Ash", 5000, 12000, SENTENCES[1])
    ),
    "missing start time": turns(
        ("Ann Lee", 1, 5, SENTENCES[0]),
        ("Bo Ash", None, None, SENTENCES[1]),
        ("Ann Lee", 14, 19, SENTENCES[2]),
    ),
    "time that cannot be read": PLAIN.replace("00:00:08.000 -->", "00:00:99.000 -->"),
    "sentence cut across cues": vtt((0, 2, "We need three new"), (2, 4, "pumps for the plant.")),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_named_in_the_report(trap):
    assert named(TRAPS[trap])[trap] >= 1


def test_a_clean_file_has_no_trap():
    assert named(PLAIN) == {}


def test_each_cue_with_settings_and_each_voice_is_counted():
    content = "WEBVTT\n\n" + "\n".join(
        cue(4 * n, 4 * n + 3, f"<v Ann Lee>{said}</v>", " position:30%")
        for n, said in enumerate(SENTENCES)
    )

    assert named(content) == {"cue settings": 3, "voice tag": 3}


def test_sentences_are_counted_once_however_often_they_are_cut():
    content = vtt(
        (0, 1, "We need"), (1, 2, "three new"), (2, 3, "pumps now. Thank you"), (3, 4, "all.")
    )

    assert named(content) == {"sentence cut across cues": 2}


def test_text_without_full_stops_is_not_taken_for_cut_sentences():
    said = "we need three new pumps for the plant on the hill "

    assert "sentence cut across cues" not in named(
        vtt(*((n * 3, n * 3 + 3, said) for n in range(3)))
    )
