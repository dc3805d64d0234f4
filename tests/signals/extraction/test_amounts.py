"""Money and times, as people say them."""

from decimal import Decimal

import pytest

from signals.extraction.amounts import largest, sums, timeframe


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("$412,000", "412000"),
        ("$ 40", "40"),
        ("four hundred and twelve thousand dollars", "412000"),
        ("two million three hundred fifteen thousand dollars", "2315000"),
        ("1.9 million", "1900000"),
        ("$1.9 million for pumps", "1900000"),
        ("one point nine million dollars", "1900000"),
        ("about $3M in all", "3000000"),
        ("some $327K left", "327000"),
        ("$2,345,678.90", "2345678.90"),
        ("half a million dollars", "500000"),
        ("a quarter of a million dollars", "250000"),
        ("a million dollars", "1000000"),
        ("fifteen hundred dollars", "1500"),
        ("twelve dollars", "12"),
        ("$30 to 40 million", "30000000"),
        ("$5 to $10 million", "5000000"),
        ("between two and three million dollars", "2000000"),
        ("$200,000 first and then $1.5 million", "1500000"),
    ],
)
def test_money_is_understood(said, amount):
    assert largest(said) == Decimal(amount)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nothing at all",
        "1.9 million gallons a day",
        "two million people",
        "in 2026 and 2027",
        "one hundred percent",
        "a lot of dollars",
        "twenty twenty five",
        "$8.50 per square foot",
    ],
)
def test_other_numbers_are_not_money(said):
    assert largest(said) is None


def test_money_is_found_where_it_was_said():
    text = "We ask for $5,000 now and two thousand dollars later."

    assert [text[m.first : m.last] for m in sums(text)] == ["$5,000", "two thousand dollars"]


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("We will do it by the end of March if we can", "by the end of March"),
        ("it comes up in about six months for bids", "in about six months"),
        ("it opens later this year", "later this year"),
        ("in fiscal year 2027 we pay", "fiscal year 2027"),
        ("the FY27 budget", "FY27"),
        ("over the next three years", "over the next three years"),
        ("by July 1st 2026 at the latest", "by July 1st 2026"),
        ("within the next 6 to 7 years", "within the next 6 to 7 years"),
        ("this fall", "this fall"),
        ("we met last year", ""),
        ("we may go", ""),
    ],
)
def test_times_are_given_in_their_own_words(said, when):
    assert timeframe(said) == when
