"""Feeds and calendars for programs that cannot sign in, and the table to download."""

import csv
import io
import re
from datetime import date, timedelta

import feedparser
import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from signals import export
from signals.models import SavedSearch, Signal
from tests import make
from tests.signals.test_signals_page import approved
from tests.support import many
from tests.support.counting import queries


@pytest.fixture
def saved(rita):
    return SavedSearch.objects.create(
        user=rita,
        name="Budgets",
        query="kind=budget",
        feed_serial=1,
        feed_made_at=timezone.now(),
    )


def atom(saved):
    return Client().get(f"/feeds/{saved.feed_token}/signals.atom")


def calendar(saved):
    return Client().get(f"/feeds/{saved.feed_token}/deadlines.ics")


def test_a_feed_reader_reads_the_feed_without_signing_in(saved):
    signal = approved("Pumps & <valves>")
    approved("Roof", kind="need")

    answer = atom(saved)

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "CivStart: Budgets"
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{signal.public_id}"
    assert entry.title == "Marlow Falls, OH: Pumps & <valves>"
    assert entry.link.endswith(f"/signals/{signal.public_id}/")
    assert make.QUOTE in entry.summary
    assert entry.updated_parsed and entry.published_parsed and entry.author


def test_the_feed_tells_what_it_costs_and_when_it_is_due(saved):
    approved(amount=40_000, amount_kind="yearly", due_by=date(2027, 3, 31), due_is_deadline=True)
    approved("Without either", amount=None)

    bare, entry = feedparser.parse(atom(saved).content).entries

    assert "$40,000 a year named." in entry.summary
    assert "Due by 31 Mar 2027." in entry.summary
    assert "named." not in bare.summary and "Due" not in bare.summary


def test_a_feed_finds_by_the_kind_of_the_amount(saved):
    SavedSearch.objects.update(query="amount_kind=yearly")
    approved("Each year", amount_kind="yearly")
    approved("Once", amount_kind="one-off")

    (entry,) = feedparser.parse(atom(saved).content).entries

    assert entry.title.endswith("Each year")


def test_the_feed_has_the_newest_hundred(saved):
    meeting = make.meeting()
    for number in range(105):
        approved(f"Pump {number:03}", at_meeting=meeting)

    feed = feedparser.parse(atom(saved).content)

    assert len(feed.entries) == 100
    assert feed.entries[0].title.endswith("Pump 104")


