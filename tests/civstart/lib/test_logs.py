"""What is written of requests, and what is not."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from civstart.lib import logs
from signals.models import SavedSearch


@pytest.fixture(params=[True, False], ids=["readable", "machine"])
def written(request):
    """What is written to the log, as people or as machines read it."""
    chosen = logs.config(readable=request.param, level="INFO", secrets_after=settings.SECRETS_AFTER)
    logging.config.dictConfig(chosen)
    (handler,) = logging.getLogger().handlers[-1:]
    lines = io.StringIO()
    handler.setStream(lines)
    yield lines
    logging.getLogger().removeHandler(handler)
    logging.config.dictConfig(settings.LOGGING)


@pytest.fixture
def saved(rita):
    return SavedSearch.objects.create(
        user=rita, name="All", query="kind=need", feed_serial=1, feed_made_at=timezone.now()
    )


def test_the_secret_of_a_feed_that_is_off_is_not_written(saved, written):
    token = saved.feed_token
    SavedSearch.objects.update(feed_made_at=None)

    assert Client().get(f"/feeds/{token}/signals.atom").status_code == 404

    assert "/feeds/[withheld]/signals.atom" in written.getvalue()
    assert token not in written.getvalue()


def test_the_secret_of_a_feed_is_not_written_when_it_fails(saved, written, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(f"no way to /feeds/{saved.feed_token}/deadlines.ics")

    monkeypatch.setattr("signals.calendars.calendar", fail)

    answer = Client(raise_request_exception=False).get(f"/feeds/{saved.feed_token}/deadlines.ics")

    assert answer.status_code == 500
    assert "RuntimeError" in written.getvalue()
    assert "/feeds/[withheld]/deadlines.ics" in written.getvalue()
    assert saved.feed_token not in written.getvalue()


def test_other_loggers_withhold_it_too_and_keep_the_rest(written):
    logging.getLogger("elsewhere").warning("GET %s", "/feeds/0190-1:AbC_d/deadlines.ics?a=1 end")

    assert "GET /feeds/[withheld]/deadlines.ics?a=1 end" in written.getvalue()
    if written.getvalue().startswith("{"):
        assert json.loads(written.getvalue())["level"] == "warning"


def test_the_key_of_a_new_password_is_not_written(db, written):
    logging.getLogger("elsewhere").warning("/accounts/password/reset/key/4-abcdef/")

    assert "/accounts/password/reset/key/[withheld]/" in written.getvalue()
