"""Who speaks, told by the label and by the words."""

import pytest

from signals.extraction.roles import role


@pytest.mark.parametrize(
    ("speaker", "quote", "expected"),
    [
        ("Mayor Jane Doe", "We will build it.", "mayor"),
        ("Vice Mayor Doe", "We will build it.", "council"),
        ("Councilmember Ruiz", "We will build it.", "council"),
        ("Council Member Ruiz", "We will build it.", "council"),
        ("Alderwoman Lee", "We will build it.", "council"),
        ("City Manager Brown", "We will build it.", "staff"),
        ("Assistant to the Mayor", "We will build it.", "staff"),
        ("Director of Public Works", "We will build it.", "staff"),
        ("Resident", "Please fix this.", "public"),
        ("Councilmember Ruiz", "My name is Pat and I live on Elm Street.", "public"),
        ("", "My name is Pat and I live on Elm Street.", "public"),
        ("", "Residents in my district ask me about it, colleagues.", "council"),
        ("", "Before you is a contract, and staff recommends approval.", "staff"),
        ("", "Whereas the bridge is old, be it resolved to study it.", "document"),
        ("", "Our company offers a product for that.", "vendor"),
        ("Speaker 4", "It is what it is.", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_roles_are_told_by_label_and_words(speaker, quote, expected):
    assert role(speaker, quote, quote) == expected


def test_the_words_around_help_when_the_quote_says_nothing():
    assert role("", "It would cost more.", "Staff recommends this. It would cost more.") == "staff"
