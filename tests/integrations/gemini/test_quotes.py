"""Every quote is looked for in the stored words, and only stored words are quoted."""

import pytest

from integrations.models import ModelAnswer, ModelReading
from tests.integrations.gemini.talk import (
    DRAINS,
    SETTING,
    finds,
    heard,
    judges,
    quotes,
    signal,
    verdict,
)


@pytest.fixture
def quote(extractor, gemini):
    """Return a function that has the model quote words, and returns what was made of it."""

    def quoted(words, *, segments=(3,), said=None):
        segments_heard = heard(said) if said else heard()
        ModelAnswer.objects.all().delete()
        gemini.next(finds(signal(3, words, segments=list(segments))), judges(verdict(1)))
        found = extractor.extract(segments_heard, SETTING)
        return [(quotes(found, segments_heard)[0], found[0].difference)] if found else []

    return quoted


def test_a_part_of_a_sentence_is_quoted_as_it_stands(quote):
    assert quote("which of the storm drains on Alder Street") == [
        ("which of the storm drains on Alder Street", "")
    ]


def test_quotation_marks_around_it_do_not_matter(quote):
    assert quote(f"\u201c{DRAINS}\u201d") == [(DRAINS, "")]


def test_other_case_spaces_and_punctuation_are_forgiven_and_told(quote):
    (stored,) = quote("WE NEED a system that tells us  which of the storm-drains on Alder Street")

    assert stored == (
        "We need a system that tells us which of the storm drains on Alder Street",
        "other spacing, case or punctuation",
    )


def test_a_word_that_differs_is_forgiven_and_told(quote):
    (stored,) = quote(DRAINS.replace("blocked", "clogged"))

    assert stored == (DRAINS, '"clogged" for "blocked"')


def test_a_word_left_out_or_added_is_forgiven_and_told(quote):
    assert quote(DRAINS.replace("storm ", "")) == [(DRAINS, '"storm" left out')]
    assert quote(DRAINS.replace("a system", "a new system")) == [(DRAINS, '"new" added')]


def test_a_word_added_at_the_end_does_not_draw_in_the_next_sentence(quote):
    assert quote(DRAINS.replace("blocked.", "blocked now.")) == [(DRAINS, '"now" added')]


def test_differences_are_kept_with_the_reading(quote):
    quote(DRAINS.replace("blocked", "clogged"))

    assert ModelReading.objects.get().differences == [
        {"quote": DRAINS, "difference": '"clogged" for "blocked"'}
    ]


def test_the_wrong_number_does_not_matter_if_the_words_are_right(quote):
    assert quote(DRAINS, segments=[8]) == [(DRAINS, "")]
    assert quote(DRAINS, segments=[]) == [(DRAINS, "")]
    assert quote(DRAINS, segments=[-4, 999]) == [(DRAINS, "")]


def test_words_that_differ_are_not_looked_for_far_from_their_number(quote):
    assert quote(DRAINS.replace("blocked", "clogged"), segments=[9]) == []


def test_of_the_same_words_said_twice_the_nearest_are_quoted(extractor, gemini):
    again = "We need to buy salt before the winter."
    said = [("", again), *[("", "Something else was said here.")] * 6, ("", again)]
    gemini.next(
        finds(signal(8, again, title="Salt for the roads before winter")), judges(verdict(1))
    )

    (found,) = extractor.extract(heard(said), SETTING)

    assert found.spans[0].index == 7


@pytest.mark.parametrize(
    "words",
    [
        "We need a hundred electric buses and the council has agreed to pay for them all.",
        DRAINS.replace("blocked", "clogged").replace("storm", "sewer").replace("system", "map"),
        "We have put $250,000 for it into the request, and it has to run before the spring rains.",
        "We have put $240,000 for it into the request, and it has not to run before the spring "
        "rains.",
        "We need a system that tells us ... are blocked.",
        "",
        "...",
    ],
    ids=["invented", "three words", "another sum", "a not", "dots", "empty", "no word"],
)
def test_what_nobody_said_is_dropped_and_counted(quote, words):
    assert quote(words, segments=[3, 4]) == []
    assert ModelReading.objects.get().dropped == {"its quote was not said": 1}


def test_short_words_must_be_the_very_words(quote):
    assert quote("We need a system to tell us") == []


def test_signs_of_money_belong_to_the_quote(quote):
    assert quote("$240,000 for it, into the request and it has to run", segments=[4]) == [
        (
            "$240,000 for it into the request, and it has to run",
            "other spacing, case or punctuation",
        )
    ]


def test_a_number_written_with_and_without_its_comma_is_the_same(quote):
    assert quote("We have put $240000 for it into the request", segments=[4])[0][0] == (
        "We have put $240,000 for it into the request"
    )


def test_a_quote_too_long_ends_with_a_sentence(quote):
    long = "We need pumps for the plant. " * 20
    (stored,) = quote(long.strip(), segments=[1], said=[("", long.strip())])

    words = stored[0].split()
    assert len(words) == 78
    assert words[-1] == "plant."


def test_a_long_quote_without_a_stop_ends_after_eighty_words(quote):
    long = " ".join(f"word{number}" for number in range(100))
    (stored,) = quote(long, segments=[1], said=[("", long)])

    assert len(stored[0].split()) == 80


def test_line_breaks_in_the_stored_words_are_kept_in_the_quote(quote):
    (stored,) = quote(
        "We need pumps for the water plant.",
        segments=[1],
        said=[("", "We need pumps\nfor the water plant.")],
    )

    assert stored == (
        "We need pumps\nfor the water plant.",
        "other spacing, case or punctuation",
    )
