"""A signal that does not stand up to the transcript is refused, with the reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from signals.extraction.contract import Found, Heard, Span
from signals.extraction.verify import NotHeard, fault, verify

HEARD = [
    Heard(0, 0, 10, "We need a new system for permits before next summer."),
    Heard(1, 10, 20, "Staff will write the request for proposals in May."),
    Heard(2, 20, 90, "Word " * 100),
]
GOOD = Found(
    spans=(Span(0, 0, len(HEARD[0].text)),),
    start=0,
    end=20,
    title="New system for permits before summer",
    summary="Staff on a need.",
    kind="need",
    category="planning-permitting",
    strength=2,
    confidence=0.5,
)


def test_a_sound_signal_passes():
    verify(GOOD, HEARD)
    verify(replace(GOOD, spans=(GOOD.spans[0], Span(1, 0, 11))), HEARD)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"spans": ()}, "it has no quote"),
        ({"spans": (Span(7, 0, 5),)}, "segment 7 does not exist"),
        ({"spans": (Span(0, 0, 500),)}, "characters 0 to 500 lie outside segment 0"),
        ({"spans": (Span(0, -3, 30),)}, "characters -3 to 30 lie outside segment 0"),
        ({"spans": (Span(0, 30, 30),)}, "characters 30 to 30 lie outside segment 0"),
        ({"spans": (Span(1, 0, 50), Span(0, 0, 50))}, "not from neighbouring segments in order"),
        ({"spans": (Span(0, 0, 50), Span(2, 0, 50))}, "not from neighbouring segments in order"),
        ({"spans": (Span(0, 0, 7),)}, "its quote has 2 words, not 6 to 80"),
        ({"spans": (Span(2, 0, 500),), "start": 20, "end": 90}, "its quote has 100 words"),
        ({"start": -5}, "-5.0 s to 20.0 s lies outside the meeting"),
        ({"end": 5000}, "0.0 s to 5000.0 s lies outside the meeting"),
        ({"start": 19, "end": 3}, "19.0 s to 3.0 s lies outside the meeting"),
        ({"start": 15, "end": 30}, "its quote lies outside 15.0 s to 30.0 s"),
        ({"start": float("nan")}, "its times are not numbers"),
        ({"kind": "wish"}, '"wish" is not one of need, initiative'),
        ({"category": "sport"}, '"sport" is not one of public-works'),
        ({"speaker_role": "king"}, '"king" is not one of mayor'),
        ({"title": "Pumps for the water plant"}, "its title has 5 words, not 6 to 14"),
        ({"title": "word " * 15}, "its title has 15 words, not 6 to 14"),
        ({"strength": 4}, "its strength is 4, not 1 to 3"),
        ({"strength": 0}, "its strength is 0, not 1 to 3"),
        ({"confidence": 1.2}, "its confidence is 1.2, not 0 to 1"),
        ({"confidence": float("nan")}, "its confidence is nan, not 0 to 1"),
        ({"amount": Decimal("-1")}, "its amount is -1, not a sum of money"),
        ({"amount": Decimal("NaN")}, "its amount is NaN, not a sum of money"),
        ({"amount": Decimal(5), "amount_kind": "weekly"}, '"weekly" is not one of one-off'),
        ({"amount_kind": "yearly"}, "it names the kind of a sum, and no sum"),
        ({"amount_years": 5}, "it names the kind of a sum, and no sum"),
        (
            {"amount": Decimal(5), "amount_kind": "one-off", "amount_years": 5},
            "its amount is over 5 years, which no such sum is",
        ),
        (
            {"amount": Decimal(5), "amount_kind": "term", "amount_years": 100},
            "its amount is over 100 years, which no such sum is",
        ),
    ],
)
def test_a_faulty_signal_is_refused_with_the_reason(change, reason):
    found = replace(GOOD, **change)

    assert reason in fault(found, HEARD)
    with pytest.raises(NotHeard, match="was dropped"):
        verify(found, HEARD)
