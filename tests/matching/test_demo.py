"""The demo, loaded once for all these tests, after a first try that was cut short."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from civstart.accounts.models import User
from civstart.events.models import Delivery
from civstart.notices.models import Notice
from matching.demo import loading
from matching.models import Abstention, Judgement, Match
from signals import finding
from signals.models import Evaluation, Evidence, Review, Signal, Transcript
from startups.models import Startup
from tests.support import tables

SHORTEST = timedelta(minutes=25).total_seconds()


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    """Load the demo upon the beginning of another; what it stored is taken back afterwards."""
    finding.extractor.cache_clear()
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load_people()
        loading.load_startups()
        yield load("--if-empty")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def db(said):
    """Stands in for the database of a single test: these share the one the demo was loaded into."""


def test_a_demo_that_was_cut_short_is_completed(said):
    assert "City Council of Marlow Falls, OH" in said
    assert Transcript.objects.count() == 3


def test_there_are_three_long_meetings_of_three_formats(said):
    assert set(Transcript.objects.values_list("format", flat=True)) == {"webvtt", "srt", "turns"}
    assert all(text.duration_seconds >= SHORTEST for text in Transcript.objects.all())


def test_something_is_found_in_each_meeting(said):
    for text in Transcript.objects.all():
        assert text.meeting.signals.exists(), text.file_name


def test_every_quote_stands_word_for_word_in_its_segment(said):
    for piece in Evidence.objects.select_related("segment"):
        assert piece.segment.text[piece.first : piece.last] == piece.quote


def test_there_is_a_directory_of_startups(said):
    assert 35 <= Startup.objects.count() <= 60


def test_some_signals_are_approved_and_others_wait(said):
    assert Signal.objects.approved().exists()
    assert Signal.objects.pending().exists()
    assert Review.objects.count() == Signal.objects.exclude(status="pending").count()


def test_approved_signals_have_matches_or_the_answer_that_none_fits(said):
    for signal in Signal.objects.approved():
        assert signal.matches.exists() or signal.abstentions.exists(), signal.title
    assert Match.objects.exists()
    assert Abstention.objects.exists()


def test_members_were_told(said):
    assert Notice.objects.exists()
    assert all(notice.user.memberships.exists() for notice in Notice.objects.all())


def test_nothing_is_left_for_a_worker(said):
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()


def test_nothing_of_the_demo_breaks_a_rule_the_database_keeps(said):
    connection.check_constraints()


def test_the_people_of_the_demo_can_sign_in(said):
    people = [row["email"] for rows in loading.contents("people.json").values() for row in rows]

    for email in people:
        assert User.objects.get(email=email).check_password(loading.PASSWORD)


def test_the_pages_of_the_demo_open(said):
    for email, page in (("staff", "/staff/"), ("members", "/")):
        client = Client()
        client.force_login(
            User.objects.get(email=loading.contents("people.json")[email][0]["email"])
        )

        assert client.get(page).status_code == 200


def test_what_staff_judged_is_of_signals_and_startups_there_are(said):
    rows = loading.contents("judgements.json")

    for row in rows:
        assert Signal.objects.approved().filter(heard__contains=row["said"]).count() == 1, row
        assert set(row["grades"].values()) <= {0, 1, 2, 3}
    assert Judgement.objects.count() == sum(len(row["grades"]) for row in rows)


def test_matching_is_measured_by_what_staff_judged(said):
    made = Evaluation.objects.get()
    client = Client()
    client.force_login(User.objects.filter(is_staff=True).first())

    page = client.get("/staff/matching/evaluation/")

    assert (made.what, made.status, made.starter) == ("judgements", "done", "a command")
    assert made.about["labels"] == len(loading.contents("judgements.json"))
    assert f"{made.about['labels']} needs and {made.about['pairs']} judged pairs" in page.text


def test_loading_it_twice_changes_nothing(said):
    before = tables.counts()
    approved = set(Signal.objects.approved().values_list("pk", flat=True))

    load()

    after = tables.counts()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {}
    assert set(Signal.objects.approved().values_list("pk", flat=True)) == approved


def test_a_site_that_has_its_demo_is_left_alone(said):
    assert load("--if-empty") == ""
