import pytest

from startups.models import CaseStudy, Product, Tag
from tests import make
from tests.support.counting import queries


@pytest.fixture
def pipewise(db):
    return make.startup("Pipewise", website="https://www.pipewise.example/", pilot_price=25000)


def test_the_profile_shows_all_it_says(as_rita, pipewise):
    pipewise.tags.add(Tag.objects.create(name="water"))
    pipewise.service_regions.add(make.region("OH"))

    shown = as_rita.get("/startups/pipewise/").content.decode()

    assert "<h1>Pipewise</h1>" in shown
    assert pipewise.one_liner in shown
    assert "Night listener" in shown
    assert "Fenwick Heights" in shown
    assert "Water loss fell from 19 to 11 percent." in shown
    assert 'href="https://www.pipewise.example/"' in shown
    assert "$25,000" in shown
    assert "water" in shown
    assert "Ohio" in shown


def test_an_empty_profile_says_what_is_missing(as_rita):
    make.unrelated_startup()

    shown = as_rita.get("/startups/shiftwell/").content.decode()

    assert "None listed." in shown
    assert "No case studies." in shown
    assert "All of them." in shown


def test_only_the_own_profile_is_called_so(as_rita, pipewise):
    own = as_rita.get("/startups/leakwise/").content.decode()
    other = as_rita.get("/startups/pipewise/").content.decode()

    assert "Your profile, as staff and the matching read it" in own
    assert "Your profile, as staff and the matching read it" not in other


def test_the_short_address_leads_to_the_own_profile(as_rita):
    assert as_rita.get("/profile/").url == "/startups/leakwise/"


def test_who_has_no_startup_is_told_how_to_get_in(as_stranger):
    assert "You do not belong to a startup yet" in as_stranger.get("/profile/").content.decode()


def test_an_inactive_startup_is_not_there_for_others(as_rita):
    make.startup("Pipewise", is_active=False)

    assert as_rita.get("/startups/pipewise/").status_code == 404


def test_an_inactive_startup_is_there_for_its_members(as_rita, rita):
    rita.startups.update(is_active=False)

    answer = as_rita.get("/profile/", follow=True)

    assert answer.status_code == 200
    assert "Leakwise" in answer.content.decode()


@pytest.mark.parametrize("slug", ["nobody", "a%00b", "%D0%B6", "x" * 5000])
def test_an_address_of_no_startup_is_not_found(as_rita, slug):
    assert as_rita.get(f"/startups/{slug}/").status_code == 404


def test_the_page_asks_as_often_for_a_long_profile(as_rita, pipewise):
    few = queries(lambda: as_rita.get("/startups/pipewise/"))
    for number in range(20):
        Product.objects.create(startup=pipewise, name=f"Product {number}", description="It helps.")
        CaseStudy.objects.create(
            startup=pipewise, customer=f"City {number}", region=make.region("AL"), summary="Done."
        )
        pipewise.tags.add(Tag.objects.create(name=f"tag {number}"))

    many = queries(lambda: as_rita.get("/startups/pipewise/"))

    assert many == few <= 20