def test_a_feed_that_did_not_change_is_not_sent_again(saved):
    approved()
    first = atom(saved)

    again = Client().get(
        f"/feeds/{saved.feed_token}/signals.atom", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304


def test_a_feed_is_written_once_until_anything_happens(saved):
    approved("Pumps")
    first = queries(lambda: atom(saved))
    assert queries(lambda: atom(saved)) < first

    approved("Valves")

    titles = [entry.title for entry in feedparser.parse(atom(saved).content).entries]
    assert titles == ["Marlow Falls, OH: Valves", "Marlow Falls, OH: Pumps"]


def test_a_feed_says_its_new_name_at_once(saved):
    approved()
    atom(saved)

    SavedSearch.objects.update(name="Money")

    assert feedparser.parse(atom(saved).content).feed.title == "CivStart: Money"


def test_the_feed_withholds_what_startups_do_not_see(saved):
    signal = approved("Pumps for Jane Roe")
    Signal.objects.filter(pk=signal.pk).update(hidden={"title": [[10, 18, "name"]]})

    shown = atom(saved).content.decode()

    assert "Jane Roe" not in shown
    assert "[name withheld]" in shown


@pytest.mark.parametrize("kind", ["signals.atom", "deadlines.ics"])
@pytest.mark.parametrize("token", ["x", "a:b", "0190c1d2-1:AAAA", "%00", "é" * 40, "a" * 5000])
def test_a_broken_token_is_answered_with_a_sentence(saved, kind, token):
    answer = Client().get(f"/feeds/{token}/{kind}")

    assert answer.status_code == 404
    assert "not, or no longer, the address of a feed" in answer.content.decode()


def test_an_altered_token_is_refused(saved, rita):
    other = SavedSearch.objects.create(
        user=rita, name="Other", query="kind=need", feed_serial=1, feed_made_at=timezone.now()
    )
    forged = saved.feed_token.replace(saved.public_id.hex, other.public_id.hex)

    assert Client().get(f"/feeds/{forged}/signals.atom").status_code == 404


def test_a_feed_is_made_renewed_and_revoked_on_the_page(as_rita, rita):
    as_rita.post("/saved/new/?kind=budget", {"name": "Budgets", "tell": "page"})
    found = rita.saved_searches.get()
    assert found.feed_token == ""

    shown = as_rita.post(f"/saved/{found.public_id}/feed/", follow=True).content.decode()
    first = rita.saved_searches.get()
    assert f"/feeds/{first.feed_token}/signals.atom" in shown
    assert atom(first).status_code == 200

    as_rita.post(f"/saved/{found.public_id}/feed/")
    second = rita.saved_searches.get()
    assert (atom(first).status_code, atom(second).status_code) == (404, 200)

    as_rita.post(f"/saved/{found.public_id}/revoke/")
    assert atom(second).status_code == 404


def test_the_feed_ends_with_the_account(saved, rita):
    rita.is_active = False
    rita.save()

    answer = atom(saved)

    assert answer.status_code == 404
    assert "This feed was turned off." in answer.content.decode()


def test_the_feed_of_a_broken_search_says_what_is_gone(saved):
    lost = "0190c1d2-0000-7000-8000-000000000000"
    SavedSearch.objects.update(query=f"place={lost}", place_names={lost: "Lost Creek, OH"})

    answer = atom(saved)

    assert answer.status_code == 410
    assert "Lost Creek, OH is no longer among our places" in answer.content.decode()


def test_the_feed_asks_as_often_for_fifty_as_for_five(saved):
    meeting = make.meeting()
    for _ in range(5):
        approved(at_meeting=meeting)
    atom(saved)
    cache.clear()
    few = queries(lambda: atom(saved))
    for _ in range(45):
        approved(at_meeting=meeting)

    cache.clear()
    assert queries(lambda: atom(saved)) == few <= 8


# --- Calendar ----------------------------------------------------------------------------------


def test_a_calendar_program_reads_the_deadlines(saved):
    day = timezone.now().date() + timedelta(days=20)
    signal = approved("Pumps; valves, and all", due_by=day, due_is_deadline=True)
    approved("No day", timeframe="before winter")
    approved("Past", due_by=date(2020, 1, 1), due_is_deadline=True)

    answer = calendar(saved)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    read = icalendar.Calendar.from_ical(answer.content)
    (event,) = read.walk("VEVENT")
    assert read["VERSION"] == "2.0" and read["PRODID"]
    assert event["UID"] == f"{signal.public_id}@civstart"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (day, day + timedelta(days=1))
    assert event["SUMMARY"] == "Marlow Falls, OH: Pumps; valves, and all"
    assert event.decoded("DTSTAMP").tzinfo is not None


def test_the_calendar_keeps_the_rules_of_rfc_5545(saved):
    approved(
        "Pumps; valves, " + "ü" * 90,
        due_by=timezone.now().date() + timedelta(days=90),
        due_is_deadline=True,
        quote="A quote\nof two lines; with a comma, and a backslash \\ at the end of it all",
    )

    raw = calendar(saved).content

    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    unfolded = raw.replace(b"\r\n ", b"").decode()
    assert "Pumps\\; valves\\, " in unfolded
    assert "of two lines\\; with a comma\\, and a backslash \\\\ at" in unfolded
    assert re.search(r"^DTSTART;VALUE=DATE:\d{8}\r$", unfolded, re.M)


@pytest.mark.parametrize(
    "title",
    [
        "Short",
        "a" * 190,
        "水" * 100,
        "🚰" * 60 + ", and; more \\ of it",
        "é" * 33 + "\\n is no line's end",
        "two\nlines, one odd\x1b sign",
    ],
)
def test_another_program_writes_and_reads_the_same_calendar(saved, title):
    approved(title, due_by=timezone.now().date() + timedelta(days=9), due_is_deadline=True)

    read = icalendar.Calendar.from_ical(calendar(saved).content)

    (event,) = read.walk("VEVENT")
    assert event["SUMMARY"] == "Marlow Falls, OH: " + title.replace("\x1b", "")
    again = icalendar.Calendar.from_ical(read.to_ical())
    assert again == read and not event.errors


# --- Table -------------------------------------------------------------------------------------


def table(client, question=None):
    answer = client.get("/signals/table.csv", question or {})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return answer, list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_what_the_list_shows_in_its_order(as_rita):
    approved("Pumps", amount=1)
    approved("Valves, and more", amount=2)
    approved("Roof", kind="need")

    answer, rows = table(as_rita, {"kind": "budget", "order": "-amount"})

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [(row["Title"], row["Amount"]) for row in rows] == [
        ("Valves, and more", "2.00"),
        ("Pumps", "1.00"),
    ]
    assert rows[0]["Quote"] == make.QUOTE
    assert rows[0]["Place"] == "Marlow Falls, OH"
    assert rows[0]["Second"] == "4450"


def test_the_table_tells_the_kind_of_the_amount_and_the_days(as_rita):
    days = {"due_from": date(2027, 1, 1), "due_by": date(2027, 3, 31)}
    approved("Season", amount_kind="yearly", **days)
    approved("Deadline", amount=None, due_by=date(2027, 3, 31), due_is_deadline=True)

    _, (deadline, season) = table(as_rita)

    names = ("Amount kind", "Due from", "Due by", "Deadline")
    assert [season[name] for name in names] == ["Yearly", "2027-01-01", "2027-03-31", ""]
    assert [deadline[name] for name in names] == ["", "", "2027-03-31", "2027-03-31"]


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =1+1", '=HYPERLINK("https://evil.example")'],
)
def test_no_cell_is_a_formula(as_rita, words):
    approved(f"{words} for pumps", timeframe=words)

    _, rows = table(as_rita)

    for cell in rows[0].values():
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))
    assert rows[0]["Title"] == f"'{words} for pumps"


