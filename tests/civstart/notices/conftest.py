import pytest

from tests.civstart.notices import mail_server


@pytest.fixture(autouse=True)
def mail_server_refuses_all():
    mail_server.refused = set()
