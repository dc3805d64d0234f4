from io import StringIO

import pytest
from django.core.management import call_command

from tests import make
from tests.support import tables


def need_of_another_town():
    make.signal(place=make.jurisdiction("Piney Bend", "AL"))


@pytest.mark.parametrize("own", [make.startup, need_of_another_town])
def test_a_site_with_rows_of_its_own_is_left_alone(db, own):
    own()
    before = tables.counts()
    out = StringIO()

    call_command("demo", "--if-empty", stdout=out)

    assert out.getvalue() == ""
    assert tables.counts() == before
