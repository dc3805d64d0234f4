"""Programs prove who they are with a key."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from civstart.accounts.models import ApiKey
from tests import make

SIGNALS = reverse("api:signal-list")
REFUSED = "This API key is unknown, revoked or expired. Ask staff for a new one."


@pytest.fixture
def issued(stranger):
    """A key with its secret."""
    return ApiKey.issue(stranger, name="Nightly report")


def ask(client, secret, scheme="Bearer"):
    return client.get(SIGNALS, headers={"Authorization": f"{scheme} {secret}"})


def assert_refused(answer):
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "client_error",
        "errors": [{"code": "authentication_failed", "detail": REFUSED, "attr": None}],
    }


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_key_opens_the_api(client, issued, scheme):
    _, secret = issued

    assert ask(client, secret, scheme).status_code == 200


def test_without_a_key_the_api_is_closed(client, db):
    answer = client.get(SIGNALS)

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


@pytest.mark.parametrize("secret", ["civ_unknown", "", "é" * 9, "x" * 5000])
def test_an_unknown_key_is_refused(client, issued, secret):
    assert_refused(ask(client, secret))


def test_a_revoked_key_is_refused(client, issued):
    key, secret = issued
    key.revoked_at = timezone.now()
    key.save()

    assert_refused(ask(client, secret))


def test_a_key_is_refused_from_the_moment_it_expires(client, issued):
    key, secret = issued
    key.expires_at = timezone.now() + timedelta(days=1)
    key.save()
    assert ask(client, secret).status_code == 200

    with time_machine.travel(key.expires_at):
        assert_refused(ask(client, secret))


def test_the_key_of_a_person_who_was_locked_out_is_refused(client, issued, stranger):
    _, secret = issued
    stranger.is_active = False
    stranger.save()

    assert_refused(ask(client, secret))


def test_only_a_digest_of_the_secret_is_stored(issued):
    key, secret = issued

    stored = [str(value) for value in ApiKey.objects.values().get().values()]
    assert secret.startswith("civ_")
    assert not any(secret in value for value in stored)
    assert key.start == secret[:10]


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(client, issued):
    key, secret = issued
    first = timezone.now()
    uses = []

    for seconds in (0, 59, 61):
        with time_machine.travel(first + timedelta(seconds=seconds), tick=False):
            ask(client, secret)
        key.refresh_from_db()
        uses.append((key.last_used_at - first).total_seconds())

    assert uses == [0, 0, 61]


def test_a_refused_key_is_not_noted_as_used(client, issued):
    key, secret = issued
    key.revoked_at = timezone.now()
    key.save()

    ask(client, secret)

    key.refresh_from_db()
    assert key.last_used_at is None


def test_a_key_reads_no_more_than_its_person_may(client, issued):
    _, secret = issued
    waiting = make.signal()

    rows = ask(client, secret).json()["results"]

    assert str(waiting.public_id) not in str(rows)
