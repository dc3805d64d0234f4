"""Light, dark, or as the system has it."""

import pytest
from django.urls import reverse

THEME = reverse("theme")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_choice_is_kept_and_shown(as_rita, theme):
    page = as_rita.post(THEME, {"theme": theme, "next": reverse("signals")}, follow=True)

    assert page.request["PATH_INFO"] == reverse("signals")
    assert as_rita.cookies["theme"].value == theme
    assert f'data-theme="{theme}"' in page.text


def test_the_choice_of_the_system_forgets_the_other(as_rita):
    as_rita.post(THEME, {"theme": "dark"})

    page = as_rita.post(THEME, {"theme": "system"}, follow=True)

    assert as_rita.cookies["theme"].value == ""
    assert "data-theme" not in page.text


def test_a_made_up_theme_in_the_cookie_is_ignored(as_rita):
    as_rita.cookies["theme"] = '"><script>'

    page = as_rita.get(reverse("signals"))

    assert "data-theme" not in page.text


def test_who_is_not_signed_in_chooses_too(client, db):
    page = client.post(THEME, {"theme": "dark", "next": reverse("account_login")}, follow=True)

    assert 'data-theme="dark"' in page.text


@pytest.mark.parametrize(
    "trap",
    [
        "https://evil.example/",
        "//evil.example/",
        "http:///evil.example",
        "javascript:x",
        "\\\\e",
        "",
    ],
)
def test_a_trap_in_the_address_is_not_followed(client, db, trap):
    page = client.post(THEME, {"theme": "dark", "next": trap})

    assert page.url == "/"


def test_a_link_followed_by_a_robot_changes_nothing(client, db):
    assert client.get(THEME).status_code == 405
