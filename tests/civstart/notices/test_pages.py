"""Notices as people see them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from civstart.events import outbox
from civstart.notices import telling
from civstart.notices.models import Notice
from signals import review
from tests import make

ALL = reverse("notices")
BELL = reverse("bell")
READ = reverse("notices-read")


def tell(person, text="A need fits."):
    event = outbox.record("kettle.sang", subject=make.user())
    telling.tell([person], because=event, text=text, url="/signals/")


def count_on(page):
    """Return the number on the bell of the page; 0 without one."""
    found = re.search(r'class="bell-count"[^>]*>(\d+\+?)<', page.text)
    return found[1] if found else 0


def test_what_happened_while_a_person_was_away_is_there_when_they_sign_in(sam, rita, client, react):
    signal = make.signal()
    review.approve(signal, by=sam)
    react()

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        client.post(
            reverse("account_login"), {"login": rita.email, "password": "a-long-password-5"}
        )
        page = client.get(ALL)

    assert signal.title in page.text
    assert reverse("signal", args=[signal.public_id]) in page.text
    assert count_on(page) == "1"


def test_the_bell_counts_what_is_unread(as_rita, rita):
    tell(rita)
    tell(rita)

    assert count_on(as_rita.get(ALL)) == "2"
    assert count_on(as_rita.get(BELL)) == "2"


def test_without_notices_the_bell_shows_no_number(as_rita):
    assert count_on(as_rita.get(BELL)) == 0


def test_more_than_99_are_99_and_more(as_rita, rita):
    for _ in range(100):
        tell(rita)

    assert count_on(as_rita.get(BELL)) == "99+"


def test_reading_all_clears_the_bell_and_keeps_the_notices(as_rita, rita):
    tell(rita)

    page = as_rita.post(READ, follow=True)

    assert count_on(page) == 0
    assert "A need fits." in page.text
    assert Notice.objects.get().read_at


def test_reading_all_keeps_the_time_of_what_was_read_before(as_rita, rita):
    tell(rita)
    as_rita.post(READ)
    first = Notice.objects.get().read_at

    as_rita.post(READ)

    assert Notice.objects.get().read_at == first


def test_reading_mine_leaves_those_of_others(as_rita, rita, stranger):
    tell(rita)
    tell(stranger)

    as_rita.post(READ)

    assert Notice.objects.unread().get().user == stranger


def test_a_link_followed_by_a_robot_reads_nothing(as_rita, rita):
    tell(rita)

    assert as_rita.get(READ).status_code == 405
    assert Notice.objects.unread().count() == 1


def test_nobody_sees_what_others_are_told(as_stranger, rita):
    tell(rita, "For Rita only.")

    page = as_stranger.get(ALL)

    assert "For Rita only." not in page.text
    assert count_on(page) == 0


@pytest.mark.parametrize("path", [ALL, BELL])
def test_the_pages_are_closed_to_who_is_not_signed_in(client, db, path):
    page = client.get(path)

    assert (page.status_code, page.url) == (302, f"{reverse('account_login')}?next={path}")


def test_a_text_is_never_markup(as_rita, rita):
    tell(rita, "<script>alert(1)</script>")

    page = as_rita.get(ALL)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_a_hundred_notices_cost_no_more_queries_than_one(
    as_rita, rita, django_assert_max_num_queries
):
    for _ in range(100):
        tell(rita)

    with django_assert_max_num_queries(6):
        as_rita.get(ALL)


@pytest.mark.parametrize("model", ["notice", "mail"])
def test_staff_see_what_people_were_told(as_sam, rita, sam, react, model):
    review.approve(make.signal(), by=sam)
    react()
    notice = rita.notices.get()
    row = {"notice": notice, "mail": notice.mail}[model]

    listed = as_sam.get(reverse(f"admin:notices_{model}_changelist"))
    opened = as_sam.get(reverse(f"admin:notices_{model}_change", args=[row.pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)
    assert "Acoustic leak detection" in listed.text
