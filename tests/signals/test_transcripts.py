import pytest

from signals import transcripts
from signals.models import Signal
from tests import make
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


def test_the_lines_around_a_quote_are_those_before_and_after_it():
    signal = make.signal()

    lines = transcripts.around(signal)

    assert [line.segment.text for line in lines] == [
        make.BEFORE,
        f"{make.QUOTE}, not after.",
        make.AFTER,
    ]
    assert [bool(line.quoted) for line in lines] == [False, True, False]


def test_a_quoted_line_is_parted_at_the_quote():
    line = transcripts.around(make.signal())[1]

    assert (line.before, line.quoted, line.after) == ("", make.QUOTE, ", not after.")
    assert line.before + line.quoted + line.after == line.segment.text


def test_fewer_seconds_show_fewer_lines():
    lines = transcripts.around(make.signal(), seconds=0)

    assert len(lines) == 1


def test_each_line_leads_to_its_second():
    lines = transcripts.around(make.signal())

    assert [line.video_url for line in lines] == [
        f"https://video.example/watch#t={second}" for second in (4440, 4450, 4460)
    ]


def test_the_lines_cost_one_query():
    signal = Signal.objects.for_lists().get(pk=make.signal().pk)

    assert queries(lambda: transcripts.around(signal)) == 1
