import json

import pytest

from tests.signals.reading.samples import cdp, reading, turns, youtube


def test_cdp_names_the_day():
    found = reading(cdp((0, 3, 0, "We begin with the budget.")))

    assert (found.title, found.held_on, found.video_url) == ("", "2024-04-09", "")


def test_youtube_names_title_day_and_video():
    found = reading(youtube(("0:00-0:05", "we begin with the budget")))

    assert found.title == "Council of Elmfield 4/9/2024"
    assert found.held_on == "2024-04-09"
    assert found.video_url == "https://www.youtube.com/watch?v=abc"


@pytest.mark.parametrize("value", [None, 5, [], "soon", "13/45/2024", "", "\ud800"])
def test_a_day_that_is_none_is_left_empty(value):
    document = json.loads(cdp((0, 3, 0, "We begin with the budget.")))

    assert reading(json.dumps({**document, "session_datetime": value})).held_on == ""


def test_an_address_that_is_no_web_address_is_left_empty():
    content = youtube(("0:00-0:05", "we begin")).replace(
        "https://www.youtube.com", "javascript:alert"
    )

    assert reading(content).video_url == ""


def test_a_speakers_name_that_is_no_name_is_cut():
    found = reading(turns(("A" * 500, 0, 3, "We begin with the budget.")))

    assert len(found.utterances[0].speaker) == 120
    assert found.report.repaired == {"speaker's name cut to 120 characters": 1}


def test_characters_that_no_database_stores_are_replaced():
    found = reading(turns(("Ann\0", 0, 3, "We \0 begin \ud800 now.")))

    assert found.utterances[0].text == "We begin \ufffd now."
    assert found.utterances[0].speaker == "Ann"
