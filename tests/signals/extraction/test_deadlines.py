"""Times as said, resolved against the day of the meeting."""

from datetime import date

import pytest

from signals.extraction.deadlines import DOUBT, Due, resolve

SAID_ON = date(2026, 2, 10)  # a Tuesday


def days(words, **options):
    found = resolve(words, **({"said_on": SAID_ON, "fiscal_start": 7} | options))
    return found and (str(found.first or ""), str(found.last or ""), found.is_deadline)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("by the end of March", "2026-03-31"),
        ("by March", "2026-03-31"),
        ("by mid-March", "2026-03-20"),
        ("by the beginning of March", "2026-03-01"),
        ("before July 1", "2026-06-30"),
        ("by July 1st 2026", "2026-07-01"),
        ("no later than March 15", "2026-03-15"),
        ("by 3/15/2026", "2026-03-15"),
        ("until June", "2026-06-30"),
        ("through the 15th of June", "2026-06-15"),
        ("by Friday", "2026-02-13"),
        ("by 2030", "2030-12-31"),
        ("by year's end", "2026-12-31"),
        ("by the end of the fiscal year", "2026-06-30"),
        ("by FY27", "2027-06-30"),
        ("expires in June 2027", "2027-06-30"),
        ("due February 3rd", "2027-02-03"),
        ("within 90 days", "2026-05-11"),
        ("within the next 6 to 7 years", "2033-02-10"),
    ],
)
def test_a_deadline_is_resolved_to_its_last_day(said, day):
    assert days(said) == ("", day, True)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("next fiscal year", "2026-07-01", "2027-06-30"),
        ("this fiscal year", "2025-07-01", "2026-06-30"),
        ("fiscal year 2027", "2026-07-01", "2027-06-30"),
        ("FY 26", "2025-07-01", "2026-06-30"),
        ("in six months", "2026-08-10", "2026-08-10"),
        ("in a couple of years", "2028-02-10", "2028-02-10"),
        ("in 6 to 8 weeks", "2026-03-24", "2026-04-07"),
        ("over the next three years", "2026-02-10", "2029-02-10"),
        ("next Tuesday", "2026-02-17", "2026-02-17"),
        ("Tuesday", "2026-02-17", "2026-02-17"),
        ("tomorrow", "2026-02-11", "2026-02-11"),
        ("next week", "2026-02-16", "2026-02-22"),
        ("next month", "2026-03-01", "2026-03-31"),
        ("this fall", "2026-09-01", "2026-11-30"),
        ("in the fall", "2026-09-01", "2026-11-30"),
        ("this winter", "2025-12-01", "2026-02-28"),
        ("late summer", "2026-08-01", "2026-08-31"),
        ("spring of 2027", "2027-03-01", "2027-05-31"),
        ("in January", "2027-01-01", "2027-01-31"),
        ("February", "2026-02-01", "2026-02-28"),
        ("third quarter of 2026", "2026-07-01", "2026-09-30"),
        ("next quarter", "2026-04-01", "2026-06-30"),
        ("Q1", "2026-01-01", "2026-03-31"),
        ("in the first half of 2027", "2027-01-01", "2027-06-30"),
        ("early next year", "2027-01-01", "2027-04-30"),
        ("later this year", "2026-02-10", "2026-12-31"),
        ("the end of fiscal year 26", "2026-03-01", "2026-06-30"),
        ("in 2027", "2027-01-01", "2027-12-31"),
        ("starting July 1", "2026-07-01", ""),
        ("after the summer", "2026-09-01", ""),
        ("2026-03-31", "2026-03-31", "2026-03-31"),
    ],
)
def test_a_time_is_resolved_to_its_days_and_is_no_deadline(said, first, last):
    assert days(said) == (first, last, False)


@pytest.mark.parametrize(
    "said",
    ["", "soon", "in a few years", "before the ground freezes", "in the coming months", "June 31",
     "at the next meeting", "in 99999 years", "by the end of"],
)  # fmt: skip
def test_what_names_no_day_stays_unresolved(said):
    assert days(said) is None


def test_without_the_day_of_the_meeting_nothing_is_resolved():
    assert resolve("by July 1st 2026", said_on=None) is None


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (1, "2027-01-01", "2027-12-31"),
        (7, "2026-07-01", "2027-06-30"),
        (10, "2026-10-01", "2027-09-30"),
    ],
)
def test_a_fiscal_year_begins_where_the_jurisdiction_has_it(month, first, last):
    assert days("FY27", fiscal_start=month) == (first, last, False)


def test_an_unknown_fiscal_year_is_taken_to_begin_in_july_and_the_doubt_is_told():
    assert resolve("FY27", said_on=SAID_ON) == Due(date(2026, 7, 1), date(2027, 6, 30), doubt=DOUBT)
    assert resolve("FY27", said_on=SAID_ON, fiscal_start=7).doubt == ""
    assert resolve("by March", said_on=SAID_ON).doubt == ""


@pytest.mark.parametrize(
    "quote",
    [
        "The contract expires in June, so we go out to bid.",
        "Proposals are due in June.",
        "The deadline is in June and we are late.",
    ],
)
def test_words_before_a_time_make_it_a_deadline(quote):
    assert days("in June", quote=quote) == ("", "2026-06-30", True)
    assert days("in June", quote="We start in June.") == ("2026-06-01", "2026-06-30", False)
