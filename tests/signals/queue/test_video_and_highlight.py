"""Players of recordings, and what is made to stand out in a quote."""

from decimal import Decimal

import pytest

from signals.queue import highlight, video

YOUTUBE = "https://www.youtube-nocookie.com/embed/mRw7Fa1Lsk0?start=75&rel=0"


@pytest.mark.parametrize(
    ("url", "player"),
    [
        ("https://www.youtube.com/watch?v=mRw7Fa1Lsk0&list=x", YOUTUBE),
        ("https://m.youtube.com/watch?list=x&v=mRw7Fa1Lsk0", YOUTUBE),
        ("https://youtu.be/mRw7Fa1Lsk0?t=4", YOUTUBE),
        ("https://www.youtube.com/live/mRw7Fa1Lsk0", YOUTUBE),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?dnt=1#t=75s"),
        (
            "https://vimeo.com/123456789/0a1b2c3d4e",
            "https://player.vimeo.com/video/123456789?dnt=1&h=0a1b2c3d4e#t=75s",
        ),
        ("https://marlow.granicus.com/player/clip/12", None),
        ("https://www.youtube.com/@council", None),
        ("https://www.youtube.com/watch?v=<script>", None),
        ("https://youtube.com.evil.example/watch?v=mRw7Fa1Lsk0", None),
        ("https://vimeo.com/channels/staffpicks", None),
        ("", None),
    ],
)
def test_only_sites_that_allow_it_are_embedded_and_at_the_second(url, player):
    found = video.player(url, 75.9)

    assert (found and found.url) == player


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs $412,000 by June 2027", {"$412,000": "amount", "June 2027": "time"}),
        ("We may need it next fiscal year", {"next fiscal year": "time"}),
        ("About half a million dollars in 2028", {"half a million dollars": "amount",
                                                  "2028": "time"}),
        ("Nothing of the kind", {}),
    ],
)  # fmt: skip
def test_sums_and_times_are_found(text, found):
    assert {text[first:last]: what for first, last, what in highlight.spans(text)} == found


def test_a_spoken_sum_is_found_by_what_the_signal_names():
    text = "I have four hundred and twelve thousand in the request"

    (found,) = highlight.spans(text, amount=Decimal(412_000))

    assert text[found[0] : found[1]] == "four hundred and twelve thousand"
