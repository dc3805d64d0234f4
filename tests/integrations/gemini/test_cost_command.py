"""`manage.py extract_cost`: what reading would cost, without a call."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from integrations.models import ModelCall, ModelReading
from signals.extraction.hearing import heard_in
from signals.reading import read
from tests.integrations.gemini.talk import SETTING, long_meeting


def transcript(folder, count=200, name="council.txt", needs=()):
    path = folder / name
    lines = [one.text for one in long_meeting(count, needs=needs)]
    path.write_text(
        "\n".join(f"00:{i // 6:02}:{10 * (i % 6):02} {words}" for i, words in enumerate(lines))
    )
    return path


def cost(*paths):
    out, errors = StringIO(), StringIO()
    try:
        call_command("extract_cost", *map(str, paths), stdout=out, stderr=errors)
    except CommandError as error:
        return out.getvalue(), errors.getvalue(), str(error)
    return out.getvalue(), errors.getvalue(), ""


def figures(line):
    return [float(figure.replace(",", "")) for figure in re.findall(r"[\d,]*\.?\d+", line)]


def test_it_tells_tokens_calls_and_dollars_and_asks_nothing(tmp_path, gemini, db):
    out, errors, fault = cost(transcript(tmp_path))

    line, note = out.splitlines()
    assert re.fullmatch(
        r"council.txt: \d+ parts?, \d+ calls, about [\d,]+ tokens asked and [\d,]+ answered, "
        r"about \$\d\.\d{4}",
        line,
    )
    assert "Prices of gemini-2.5-flash" in note
    assert "never costs more than $1.0" in note
    assert (errors, fault) == ("", "")
    assert gemini.asked == []
    assert (ModelCall.objects.count(), ModelReading.objects.count()) == (0, 0)


def test_it_needs_no_key(tmp_path, settings, db):
    settings.GEMINI_API_KEY = ""

    assert "1 part, 2 calls" in cost(transcript(tmp_path))[0]


def test_twice_the_meeting_is_about_twice_the_price(tmp_path, settings, db):
    settings.GEMINI_CHUNK_TOKENS = 1000
    once = figures(cost(transcript(tmp_path, 500, "a.txt"))[0].splitlines()[0])[-1]
    twice = figures(cost(transcript(tmp_path, 1000, "b.txt"))[0].splitlines()[0])[-1]

    assert 1.7 < twice / once < 2.3


def test_several_files_are_added_up(tmp_path, db):
    paths = [transcript(tmp_path, name=name) for name in ("a.txt", "b.txt")]

    a, b, both, _ = cost(*paths)[0].splitlines()

    assert both.startswith("all files: 2 parts, 4 calls")
    assert figures(both)[-1] == pytest.approx(figures(a)[-1] + figures(b)[-1], abs=2e-4)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_told(tmp_path, db):
    good = transcript(tmp_path)

    out, errors, fault = cost(tmp_path / "none.vtt", good)

    assert "none.vtt" in errors
    assert "council.txt: 1 part, " in out
    assert fault == "1 of 2 files could not be read."


def test_the_estimate_is_near_what_the_calls_then_come_to(tmp_path, extractor, gemini, settings):
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 2000, 200
    path = transcript(tmp_path, 300, needs=range(0, 300, 20))
    estimated = figures(cost(path)[0].splitlines()[0])[:3]

    extractor.extract(heard_in(read(path.read_bytes(), path.name)), SETTING)

    calls = ModelCall.objects.all()
    assert abs(calls.count() - estimated[1]) <= 2
    asked = sum(call.prompt_tokens for call in calls)
    assert 0.6 < asked / estimated[2] < 1.5
