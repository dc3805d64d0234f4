"""Legistar: agendas and minutes of a client's meetings, through all the ways it fails."""

import json
from datetime import UTC, datetime

import pytest
import time_machine

from integrations.legistar import events
from signals.models import Meeting, MeetingDocument, Upload
from signals.sources import polling
from tests.fakes.server import Reply
from tests.support import papers

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def meeting(legistar, day="2026-11-12", body="City Council", **fields):
    agenda = legistar.file(f"{len(legistar.events)}_A.pdf", papers.pdf(f"Agenda of {day}"))
    return legistar.event(day, body, EventAgendaFile=agenda, **fields)


def test_agenda_and_minutes_become_documents_of_the_meeting(legistar, from_legistar, react):
    minutes = legistar.file("M.pdf", papers.pdf("Minutes", "The mains were discussed."))
    meeting(legistar, EventMinutesFile=minutes, EventVideoPath="https://video.example/7")

    run = polling.poll(from_legistar.pk)
    react()

    held = Meeting.objects.get()
    assert (run.looked_at_count, run.new_count, run.error) == (2, 2, "")
    assert (held.body.name, str(held.held_on)) == ("City Council", "2026-11-12")
    assert held.video_url == "https://video.example/7"
    assert sorted(document.kind for document in held.documents.all()) == ["agenda", "minutes"]
    assert MeetingDocument.objects.get(kind="minutes").pages[1] == "The mains were discussed."


def test_each_body_has_its_own_meeting(legistar, from_legistar, react):
    meeting(legistar, body="City Council")
    meeting(legistar, body="Mayor's Committee on Water")

    polling.poll(from_legistar.pk)
    react()

    assert Meeting.objects.count() == 2


def test_a_source_of_one_body_asks_for_that_body_alone(legistar, from_legistar):
    meeting(legistar, body="City Council")
    meeting(legistar, body="Mayor's Committee on Water")
    from_legistar.body = "Mayor's Committee on Water"
    from_legistar.save()

    run = polling.poll(from_legistar.pk)

    assert run.looked_at_count == 1
    assert Upload.objects.get().body == "Mayor's Committee on Water"


def test_only_the_last_two_months_and_the_next_are_asked_for(legistar, from_legistar):
    for day in ("2026-08-01", "2026-10-01", "2026-12-10", "2027-02-01"):
        meeting(legistar, day)

    assert polling.poll(from_legistar.pk).looked_at_count == 2


def test_all_pages_are_read(legistar, from_legistar, monkeypatch):
    monkeypatch.setattr(events, "EVENTS_AT_ONCE", 2)
    for day in range(1, 6):
        meeting(legistar, f"2026-11-0{day}")

    assert polling.poll(from_legistar.pk).looked_at_count == 5


def test_nothing_is_fetched_twice_until_it_is_published_anew(legistar, from_legistar):
    event = meeting(legistar, EventAgendaLastPublishedUTC="2026-11-10T17:00:00")
    polling.poll(from_legistar.pk)
    same = polling.poll(from_legistar.pk, asked=True)
    event["EventAgendaLastPublishedUTC"] = "2026-11-11T09:00:00"
    event["EventAgendaFile"] = legistar.file("0_A.pdf", papers.pdf("Agenda, revised"))

    anew = polling.poll(from_legistar.pk, asked=True)

    assert (same.new_count, anew.new_count) == (0, 1)


def test_no_events_is_no_error(legistar, from_legistar):
    run = polling.poll(from_legistar.pk)

    from_legistar.refresh_from_db()
    assert (run.looked_at_count, run.error, from_legistar.failures) == (0, "", 0)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(403, b"Token is required"), "answered with 403 Forbidden"),
        (Reply(500, b"{}"), "answered with 500"),
        (Reply(200, b"<html>Sign in</html>"), "no list of events"),
        (Reply(200, b'{"Message": "An error has occurred."}'), "no list of events"),
        (Reply(200, b"[1, 2]"), "no list of events"),
        (Reply(200, b"[" * 100_000), "no list of events"),
        (Reply(302, headers={"Location": "https://elsewhere.example/"}), "has moved to"),
    ],
)
def test_errors_of_the_service_are_told_and_make_it_rarer(legistar, from_legistar, reply, words):
    legistar.instead = reply

    run = polling.poll(from_legistar.pk)

    from_legistar.refresh_from_db()
    assert words in run.error
    assert from_legistar.failures == 1


def test_a_client_that_legistar_does_not_know_is_told(legistar, from_legistar):
    from_legistar.address = "sprigfield"
    from_legistar.save()

    assert "sprigfield/events answered with 500" in polling.poll(from_legistar.pk).error


@pytest.mark.parametrize("name", ["", "a/b", "../v2/x", "a b", "a?b"])
def test_a_name_that_is_no_client_is_refused_before_asking(legistar, from_legistar, name):
    from_legistar.address = name
    from_legistar.save()

    assert "is no name of a Legistar client" in polling.poll(from_legistar.pk).error
    assert legistar.served.asked == []


@pytest.mark.parametrize(
    "fields",
    [{"EventDate": None}, {"EventDate": "soon"}, {"EventBodyName": None}, {"EventAgendaFile": 7}],
)
def test_events_with_something_missing_are_passed_over(legistar, from_legistar, fields):
    rows = [{**meeting(legistar), **fields}]
    legistar.instead = Reply(body=json.dumps(rows).encode())

    assert polling.poll(from_legistar.pk).looked_at_count == 0
