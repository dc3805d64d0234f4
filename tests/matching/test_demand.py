"""Demand: needs that nobody serves, added up by category and place, each once."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from matching import byhand, demand, suggesting
from matching.demand import Asked
from matching.models import Abstention, Match, MatchPolicy, MatchRun
from signals.models import Signal
from tests import make
from tests.support.counting import queries

PAGE = reverse("admin:matching-demand")
TABLE = reverse("admin:matching-demand-table")


def place(name, state):
    return make.meeting(make.jurisdiction(name, state))


def unserved(signal, *, near=(), why="The best score is 30, and the bar is 45."):
    """A run that found nobody, as matching stores it."""
    run = MatchRun.objects.create(
        signal=signal,
        policy=MatchPolicy.objects.get(is_current=True),
        embedder="minilm-l6-v2-int8",
        best_score=30,
        near_misses=[
            {"startup": "pipewell", "score": 60.0, "missing": f"No {thing}.", "thing": thing}
            for thing in near
        ],
        started_at=timezone.now(),
    )
    nearest = [{"startup": "shiftwell", "score": 30.0}]
    Abstention.objects.create(
        run=run, signal=signal, bar=45, best_score=30, why=why, nearest=nearest
    )
    return run


def need(at=None, *, near=(), **fields):
    signal = make.signal(at_meeting=at or make.meeting(), status="approved", **fields)
    unserved(signal, near=near)
    return signal


def counts(rows):
    return {row.label: row.count for row in rows}


def test_a_need_that_matching_found_nobody_for_is_counted(db):
    make.unrelated_startup()
    signal = make.signal(status="approved")

    suggesting.for_signal(signal)

    found = demand.measure(Asked())
    assert (found.matched, found.unserved) == (1, 1)
    assert [signal.pk for signal in demand.listed(Asked())] == [signal.pk]


def test_a_need_that_somebody_serves_is_matched_and_not_counted(db):
    make.startup()

    suggesting.for_signal(make.signal(status="approved"))

    assert (demand.measure(Asked()).matched, demand.measure(Asked()).unserved) == (1, 0)


def test_needs_are_added_up_by_category_and_state(db):
    ohio, alabama = place("Fenwick", "OH"), place("Dunmore", "AL")
    for _ in range(2):
        need(ohio, category="public-safety")
    need(alabama, category="public-safety")
    need(alabama, category="transportation")

    found = demand.measure(Asked())

    assert [state.code for state in found.states] == ["AL", "OH"]
    assert [(line.label, line.count) for line in found.lines] == [
        ("Public safety", 3),
        ("Transportation", 1),
    ]
    assert [(cell.region, cell.count, cell.shade) for cell in found.lines[0].cells] == [
        ("AL", 1, 2),
        ("OH", 2, 4),
    ]
    assert counts(found.places) == {"Fenwick, OH": 2, "Dunmore, AL": 2}


def test_states_that_do_not_fit_on_the_page_are_added_up_beside_it(db, monkeypatch):
    monkeypatch.setattr(demand, "MOST_STATES", 1)
    ohio, alabama = place("Fenwick", "OH"), place("Dunmore", "AL")
    need(ohio)
    need(ohio)
    need(alabama)

    (line,) = demand.measure(Asked()).lines

    assert [cell.count for cell in line.cells] == [2]
    assert line.elsewhere == 1


def test_only_the_latest_run_of_a_signal_counts(db):
    signal = need(near=["SOC 2"])
    unserved(signal, near=["Serving Ohio"])

    found = demand.measure(Asked())

    assert found.unserved == 1
    assert counts(found.things) == {"Serving Ohio": 1}


def test_a_need_answered_since_is_not_counted(db):
    signal = need()
    make.match(signal)

    assert demand.measure(Asked()).unserved == 0


def test_a_need_that_staff_answered_by_hand_is_not_counted(sam):
    startup = make.startup()
    startup.service_regions.set([make.region("TX")])
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)
    assert demand.measure(Asked()).unserved == 1

    byhand.suggest(signal, startup, by=sam)

    assert demand.measure(Asked()).unserved == 0
    assert not demand.listed(Asked()).exists()
    assert run.abstention  # what the matching said is kept


def test_a_need_whose_match_was_withdrawn_and_that_has_nobody_now_is_counted(db):
    signal = make.signal(status="approved")
    match = make.match(signal)
    Match.objects.filter(pk=match.pk).update(status="withdrawn", withdrawn_at=timezone.now())
    unserved(signal)

    assert demand.measure(Asked()).unserved == 1


def test_a_withdrawn_signal_is_not_counted(db):
    signal = need()
    Signal.objects.filter(pk=signal.pk).update(status="rejected")

    assert (demand.measure(Asked()).matched, demand.measure(Asked()).unserved) == (0, 0)


def test_near_misses_are_counted_by_the_one_thing_missing(db):
    need(near=["SOC 2", "SOC 2", "Serving Ohio"])
    need(near=["SOC 2"])
    need()

    assert counts(demand.measure(Asked()).things) == {"SOC 2": 2, "Serving Ohio": 1}


def test_sums_that_were_named_are_told(db):
    need(amount=9_400_000)
    need(amount=None)

    assert demand.measure(Asked()).sums == {"count": 1, "most": 9_400_000}


def test_months_tell_how_many_of_the_matched_go_unserved(db):
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        need()
        make.match(make.signal(status="approved"))
        old = need()
        Signal.objects.filter(pk=old.pk).update(decided_at=datetime(2026, 1, 5, tzinfo=UTC))

        months = demand.measure(Asked(days=30)).months

    assert [(str(one.month)[:7], one.unserved, one.matched) for one in months if one.matched] == [
        ("2026-01", 1, 1),
        ("2026-11", 1, 2),
    ]
    assert (len(months), str(months[0].month), months[-1].share) == (11, "2026-01-01", 50)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(category="transportation"),
        Asked(region="AL"),
        Asked(kind="mandate"),
        Asked(strength=1),
        Asked(days=30),
    ],
)
def test_each_filter_leaves_out_what_is_not_asked_for(db, asked):
    wanted = need(place("Dunmore", "AL"), category="transportation", kind="mandate", strength=1)
    other = need(place("Fenwick", "OH"), category="public-safety", kind="need", strength=3)
    Signal.objects.filter(pk=other.pk).update(decided_at=timezone.now() - timedelta(days=40))

    assert [one.pk for one in demand.listed(asked)] == [wanted.pk]
    assert demand.measure(asked).unserved == 1


# --- The page ---------------------------------------------------------------------------------


def test_the_page_tells_the_needs_with_why_nobody_fits(as_sam):
    need(near=["SOC 2"])

    page = as_sam.get(PAGE)

    assert page.status_code == 200
    assert "fits 1 of 1 needs" in page.content.decode()
    assert "The best score is 30, and the bar is 45." in page.content.decode()
    assert "pipewell at 60 (No SOC 2.)" in page.content.decode()


def test_an_empty_page_says_what_will_be_here(as_sam):
    assert "Nothing to add up" in as_sam.get(PAGE).content.decode()


def test_a_page_where_everybody_is_served_says_so(as_sam):
    make.match()

    assert "Every need found somebody" in as_sam.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("category=dragons", "There is no category “dragons”"),
        ("region=XX&days=7", "There is no choice of days “7” and no state “XX”"),
        ("strength=9", "There is no strength “9”"),
        ("kind=<b>", "There is no kind “&lt;b&gt;”"),
    ],
)
def test_what_means_nothing_is_named_and_left_out(as_sam, query, said):
    need()

    page = as_sam.get(f"{PAGE}?{query}")

    assert page.status_code == 400
    assert said in page.content.decode()
    assert "fits 1 of 1 needs" in page.content.decode()


def test_a_page_number_past_the_end_shows_the_last_and_says_so(as_sam):
    need()

    page = as_sam.get(f"{PAGE}?page=99").content.decode()

    assert "There is no page 99; this is the last one, page 1." in page


@pytest.mark.parametrize("address", [PAGE, TABLE])
def test_the_pages_are_closed_to_startups_and_strangers(client, rita, address):
    assert client.get(address).status_code == 302
    client.force_login(rita)
    assert client.get(address).status_code == 403


def test_the_page_asks_as_often_for_many_needs_as_for_few(as_sam):
    for _ in range(2):
        need(near=["SOC 2"])
    few = queries(lambda: as_sam.get(PAGE))
    for state in ("AL", "OH", "TX", "WA"):
        for _ in range(5):
            need(place(f"Dunmore {state}", state), category="transportation", near=["SOC 2"])

    assert queries(lambda: as_sam.get(PAGE)) == few


def test_the_table_holds_all_of_it_and_no_formula(as_sam):
    signal = need(title="=HYPERLINK(1) wanted by the mayor", near=["SOC 2"])

    answer = as_sam.get(f"{TABLE}?days=all")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert answer["Content-Disposition"].startswith('attachment; filename="civstart-demand-')
    assert rows[0]["Title"] == "'=HYPERLINK(1) wanted by the mayor"
    assert rows[0]["Would fit but for"] == "pipewell: No SOC 2."
    assert rows[0]["Page"].endswith(f"/signals/{signal.public_id}/")


def test_a_table_of_what_means_nothing_is_refused(as_sam):
    answer = as_sam.get(f"{TABLE}?category=dragons")

    assert answer.status_code == 400
    assert "no category “dragons”" in answer.content.decode()


def test_the_page_names_who_came_near(as_sam):
    make.unrelated_startup()
    need()
    need(near=["SOC 2"])

    page = as_sam.get(PAGE).content.decode()

    assert "Nearest: Shiftwell at 30" in page
    assert "Near: pipewell at 60 (No SOC 2.)" in page  # it has left the directory
