"""Every real transcript in ../shared/data reads well, and the labelled quotes are found in it."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from signals.reading import Format, Reading, TimeUnit, read

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"THE REAL DATA IS MISSING: no folder {DATA}"),
]

CLOCK, SECONDS, MILLISECONDS, NONE = (
    TimeUnit.CLOCK,
    TimeUnit.SECONDS,
    TimeUnit.MILLISECONDS,
    TimeUnit.NONE,
)

# file, format, unit, cues, start of the first and end of the last words
FILES = [
    ("boston_captions.vtt", Format.WEBVTT, CLOCK, 8, 40.3, 62.6),
    ("fairfax_2026-02-10_turns.json", Format.TURNS, MILLISECONDS, 407, 10.4, 21382.8),
    ("fairfax_2026-04-07_whisper_verbose.json", Format.WHISPER, SECONDS, 151, 0, 600),
    ("fairfax_2026-04-14_turns.json", Format.TURNS, MILLISECONDS, 303, 0.2, 10000.4),
    ("huntsville_2026-04-09_whisper.srt", Format.SRT, CLOCK, 2853, 60, 8371),
    ("huntsville_2026-06-11_captions.txt", Format.CLOCKED_TEXT, CLOCK, 1548, 17, 4757),
    ("huntsville_2026-06-11_captions.vtt", Format.WEBVTT, CLOCK, 1548, 17.3, 4757.5),
    ("huntsville_2026-06-11_whisper.srt", Format.SRT, CLOCK, 678, 60, 4767),
    ("huntsville_2026-06-25_captions.vtt", Format.WEBVTT, CLOCK, 1464, 60.3, 4683.1),
    ("huntsville_2026-07-10_budget_captions.vtt", Format.WEBVTT, CLOCK, 565, 57.3, 1876.5),
    ("neworleans_2023-03-23_first_part_youtube.json", Format.YOUTUBE, CLOCK, 474, 0, 16107),
    ("neworleans_2023-03-23_youtube.json", Format.YOUTUBE, CLOCK, 828, 0, 27811),
    ("seattle_2020-08-10_cdp.json", Format.CDP, SECONDS, 347, 11, 3022.3),
    ("seattle_2020-08-10_council_cdp.json", Format.CDP, SECONDS, 1148, 24.6, 10293.3),
    ("seattle_brief_captions.vtt", Format.WEBVTT, CLOCK, 36, 5.9, 73),
    ("seattle_schools_sentences.tsv", Format.SENTENCES, NONE, 101, 0, 694),
]
NAMES = [name for name, *_ in FILES]


@cache
def read_file(name: str) -> Reading:
    return read((DATA / "transcripts" / name).read_bytes(), name)


@cache
def scorer(module: str) -> ModuleType:
    """Return a module of the labelled data, by its path: it is no package."""
    spec = importlib.util.spec_from_file_location(module, DATA / "gold" / f"{module}.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_no_real_file_is_left_out():
    real = sorted(path.name for path in (DATA / "transcripts").iterdir())

    assert real == NAMES


@pytest.mark.parametrize(("name", "format", "unit", "cues", "first", "last"), FILES, ids=NAMES)
def test_format_unit_and_times_are_right(name, format, unit, cues, first, last):
    found = read_file(name)

    assert (found.report.format, found.report.time_unit, found.report.cues_read) == (
        format,
        unit,
        cues,
    )
    assert found.utterances[0].start == pytest.approx(first, abs=0.1)
    # Words are put at the start of a slow last cue, and clocked text says nothing of its end.
    assert found.utterances[-1].end == pytest.approx(
        last, abs=70 if format is Format.CLOCKED_TEXT else 15
    )


@pytest.mark.parametrize("name", NAMES)
def test_utterances_are_in_order_and_of_a_length_to_quote(name):
    spoken = read_file(name).utterances

    starts = [utterance.start for utterance in spoken]
    assert starts == sorted(starts)
    assert all(utterance.end >= utterance.start for utterance in spoken)
    assert max(len(utterance.text.split()) for utterance in spoken) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_people_speak_at_a_human_pace(name):
    spoken = read_file(name).utterances

    words = sum(len(utterance.text.split()) for utterance in spoken)
    assert 1 < words / (spoken[-1].end - spoken[0].start) < 4


# meeting_text.py leaves its files to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if name.endswith((".vtt", ".srt", "_youtube.json", "_cdp.json", "_turns.json"))
    ],
)
def test_the_words_are_those_of_the_file_in_their_order(name):
    tokens = scorer("score_extraction").tokens
    raw = [
        t
        for unit in scorer("meeting_text").units(str(DATA / "transcripts" / name))
        for t in tokens(unit["text"])
    ]

    ours = [token for utterance in read_file(name).utterances for token in tokens(utterance.text)]

    rest = iter(raw)
    assert all(token in rest for token in ours)
    assert len(ours) > 0.99 * len(raw)


def test_labelled_quotes_are_found_word_by_word_where_they_were_said():
    gold = [
        json.loads(line) for line in (DATA / "gold" / "signals_dev.jsonl").read_text().splitlines()
    ]
    places = {name: meeting(name) for name in {signal["file"] for signal in gold}}

    found = [
        (signal, places[signal["file"]].find(signal["quote"], signal["start_seconds"]))
        for signal in gold
    ]

    hits = [(signal, place) for signal, place in found if place]
    near = [signal for signal, place in hits if abs(place[0] - signal["quote_seconds"][0]) <= 5]
    assert len(hits) >= 0.99 * len(gold)
    assert len(near) >= 0.95 * len(gold)


def meeting(name: str):
    rows = [{"start": u.start, "end": u.end, "text": u.text} for u in read_file(name).utterances]
    return scorer("score_extraction").Meeting(rows)


def test_what_was_repaired_in_the_real_files_is_known():
    reports = {name: read_file(name).report for name in NAMES}

    assert reports["boston_captions.vtt"].dropped == {"empty cue": 1}
    assert reports["seattle_brief_captions.vtt"].repaired["mark for a new speaker"] == 17
    assert reports["fairfax_2026-04-14_turns.json"].repaired["missing start time"] == 10
    assert reports["neworleans_2023-03-23_youtube.json"].repaired == {
        "minutes and seconds written as hours and minutes": 66,
        "time that cannot be read": 1,
    }
    invented = "phrase alone in a silence, as Whisper invents"
    assert reports["huntsville_2026-04-09_whisper.srt"].dropped[invented] == 2


def test_files_that_name_their_meeting_are_believed():
    name = "neworleans_2023-03-23_youtube.json"
    chunk = json.loads((DATA / "transcripts" / name).read_text())["messages"][0]

    found = read_file(name)

    assert (found.title, found.video_url) == (chunk["title"], chunk["url"])
    assert found.held_on == "2023-03-23"
    assert read_file("seattle_2020-08-10_council_cdp.json").held_on == "2020-08-10"
