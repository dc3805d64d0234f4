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
