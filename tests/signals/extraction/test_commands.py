"""The commands that print signals and measure extraction."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.signals.extraction import speech

FIELDS = [
    *("file", "start_seconds", "end_seconds", "quote", "title", "summary", "kind", "category"),
    *(
        "strength",
        "confidence",
        "speaker",
        "speaker_role",
        "amount_usd",
        "amount_kind",
        "amount_years",
        "amount_said",
        "timeframe",
    ),
]


@pytest.fixture
def captions(tmp_path):
    path = tmp_path / "meeting.srt"
    blocks = [
        f"{i + 1}\n{_clock(one.start)} --> {_clock(one.end)}\n{one.text}\n"
        for i, one in enumerate(speech.meeting())
    ]
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def _clock(seconds):
    return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02},000"


def test_extract_prints_one_json_object_a_signal(captions, capsys):
    call_command("extract", str(captions), "--jsonl")

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert list(rows[0]) == FIELDS
    assert rows[0]["file"] == "meeting.srt"


def test_a_bad_file_does_not_stop_the_others(captions, tmp_path, capsys):
    broken = tmp_path / "broken.vtt"
    broken.write_text("", encoding="utf-8")

    with pytest.raises(CommandError, match="1 of 2 files could not be read"):
        call_command("extract", str(broken), str(captions), "--jsonl")

    shown = capsys.readouterr()
    assert "meeting.srt" in shown.out
    assert "broken.vtt" in shown.err
