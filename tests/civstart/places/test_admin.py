"""Places on the staff site."""

import pytest
from django.urls import reverse

from civstart.places.models import Jurisdiction
from tests import make


def test_staff_add_a_place(as_sam):
    page = as_sam.post(
        reverse("admin:places_jurisdiction_add"),
        {
            "ocd_id": "ocd-division/country:us/state:oh/place:newton",
            "name": "Newton",
            "kind": "city",
            "region": make.region().pk,
        },
    )

    assert page.status_code == 302
    assert Jurisdiction.objects.named("Newton, OH")


@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("model", ["jurisdiction", "region"])
def test_the_lists_and_forms_open(as_sam, model, page):
    make.jurisdiction()

    assert as_sam.get(reverse(f"admin:places_{model}_{page}")).status_code == 200


def test_a_place_is_searched_for_by_its_state(as_sam):
    make.jurisdiction("Newton", "OH")
    make.jurisdiction("Fenwick", "AL")

    page = as_sam.get(reverse("admin:places_jurisdiction_changelist"), {"q": "AL"})

    assert "Fenwick" in page.text
    assert "Newton" not in page.text


def test_startups_do_not_get_in(as_rita):
    assert as_rita.get(reverse("admin:places_jurisdiction_changelist")).status_code == 403
