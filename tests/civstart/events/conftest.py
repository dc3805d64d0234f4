import pytest

from tests.civstart.events import kettle


@pytest.fixture(autouse=True)
def cold_kettle():
    kettle.ran.clear()
