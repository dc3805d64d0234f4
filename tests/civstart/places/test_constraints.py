import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from civstart.places.models import Jurisdiction, Region
from tests import make


def test_an_open_civic_data_id_names_one_place(db):
    place = make.jurisdiction()

    with pytest.raises(IntegrityError, match="places_jurisdiction_ocd_id"):
        Jurisdiction.objects.create(ocd_id=place.ocd_id, name="Other", region=place.region)


def test_a_postal_code_names_one_state(db):
    with pytest.raises(IntegrityError, match="places_region_code"):
        Region.objects.create(code="OH", name="Other")


def test_a_state_with_places_stays(db):
    place = make.jurisdiction()

    with pytest.raises(ProtectedError):
        place.region.delete()
