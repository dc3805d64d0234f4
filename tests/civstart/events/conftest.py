import pytest
from django_q.models import OrmQ

from civstart.accounts.models import User
from civstart.events.models import Event
from civstart.places.models import Region
from startups.models import Startup
from tests import make
from tests.civstart.events import kettle


@pytest.fixture(autouse=True)
def cold_kettle():
    kettle.ran.clear()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The database without a transaction around the test, as threads and other processes see it.

    Only what the tests here make is removed afterwards: emptying all tables takes half a second,
    and loses the rows that migrations made. A test before this may have done just that.
    """
    with django_db_blocker.unblock():
        make.what_migrations_write()
        yield
        for model in (Event, OrmQ, Startup, User):
            model.objects.all().delete()
        Region.objects.filter(code__in=kettle.REGIONS).delete()
