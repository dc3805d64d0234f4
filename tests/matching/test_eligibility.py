"""What a startup must have before its score counts, and who lacks just one thing."""

import pytest

from matching import suggesting
from matching.eligibility import Demands
from matching.models import Match, MatchRun
from startups.models import Startup
from tests import make

LEAKS = "We must find the leaks in our cast-iron water mains before winter."


def signal(words, **fields):
    return make.signal(status="approved", quote=f"{LEAKS} {words}", **fields)


def missing(words, startup):
    return Demands(signal(words)).missing(Startup.objects.with_profile().get(pk=startup.pk))


def test_a_startup_that_serves_another_state_is_a_near_miss_that_says_so(db):
    make.startup().service_regions.add(make.region("AL"))

    run = suggesting.for_signal(signal(""))

    assert not Match.objects.exists()
    (near,) = run.near_misses
    assert (near["startup"], near["missing"]) == ("leakwise", "It does not serve Ohio.")
    assert run.abstention.why.startswith("No startup that comes near is eligible")


def test_who_lacks_two_things_is_no_near_miss(db):
    make.startup().service_regions.add(make.region("AL"))

    run = suggesting.for_signal(signal("The vendor must have SOC 2."))

    assert run.near_misses == []


@pytest.mark.parametrize(
    ("words", "certificate"),
    [
        ("Whoever we choose must have SOC 2.", "SOC 2"),
        ("A SOC2 report is required of the vendor.", "SOC 2"),
        ("It needs to be CJIS compliant.", "CJIS"),
        ("We require the vendor to be a certified DBE.", "DBE"),
    ],
)
def test_a_certificate_that_is_demanded_must_be_in_the_profile(db, words, certificate):
    without, with_it = make.startup("Leakwise"), make.startup("Leaksure")
    with_it.products.update(description=f"Listening kits. We hold {certificate}.")

    assert missing(words, without) == [
        f"Its profile does not say that it has {certificate}, which is demanded."
    ]
    assert missing(words, with_it) == []


@pytest.mark.parametrize(
    "words", ["The old vendor had SOC 2.", "We must talk about maybe. It would be nice.", ""]
)
def test_a_certificate_that_is_only_mentioned_is_not_demanded(db, words):
    assert missing(words, make.startup()) == []


def test_where_only_small_businesses_are_asked_large_ones_are_out(db):
    small, large = make.startup("Small", team_size=20), make.startup("Large", team_size=900)
    words = "This is a small business set-aside, so the vendor must be one."

    assert missing(words, small) == []
    assert missing(words, large) == ["Only small businesses are asked, and it has 900 people."]


@pytest.mark.parametrize(
    "words",
    [
        "Leakwise has failed us again.",
        "We use Leakwise today. It does not work and everybody is frustrated.",
        "We want to replace Leakwise.",
    ],
)
def test_the_vendor_they_complain_about_is_out(db, words):
    assert missing(words, make.startup("Leakwise")) == ["It is the vendor they complain about."]


@pytest.mark.parametrize(
    "words",
    [
        "Leakwise found thirty leaks for our neighbours.",
        "The mains failed again. Nobody was frustrated. The county then asked Leakwise.",
        "The leakwise thing to do is to replace them.",
    ],
)
def test_a_vendor_that_is_only_named_is_not_out(db, words):
    assert missing(words, make.startup("Leakwise")) == []


def test_near_misses_stand_in_the_admin(as_sam):
    make.startup().service_regions.add(make.region("AL"))
    suggesting.for_signal(signal(""))

    page = as_sam.get(f"/staff/matching/matchrun/{MatchRun.objects.get().pk}/change/")

    assert "It does not serve Ohio." in page.content.decode()


def test_a_run_of_before_parts_were_kept_stands_in_the_admin(as_sam):
    suggesting.for_signal(signal(""))
    MatchRun.objects.update(fitting=[{"startup": "leakwise", "score": 72.5}])

    page = as_sam.get(f"/staff/matching/matchrun/{MatchRun.objects.get().pk}/change/")

    assert "leakwise at 72.5" in page.content.decode()
