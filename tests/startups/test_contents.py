"""What a profile holds, read for many at once."""

import pytest

from startups.models import Startup
from tests import make
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def startups():
    """Two with a product, a case and a state, and one with nothing."""
    found = [make.startup("Leakwise"), make.startup("Pipewise")]
    for one in found:
        one.service_regions.set([make.region("TX"), make.region("OH")])
        one.tags.create(name=f"{one.slug}-pipes")
        one.tags.create(name=f"{one.slug}-leaks")
    Startup.objects.create(slug="bare", name="Bare", one_liner="", description="")


def test_they_are_what_the_rows_of_each_startup_say(startups):
    read = Startup.objects.order_by("pk").with_contents()

    assert [one.contents for one in read] == [
        one.contents for one in Startup.objects.order_by("pk").with_profile()
    ]
    first, bare = read[0].contents, read[-1].contents
    assert first.tags == ["leakwise-leaks", "leakwise-pipes"]
    assert first.products and first.cases
    assert list(first.regions.values()) == ["Ohio", "Texas"]
    assert (bare.tags, bare.products, bare.cases, bare.regions) == ([], [], [], {})


def test_many_are_read_by_as_many_queries_as_one(startups):
    assert queries(lambda: Startup.objects.filter(slug="leakwise").with_contents()) == 5
    assert queries(lambda: Startup.objects.with_contents()) == 5
    read = Startup.objects.with_contents()
    assert queries(lambda: [one.contents for one in read]) == 0
