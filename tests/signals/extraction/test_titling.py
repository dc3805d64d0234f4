"""Titles and summaries use the words said, plainly."""

import pytest

from signals.extraction import summarising, titling
from signals.extraction.wording import Rarity, clean
from signals.words import Kind

RARITY = Rarity(["We talk of many things.", "The budget is next.", "Thank you all for coming."] * 9)


def titled(quote):
    return titling.title(quote, RARITY, category="transportation", kind="need")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (
            "So, um, I would like to see a traffic signal at the library crossing.",
            "Need for traffic signal at the library crossing",
        ),
        (
            "We really need to replace our old pumps at the north plant before winter.",
            "Need to replace the old pumps at the north plant before winter",
        ),
        (
            "It would help, you know, if somebody did a feasibility study for the ferry landing.",
            "Feasibility study for the ferry landing",
        ),
        (
            "The snowplow fleet is beyond its years. Council, the salt barn roof will leak again.",
            "The salt barn roof will leak",
        ),
        ("WE NEED NEW RADIOS FOR THE FIRE STATIONS", "Need for new radios for the fire stations"),
        (
            "They improved the signal timing along Harbor Street with sensors.",
            "Need for signal timing along Harbor Street with sensors",
        ),
    ],
)
def test_a_title_names_what_is_wanted_without_the_speaker(said, title):
    assert titled(said) == title


def test_a_short_thing_is_headed_by_its_category():
    assert titled("I think that we want some bus shelters.") == (
        "Transportation: need for bus shelters discussed"
    )


def test_a_title_has_six_to_fourteen_words_whatever_was_said():
    long = "We need " + "pumps valves meters hydrants " * 12
    for said in (
        long,
        "Pumps.",
        "",
        "And so it is what it is.",
        "1 2 3 4 5 6 7",
        "We need to also invest",
        "The crews need to always respond.",
        ", , --",
        "\u00e9" * 90,
    ):
        assert 6 <= len(titled(said).split()) <= 14, said


@pytest.mark.parametrize("kind", Kind.values)
def test_a_title_never_ends_in_the_middle(kind):
    said = "We plan to connect the sensors at the pumping stations with the office of the and of"

    title = titling.title(said, RARITY, category="transportation", kind=kind)

    assert title.endswith("to connect the sensors at the pumping stations with the office")


@pytest.mark.parametrize("word", ["I", "we", "our", "you", "they", "um", "this"])
def test_a_title_speaks_in_nobodys_person(word):
    said = "Um, I know we want to rebuild our pump house, and they and you need this boiler fixed."

    assert word.lower() not in titled(said).lower().split()


def test_a_title_rather_names_a_thing_than_half_a_sentence():
    said = "The pumps flooded quickly rusted. We saw a dispatch console in the annex."

    assert "dispatch console" in titled(said)


def test_a_title_says_what_and_not_only_when():
    said = "All in one place. We would like to pick one by the end of April, with kennels for vets."

    assert titled(said) == "Transportation: need for kennels for vets"


def test_a_quote_without_telling_words_is_named_by_its_category():
    assert titled("And so it is what it is.") == "Transportation: need voiced in the meeting"


def test_fillers_and_stutters_are_cleaned_away():
    assert clean(">> We um we need need, uh, a bridge.") == "We need, a bridge."


def test_a_summary_names_the_speaker_quotes_what_else_was_said_and_names_what_recurs():
    said = (
        "Good. The snowplow fleet is old and every winter two snowplows of the salt barn stand "
        "still. The fleet leaves the salt barn late, and so does the rest. Thank you."
    )

    summary = summarising.summary("We need trucks.", said, RARITY, kind="need", role="staff")

    assert summary == (
        "Staff named a need. Said around it: “The snowplow fleet is old and every winter two "
        "snowplows of the salt barn stand still.” Also spoken of: snowplow, fleet, salt barn."
    )


def test_a_summary_fits_sixty_words():
    said = " ".join(
        f"The {one} depot and the {one} garage are near the {one} gate of our {one} campus."
        for one in ("northern", "southern", "eastern", "western", "riverside", "hillside")
    )
    for text in (said, said.replace(".", " and")):
        summary = summarising.summary("We need it.", text, RARITY, kind="need", role="staff")

        assert "Also spoken of: " in summary
        assert len(summary.split()) <= 60


def test_a_summary_does_not_repeat_the_quote():
    quote = "We need to replace the snowplow fleet before the winter."

    summary = summarising.summary(quote, f"{quote} Thanks.", RARITY, kind="need", role="staff")

    assert summary == "Staff named a need."
