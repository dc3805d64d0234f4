"""What the database refuses of people, whatever the code does."""

import pytest
from django.db import IntegrityError

from civstart.accounts.models import ApiKey, User
from tests import make


def test_an_address_is_stored_in_lower_case_or_not_at_all(db):
    user = make.user()

    with pytest.raises(IntegrityError, match="user_email_is_lower_case"):
        User.objects.filter(pk=user.pk).update(email="Rita@example.org")


def test_an_address_belongs_to_one_person(db):
    user = make.user()

    with pytest.raises(IntegrityError, match="accounts_user_email"):
        User.objects.create_user(user.email.upper(), name="Somebody else")


def test_two_keys_never_have_the_same_secret(db):
    user = make.user()
    key, _ = ApiKey.issue(user, name="One")

    with pytest.raises(IntegrityError, match="accounts_apikey_digest"):
        ApiKey.objects.create(user=user, name="Two", start=key.start, digest=key.digest)
