"""Titles and summaries use the words said, plainly."""

from signals.extraction import summarising, titling
from signals.extraction.wording import Rarity, clean

RARITY = Rarity(["We talk of many things.", "The budget is next.", "Thank you all for coming."] * 9)


def titled(quote):
    return titling.title(quote, RARITY, category="transportation", kind="need")


def test_the_way_a_speaker_begins_is_left_out_of_the_title():
    title = titled("So, um, I would like to see a traffic signal at the library crossing.")

    assert title == "Traffic signal at the library crossing"


def test_a_contraction_is_left_out_whole():
    title = titled("I'd need some help with the intersection design this winter.")

    assert title == "Need some help with the intersection design this winter"


def test_a_title_has_three_to_twelve_words():
    long = "We need " + "pumps valves meters hydrants " * 12

    assert 3 <= len(titled(long).split()) <= 12


def test_a_quote_without_telling_words_is_named_by_its_category():
    assert titled("And so it is what it is.") == "Transportation: need voiced in the meeting"


def test_fillers_and_stutters_are_cleaned_away():
    assert clean(">> We um we need need, uh, a bridge.") == "We need, a bridge."


def test_a_summary_names_the_speaker_and_quotes_what_else_was_said():
    said = "Good. The snowplow fleet is old and every winter two trucks stand still. Thank you."

    summary = summarising.summary("We need trucks.", said, RARITY, kind="need", role="staff")

    assert summary == (
        "Staff on a need. The snowplow fleet is old and every winter two trucks stand still."
    )


def test_a_summary_does_not_repeat_the_quote():
    quote = "We need to replace the snowplow fleet before the winter."

    summary = summarising.summary(quote, f"{quote} Thanks.", RARITY, kind="need", role="staff")

    assert summary == "Staff on a need."
