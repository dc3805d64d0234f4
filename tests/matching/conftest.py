"""What tests of matching share."""

import pytest

from matching import judging, suggesting
from tests import make
from tests.support.pinecone import pinecone, waited

__all__ = ["pinecone", "waited"]


@pytest.fixture
def judged(sam):
    """A need that one startup answers, and one that none does, both judged."""
    good, barber = make.startup(), make.unrelated_startup()
    leaks = make.signal(status="approved")
    fair = make.signal(
        "Barbers for the annual fair in May",
        quote="we want somebody to run the barbers' tent at the annual fair",
        summary="",
        status="approved",
    )
    for signal in (leaks, fair):
        suggesting.for_signal(signal)
    judging.judge(leaks, good, grade=3, by=sam, note="Just this")
    for startup in (good, barber):
        judging.judge(fair, startup, grade=0, by=sam)
    return leaks, fair
