import pytest

from matching.contract import Passage
from matching.explaining import LONGEST, LocalExplainer, clauses

LEAKS = Passage("What it does", "Sensors on hydrants find leaks in cast-iron water mains.")
ROTAS = Passage("Product: Rota", "Stylists swap shifts on their phones.")


def test_the_spans_that_belong_together_come_first():
    quote = "I thank the clerk for the coffee, and we must find the leaks in our water mains."

    first = LocalExplainer().explain([quote], [ROTAS, LEAKS], most=2)[0]

    assert first.they_said == "and we must find the leaks in our water mains."
    assert (first.profile_says, first.profile_part) == (LEAKS.text, "What it does")


def test_a_pairing_names_the_piece_of_evidence_it_quotes():
    quotes = ["Thank you all for coming tonight.", "We must find the leaks in our water mains."]

    first = LocalExplainer().explain(quotes, [LEAKS], most=1)[0]

    assert first.piece == 1
    assert first.they_said in quotes[1]


def test_no_span_is_used_twice():
    quote = "We must find the leaks in our water mains, and find leaks in water mains by night."

    found = LocalExplainer().explain([quote], [LEAKS, LEAKS], most=5)

    assert len({pairing.profile_says for pairing in found}) == len(found)


@pytest.mark.parametrize(
    ("quotes", "passages"),
    [([], [LEAKS]), ([""], [LEAKS]), (["We must find the leaks."], []), (["鉛管"], [ROTAS])],
)
def test_where_nothing_is_alike_there_is_no_reason(quotes, passages):
    assert LocalExplainer().explain(quotes, passages, most=2) == []


@pytest.mark.parametrize(
    "quote",
    [
        "Yes, no, maybe. We want to find the leaks before winter comes to the valley!",
        "word " * 200,
        "Short.",
        "one two three; four five six seven eight: nine",
        "w" * 3000,
    ],
)
def test_clauses_are_verbatim_and_not_too_long(quote):
    found = clauses(quote)

    assert found
    for clause in found:
        assert clause in quote
        assert len(clause.split()) <= LONGEST


LIMITS = [
    "We do not work on plastic water mains, where the sound of leaks dies.",
    "Leakwise doesn't find leaks in plastic water mains.",
    "It only finds leaks in cast-iron water mains.",
    "Not for water mains of plastic, whose leaks are silent.",
]
PRAISE = [
    "Crews do not need to dig to find the leaks in water mains.",
    "For towns that cannot find the leaks in their water mains alone.",
    "The leaks of water mains are found, so that a crew does not dig twice.",
]


@pytest.mark.parametrize("limit", LIMITS)
def test_what_the_profile_says_it_does_not_do_is_shown_as_a_doubt(limit):
    quote = "we must find the leaks in our plastic water mains before winter"

    *fits, doubt = LocalExplainer().explain([quote], [LEAKS, Passage("Limits", limit)], most=2)

    assert [one.profile_says for one in fits] == [LEAKS.text]
    assert (doubt.fits, doubt.profile_says) == (False, limit)
    assert doubt.they_said in quote


@pytest.mark.parametrize("words", PRAISE)
def test_praise_with_a_not_in_it_is_no_doubt(words):
    quote = "we must find the leaks in our water mains before winter"

    found = LocalExplainer().explain([quote], [LEAKS, Passage("Text", words)], most=2)

    assert all(one.fits for one in found)


def test_a_limit_about_something_else_is_not_shown():
    limit = Passage("Limits", "We do not sell hairdryers or chairs to salons.")

    found = LocalExplainer().explain(["we must find leaks in water mains"], [LEAKS, limit], most=2)

    assert all(one.fits for one in found)
