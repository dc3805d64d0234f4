"""How far a need has come, by the words. Every sentence is invented."""

from datetime import date

import pytest

from signals import stages


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ("The RFP will go out in January.", "pre-rfp"),
        ("We are going to put out a request for proposals this fall.", "pre-rfp"),
        ("Staff is drafting the RFP for the new system.", "pre-rfp"),
        ("We plan to go out to bid in the spring.", "pre-rfp"),
        ("An RFP in the first quarter is what we hope for.", "pre-rfp"),
        ("The RFP closes Friday.", "rfp-out"),
        ("We issued a request for qualifications last week.", "rfp-out"),
        ("The RFQ is out and bids are due on March 3.", "rfp-out"),
        ("We received four proposals and will look at them.", "vendor-review"),
        ("The selection committee meets on Monday.", "vendor-review"),
        ("Two firms were shortlisted for the cameras.", "vendor-review"),
        ("I move to award the contract to Plumbtrace.", "award"),
        (
            "Authorize the mayor to enter into a three-year contract with Leakwise.",
            "award",
        ),
        ("The bid was awarded to the low cost firm.", "award"),
        ("Our contract for the software expires in June.", "renewal"),
        ("This is the renewal of the agreement for body cameras.", "renewal"),
        ("I have four hundred and twelve thousand in the request for leaks.", "budget-request"),
        ("We are asking for $90,000 for a study.", "budget-request"),
        ("We requested two million dollars in the capital budget.", "budget-request"),
        ("The pumps are budgeted for next year.", "budgeted"),
        ("Council appropriated $300,000 for the sensors.", "budgeted"),
        ("We were awarded a federal grant for the chargers.", "budgeted"),
        ("We sat down with two utilities that listen to their pipes.", "exploring"),
        ("We want to pilot it on one street.", "exploring"),
        ("A feasibility study of the bridge", "exploring"),
        ("Third break on Depot Street since Thanksgiving.", "need"),
        ("Our dispatch system drops calls.", "need"),
    ],
)
def test_the_stage_is_told_by_the_words(said, stage):
    assert stages.of(said) == stage


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        ("need", "need"),
        ("community", "need"),
        ("mandate", "need"),
        ("initiative", "exploring"),
        ("budget", "budget-request"),
        ("procurement", "pre-rfp"),
    ],
)
def test_without_telling_words_the_kind_tells(kind, stage):
    assert stages.of("Pumps for the water plant.", kind=kind) == stage


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("award a three-year contract to Leakwise", date(2029, 11, 12)),
        ("award the contract for a term of five years", date(2031, 11, 12)),
        ("award an 18-month agreement", date(2028, 5, 12)),
        ("the agreement is awarded for two years", date(2028, 11, 12)),
        ("award the contract through June 30, 2028", date(2028, 6, 30)),
        ("award the contract, which runs until February 2028", date(2028, 2, 29)),
        ("award the lease through 2030", date(2030, 12, 31)),
        ("award the contract to Leakwise", None),
        ("award a contract to a thirty-year-old company", None),
        ("award a many-year contract", None),
    ],
)
def test_a_named_term_dates_the_renewal(said, until):
    assert stages.renewal_on(said, from_day=date(2026, 11, 12)) == until


def test_a_month_is_not_longer_than_it_is():
    assert stages.renewal_on("a three-month contract", from_day=date(2026, 11, 30)) == date(
        2027, 2, 28
    )
