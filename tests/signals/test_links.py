import pytest

from signals import links


@pytest.mark.parametrize(
    ("recording", "at_second"),
    [
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abc&t=75s"),
        ("https://www.youtube.com/watch?v=abc&t=3s", "https://www.youtube.com/watch?v=abc&t=75s"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=75s"),
        (
            "https://seattle.granicus.com/player/clip/7?view_id=2",
            "https://seattle.granicus.com/player/clip/7?view_id=2&entrytime=75",
        ),
        ("https://video.example/watch", "https://video.example/watch#t=75"),
        ("https://video.example/watch#t=1", "https://video.example/watch#t=75"),
        ("", ""),
    ],
)
def test_a_link_leads_to_the_second(recording, at_second):
    assert links.at(recording, 75.9) == at_second