def test_the_table_withholds_what_startups_do_not_see(as_rita):
    signal = approved("Pumps for Jane Roe")
    Signal.objects.filter(pk=signal.pk).update(hidden={"title": [[10, 18, "name"]]})

    _, rows = table(as_rita)

    assert rows[0]["Title"] == "Pumps for [name withheld]"


def test_the_table_is_streamed_and_bounded(as_rita, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    meeting = make.meeting()
    for number in range(5):
        approved(f"Pump {number}", at_meeting=meeting)

    answer, rows = table(as_rita)

    assert answer.streaming
    assert len(rows) == 3


def test_the_head_of_the_table_leaves_before_anything_is_looked_for(as_rita):
    approved("Pumps")
    plain = queries(lambda: as_rita.get("/signals/table.csv"))
    found = []
    asked = queries(lambda: found.append(as_rita.get("/signals/table.csv", {"q": "pumps"})))
    lines = iter(found[0])

    assert asked == plain
    assert queries(lambda: next(lines)) == 0
    assert next(lines).startswith(b"Pumps,")


@pytest.mark.parametrize("question", [{}, {"q": "pumps"}, {"q": "need", "order": "-amount"}])
def test_the_table_goes_on_in_order_after_the_first_rows(as_rita, question):
    made = many.signals(export.FIRST + 20)

    _, rows = table(as_rita, question)

    titles = [row["Title"] for row in rows]
    assert len(titles) == len(set(titles)) == len(made)
    assert titles == [one.title for one in reversed(made)]


@pytest.mark.parametrize("happens", ["approved", "withdrawn"])
def test_what_is_decided_while_the_table_is_sent_shifts_no_row(as_rita, monkeypatch, happens):
    monkeypatch.setattr(export, "FIRST", 3)
    meeting = make.meeting()
    made = [approved(f"Pump {number}", at_meeting=meeting) for number in range(6)]
    lines = iter(as_rita.get("/signals/table.csv"))

    begun = [next(lines) for _ in range(3)]
    if happens == "approved":
        approved("Pump 6", at_meeting=meeting)
    else:
        Signal.objects.filter(pk=made[-1].pk).update(
            status="pending", decided_at=None, decided_by=None
        )

    titles = [line.decode().split(",")[0] for line in [*begun, *lines]]
    known = [title for title in titles[1:] if title != "Pump 6"]
    assert known == [one.title for one in reversed(made)]


def test_a_table_of_filters_that_cannot_be_used_leads_back_to_them(as_rita):
    answer = as_rita.get("/signals/table.csv", {"kind": "wish"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/signals/?kind=wish"


def test_the_table_is_for_who_signed_in(db):
    assert Client().get("/signals/table.csv").status_code == 302
