"""Getting in and out."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from civstart.accounts import tasks
from civstart.accounts.models import User
from tests.conftest import signed_in

PASSWORD = "a-long-password-5"
SIGN_IN = reverse("account_login")
SIGN_OUT = reverse("account_logout")
SIGN_UP = reverse("account_signup")
HOME = reverse("home")
MISMATCH = "No account has this address and password. Check both."


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post(SIGN_IN, {"login": email, "password": password, **fields})


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_lets_a_person_in(client, rita):
    page = sign_in(client, rita.email)

    assert (page.status_code, page.url) == (302, HOME)
    assert is_in(client)


def test_an_address_may_be_typed_in_capitals(client, rita):
    sign_in(client, rita.email.upper())

    assert is_in(client)


def test_a_wrong_password_is_refused_and_says_so(client, rita):
    page = sign_in(client, rita.email, "not-her-password")

    assert page.status_code == 200
    assert MISMATCH in page.text
    assert not is_in(client)


def test_an_unknown_address_is_told_the_same_as_a_wrong_password(client, db):
    page = sign_in(client, "nobody@example.org")

    assert MISMATCH in page.text


def test_who_was_locked_out_stays_out(client, rita):
    rita.is_active = False
    rita.save()

    page = sign_in(client, rita.email)

    assert (page.status_code, page.url) == (302, reverse("account_inactive"))
    assert not is_in(client)


def test_who_is_locked_out_while_signed_in_is_sent_to_sign_in(as_rita, rita):
    rita.is_active = False
    rita.save()

    page = as_rita.get(HOME)

    assert (page.status_code, page.url) == (302, f"{SIGN_IN}?next={HOME}")


def test_a_person_lands_where_they_wanted_to_go(client, rita):
    wanted = reverse("signals")

    page = sign_in(client, rita.email, next=wanted)

    assert page.url == wanted


@pytest.mark.parametrize("trap", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_a_trap_in_the_address_is_not_followed(client, rita, trap):
    page = sign_in(client, rita.email, next=trap)

    assert page.url == HOME


def test_signing_out_closes_the_session(as_rita):
    page = as_rita.post(SIGN_OUT)

    assert (page.status_code, page.url) == (302, SIGN_IN)
    assert not is_in(as_rita)


def test_a_link_followed_by_a_robot_signs_nobody_out(as_rita):
    as_rita.get(SIGN_OUT)

    assert is_in(as_rita)


def test_nobody_signs_up_by_themselves(client, db):
    page = client.post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD})

    assert "by invitation" in page.text.lower()
    assert not User.objects.exists()


def test_old_sessions_are_cleared(rita):
    client = signed_in(rita)
    session = client.session
    session.set_expiry(-1)
    session.save()

    tasks.clear_old_sessions()

    assert not type(session)().exists(session.session_key)


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_inactive"]
)
def test_the_door_opens_to_everybody(client, db, name):
    assert client.get(reverse(name)).status_code == 200


def test_a_forgotten_password_is_mailed_a_link_that_works(client, rita, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": rita.email})

    (mail,) = mailoutbox
    link = next(word for word in mail.body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    new = "another-long-password-6"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    sign_in(client, rita.email, new)
    assert is_in(client)


def test_an_unknown_address_is_not_given_away_by_the_forgotten_password(client, db, mailoutbox):
    page = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    assert page.url == reverse("account_reset_password_done")


def test_an_address_is_confirmed_by_the_link_that_was_mailed_and_by_no_other(client, rita):
    address = EmailAddress.objects.create(user=rita, email=rita.email)
    key = EmailConfirmationHMAC.create(address).key

    asked = client.get(reverse("account_confirm_email", args=[key])).content.decode()
    other = client.get(reverse("account_confirm_email", args=["abc"])).content.decode()
    client.post(reverse("account_confirm_email", args=[key]))

    assert "<h1>Confirm your address</h1>" in asked
    assert rita.email in asked
    assert "<h1>This link is used up</h1>" in other
    address.refresh_from_db()
    assert address.verified


@pytest.mark.parametrize("email", ["Rita@Example.ORG", "rita@example.org"])
def test_nobody_is_made_with_capitals_in_their_address(db, email):
    user = User.objects.create_user(email, name="Rita")

    assert user.email == "rita@example.org"


def test_staff_of_the_command_line_get_the_staff_site(client, db):
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, name="Bo Boss")

    sign_in(client, boss.email)

    assert client.get(reverse("admin:index")).status_code == 200


def test_initials_are_of_the_first_and_last_name():
    assert User(name="Rita de la Founder").initials == "RF"
    assert User(name="Rita").initials == "R"
    assert User(email="rita@example.org").initials == "R"


def test_a_person_without_a_name_is_called_by_their_address():
    assert str(User(email="rita@example.org")) == "rita@example.org"
    assert str(User(email="rita@example.org", name="Rita Founder")) == "Rita Founder"
