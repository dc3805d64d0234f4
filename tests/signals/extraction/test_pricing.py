"""What kind of sum was named, and which of several belongs to the need."""

from decimal import Decimal

import pytest

from signals.extraction.pricing import of_amount, price


@pytest.mark.parametrize(
    ("said", "amount", "kind", "years", "words"),
    [
        ("We ask for $412,000 a year.", 412000, "yearly", None, "$412,000 a year"),
        (
            "The annual cost of the new system is about $90,000.",
            90000,
            "yearly",
            None,
            "annual cost of the new system is about $90,000",
        ),
        (
            "It is $40,000 in licences per year for five years.",
            40000,
            "yearly",
            5,
            "$40,000 in licences per year for five years",
        ),
        ("It is half a million dollars every single year", 500000, "yearly", None, None),
        ("a monthly fee of $900 for the pumps", 900, "monthly", None, "monthly fee of $900"),
        ("$900 per month", 900, "monthly", None, "$900 per month"),
        ("$2 million over five years", 2000000, "term", 5, "$2 million over five years"),
        ("a three-year contract for $1.5 million", 1500000, "term", 3, None),
        ("$600,000 over the life of the contract", 600000, "term", None, None),
        ("in an amount not to exceed $250,000", 250000, "up-to", None, "not to exceed $250,000"),
        ("up to $2 million over 5 years", 2000000, "up-to", 5, "up to $2 million over 5 years"),
        ("we would pay $80,000 at most", 80000, "up-to", None, "$80,000 at most"),
        ("The sensors cost $85 each.", 85, "per-unit", None, "$85 each"),
        ("at $8.50 per square foot", "8.50", "per-unit", None, "$8.50 per square foot"),
        ("a one-time cost of $50,000", 50000, "one-off", None, "one-time cost of $50,000"),
        ("to purchase three trucks for $450,000", 450000, "one-off", None, None),
        ("$412,000 in the request", 412000, "unknown", None, "$412,000"),
        ("We paid $5,000. Each year brings more leaks.", 5000, "unknown", None, "$5,000"),
        ("for a $30,000 truck for a year", 30000, "term", 1, None),
    ],
)
def test_the_kind_of_a_sum_is_told_by_the_words_beside_it(said, amount, kind, years, words):
    found = price(said)

    assert (found.amount, found.kind, found.years) == (Decimal(amount), kind, years)
    if words:
        assert found.said == words


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("It was $900,000 last year, and we need $350,000 now.", 350000),
        ("We saved $2 million, and we ask for $400,000 for pumps.", 400000),
        ("Of a budget of 40 million dollars this takes a $250,000 grant.", 250000),
        ("We would buy 400 sensors at $85 each, so $34,000 in all.", 34000),
        ("We ask for $30,000 now and $90,000 next year.", 90000),
        ("We spent $700,000 on it.", 700000),
    ],
)
def test_of_several_sums_the_one_that_is_asked_for_counts(said, amount):
    assert price(said).amount == Decimal(amount)


@pytest.mark.parametrize("said", ["", "nothing", "in 2026", "1.9 million gallons a year"])
def test_no_sum_is_no_price(said):
    assert price(said) is None


def test_a_sum_is_looked_up_by_its_amount():
    said = "It is $5,000 now and $40,000 a year from then on."

    assert of_amount(said, Decimal(40000)).kind == "yearly"
    assert of_amount(said, Decimal(5000)).kind == "unknown"
    assert of_amount(said, Decimal(7)) is None
