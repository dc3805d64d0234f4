"""People and keys on the staff site."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from civstart.accounts.models import ApiKey, User
from tests import make

KEYS = reverse("admin:accounts_apikey_changelist")
NEW_KEY = reverse("admin:accounts_apikey_add")
NEW_USER = reverse("admin:accounts_user_add")


def new_key(client, owner, **fields):
    asked = {"name": "Nightly report", "user": owner.pk, "expires_at_0": "", "expires_at_1": ""}
    return client.post(NEW_KEY, asked | fields, follow=True)


def secret_on(page):
    found = re.search(r"The key is (civ_[\w-]+)\. Copy it now: it is not shown again\.", page.text)
    return found and found[1]


def test_a_new_key_is_shown_once_and_works(as_sam, rita, client):
    secret = secret_on(new_key(as_sam, rita))

    answer = client.get(reverse("api:signal-list"), headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    key = ApiKey.objects.get()
    assert key.user == rita
    assert secret not in as_sam.get(KEYS).text
    page = as_sam.get(reverse("admin:accounts_apikey_change", args=[key.pk]))
    assert secret not in page.text


def test_a_new_key_may_expire(as_sam, rita):
    new_key(as_sam, rita, expires_at_0="2099-01-01", expires_at_1="00:00:00")

    assert ApiKey.objects.get().expires_at.year == 2099


def test_changing_a_key_keeps_its_secret(as_sam, rita):
    new_key(as_sam, rita)
    key = ApiKey.objects.get()

    page = as_sam.post(
        reverse("admin:accounts_apikey_change", args=[key.pk]),
        {"name": "Weekly report", "user": rita.pk, "expires_at_0": "", "expires_at_1": ""},
        follow=True,
    )

    changed = ApiKey.objects.get()
    assert (changed.name, changed.digest) == ("Weekly report", key.digest)
    assert secret_on(page) is None


def test_staff_revoke_keys_and_read_how_many_it_was(as_sam, rita, stranger):
    live, _ = ApiKey.issue(rita, name="One")
    other, _ = ApiKey.issue(stranger, name="Two")

    page = as_sam.post(
        KEYS, {"action": "revoke", "_selected_action": [live.pk, other.pk]}, follow=True
    )
    again = as_sam.post(KEYS, {"action": "revoke", "_selected_action": [live.pk]}, follow=True)

    assert "Revoked 2 keys. Programs are refused from now on." in page.text
    assert "Revoked 0 keys." in again.text
    assert not ApiKey.objects.live().exists()


def test_who_may_only_look_at_keys_does_not_revoke_them(client, rita):
    viewer = make.user("Val Viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(viewer)
    key, _ = ApiKey.issue(rita, name="One")

    page = client.post(KEYS, {"action": "revoke", "_selected_action": [key.pk]}, follow=True)

    assert page.status_code == 200
    assert ApiKey.objects.live().exists()


def test_keys_are_revoked_and_never_deleted(as_sam, rita):
    key, _ = ApiKey.issue(rita, name="One")

    page = as_sam.post(reverse("admin:accounts_apikey_delete", args=[key.pk]), {"post": "yes"})

    assert page.status_code == 403
    assert ApiKey.objects.filter(pk=key.pk).exists()


def test_staff_add_a_person_and_the_address_is_kept_in_lower_case(as_sam):
    page = as_sam.post(
        NEW_USER,
        {
            "email": "Nina@Example.org",
            "name": "Nina New",
            "usable_password": "true",
            "password1": "a-long-password-5",
            "password2": "a-long-password-5",
        },
    )

    nina = User.objects.get(email="nina@example.org")
    assert page.status_code == 302
    assert nina.check_password("a-long-password-5")
    assert not nina.is_staff


@pytest.mark.parametrize(
    ("email", "complaint"),
    [
        ("taken@example.org", "Somebody already signs in with this address."),
        ("nonsense", "Enter a valid email address."),
    ],
)
def test_an_address_that_cannot_be_is_explained(as_sam, email, complaint):
    User.objects.create_user("taken@example.org", name="Tom Taken")
    asked = {"email": email, "name": "Nina", "usable_password": "false"}

    page = as_sam.post(NEW_USER, asked)

    assert page.status_code == 200
    assert complaint in page.text


@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("model", ["user", "apikey"])
def test_the_lists_and_forms_open(as_sam, rita, model, page):
    ApiKey.issue(rita, name="One")

    assert as_sam.get(reverse(f"admin:accounts_{model}_{page}")).status_code == 200


def test_the_page_of_a_person_opens(as_sam, rita):
    page = as_sam.get(reverse("admin:accounts_user_change", args=[rita.pk]))

    assert page.status_code == 200
    assert rita.email in page.text


@pytest.mark.parametrize("path", [KEYS, NEW_KEY, NEW_USER])
def test_startups_do_not_get_in(as_rita, path):
    assert as_rita.get(path).status_code == 403


def test_staff_without_the_right_do_not_issue_keys(client, rita, db):
    helper = make.user("Hal Helper", is_staff=True)
    client.force_login(helper)

    assert new_key(client, rita).status_code == 403
    assert not ApiKey.objects.exists()
