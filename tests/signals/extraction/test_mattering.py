"""The phrases and words that come up again in a stretch of talk."""

from signals.extraction.mattering import matters
from signals.extraction.wording import Rarity

RARITY = Rarity(["We talk of many things.", "The budget is next.", "Thank you all for coming."] * 9)


def named(text, most=10, withheld=()):
    return matters(text, RARITY, most=most, withheld=withheld)


def test_a_phrase_that_recurs_is_named_whole():
    said = "The ladder truck is old. A ladder truck costs a lot, and our ladder trucks leak oil."

    assert named(said) == ["ladder truck"]


def test_a_word_that_recurs_outside_a_phrase_stands_for_itself():
    said = "Overtime grows. The overtime of dispatch is high, and dispatch has vacancies."

    assert named(said) == ["overtime", "dispatch"]


def test_what_is_said_once_and_plain_words_are_not_named():
    said = "We really need to allocate it, we really allocated it, and we really know it. Sensors."

    assert named(said) == []


def test_a_capital_stays_where_it_always_stood():
    said = "Meters on Larch Street fail. Larch Street asked for meters, and the Meters came."

    assert named(said) == ["meters", "Larch Street"]


def test_shouting_is_made_calm():
    assert named("THE PUMP HOUSE FLOODS. FIX THE PUMP HOUSE.") == ["pump house"]


def test_there_are_no_more_words_than_asked_for():
    said = 2 * "The pump house, the salt barn, the fuel tank. "

    assert named(said, most=4) == ["pump house", "salt barn"]


def test_withheld_words_are_never_named():
    said = "Odalys Brenner asked for a valve. The valve came, and Odalys Brenner's mother said so."

    assert named(said, withheld={"odalys", "brenner"}) == ["valve"]


def test_nothing_is_named_where_nothing_was_said():
    assert named("") == []


def test_what_names_nothing_is_left_out_though_it_recurs():
    said = 2 * "The overtime is slower on Tuesday, with drivers clicking. "

    assert named(said) == ["overtime", "drivers"]
