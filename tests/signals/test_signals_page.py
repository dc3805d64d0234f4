from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from signals.models import Signal
from tests import make
from tests.support.counting import queries

PAGE = "/signals/"


def approved(title="New pumps for the plant", **fields):
    return make.signal(title, status="approved", **fields)


def titles(answer):
    """Return the titles of the rows, as the page's context has them and the page shows them."""
    assert answer.status_code == 200
    found = [signal.title for signal in answer.context["page"]]
    shown = answer.content.decode()
    assert all(title in shown for title in found)
    return found


def test_the_page_shows_what_was_approved(as_rita):
    signal = approved("Finding leaks in old mains")

    answer = as_rita.get(PAGE)

    shown = answer.content.decode()
    assert titles(answer) == ["Finding leaks in old mains"]
    assert f'href="/signals/{signal.public_id}/"' in shown
    assert signal.quote in shown
    assert "Marlow Falls, OH" in shown
    assert "$412,000" in shown


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_what_is_not_approved_is_not_shown(as_rita, status):
    make.signal("A hidden need", status=status)

    answer = as_rita.get(PAGE)

    assert titles(answer) == []
    assert "A hidden need" not in answer.content.decode()


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_staff_see_only_approved_signals_here_too(as_sam, status):
    make.signal("A hidden need", status=status)

    assert titles(as_sam.get(PAGE)) == []


def test_a_page_without_signals_says_why(as_rita):
    assert "No signal is approved yet." in as_rita.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "words",
    ["pumps", "PUMP", "pumping plant", '"pumps for the plant"', "pumps -library", "pumps or roof"],
)
def test_words_find_what_says_them(as_rita, words):
    approved("New pumps for the plant")
    approved("A new roof for the library", quote="The library has had rain in it since August")

    found = titles(as_rita.get(PAGE, {"q": words}))

    assert "New pumps for the plant" in found
    assert ("A new roof for the library" in found) == ("or roof" in words)


def test_words_are_found_in_title_summary_and_quote(as_rita):
    approved("One title word", summary="Nothing.", quote="Nothing was said of it at all here")
    approved("Another", summary="A summary word.", quote="Nothing was said of it at all here")
    approved("A third", summary="Nothing.", quote="Somebody said a spoken word at the end of it")

    assert titles(as_rita.get(PAGE, {"q": "title"})) == ["One title word"]
    assert titles(as_rita.get(PAGE, {"q": "summary"})) == ["Another"]
    assert titles(as_rita.get(PAGE, {"q": "spoken"})) == ["A third"]


def test_words_in_another_script_are_found(as_rita):
    approved("Новые насосы для станции")
    approved("New pumps for the plant")

    assert titles(as_rita.get(PAGE, {"q": "насосы"})) == ["Новые насосы для станции"]


@pytest.mark.parametrize(
    "words",
    [
        "-",
        '"',
        '"unbalanced',
        "or",
        "- or -",
        "& | ! ( ) : * <->",
        "'; DROP TABLE signals_signal; --",
        "\\",
        "%_",
        "the of and",
        "漏水",
        "💧",
        "\u202e",
        "x" * 300,
        "<script>alert(1)</script>",
    ],
)
def test_strange_searches_find_nothing_and_break_nothing(as_rita, words):
    approved()

    answer = as_rita.get(PAGE, {"q": words})

    assert titles(answer) == []
    assert "No signal says this yet" in answer.content.decode()


@pytest.mark.parametrize("words", ["x" * 301, "x" * 10_000, "leak\0"])
def test_searches_that_cannot_be_used_are_explained(as_rita, words):
    approved()

    answer = as_rita.get(PAGE, {"q": words})

    assert titles(answer) == []
    assert "These filters cannot be used" in answer.content.decode()


@pytest.fixture
def three(db):
    """Three signals that differ in all that can be filtered."""
    alabama = make.jurisdiction("Piney Bend", "AL")
    return [
        approved("Pumps", at_meeting=make.meeting(held_on=date(2026, 5, 1)), strength=1),
        approved(
            "Roof",
            at_meeting=make.meeting(alabama, held_on=date(2026, 6, 1)),
            kind="need",
            strength=2,
            amount=None,
        ),
        approved(
            "Permits",
            at_meeting=make.meeting(held_on=date(2026, 7, 1)),
            category="planning-permitting",
            amount=Decimal(900_000),
        ),
    ]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ({"kind": "need"}, {"Roof"}),
        ({"kind": ["need", "budget"]}, {"Roof", "Pumps", "Permits"}),
        ({"category": "planning-permitting"}, {"Permits"}),
        ({"state": "AL"}, {"Roof"}),
        ({"state": "oh"}, {"Pumps", "Permits"}),
        ({"state": "WA"}, set()),
        ({"strength": "2"}, {"Roof", "Permits"}),
        ({"strength": "3"}, {"Permits"}),
        ({"amount_from": "500000"}, {"Permits"}),
        ({"amount_from": "1"}, {"Pumps", "Permits"}),
        ({"said_from": "2026-06-01"}, {"Roof", "Permits"}),
        ({"said_to": "2026-06-01"}, {"Pumps", "Roof"}),
        ({"said_from": "2026-05-15", "said_to": "2026-06-15"}, {"Roof"}),
        ({"state": "OH", "strength": "3", "q": "permits"}, {"Permits"}),
        ({"state": "OH", "kind": "need"}, set()),
        ({"nothing": "like this"}, {"Pumps", "Roof", "Permits"}),
        ({"state": "", "q": "", "amount_from": ""}, {"Pumps", "Roof", "Permits"}),
    ],
)
def test_filters_narrow_the_list(as_rita, three, question, answers):
    assert set(titles(as_rita.get(PAGE, question))) == answers


def test_one_place_can_be_chosen(as_rita, three):
    place = three[1].jurisdiction

    answer = as_rita.get(PAGE, {"place": place.public_id})

    assert titles(answer) == ["Roof"]
    assert "Piney Bend, AL" in answer.content.decode()


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "wish"},
        {"category": "poetry"},
        {"strength": "9"},
        {"amount_from": "much"},
        {"amount_from": "NaN"},
        {"amount_from": "1e999999"},
        {"said_from": "yesterday"},
        {"said_to": "2026-13-45"},
        {"place": "Marlow Falls"},
        {"state": "O\0"},
        {"order": "beauty"},
    ],
)
def test_a_filter_of_an_unknown_value_is_explained(as_rita, three, question):
    answer = as_rita.get(PAGE, question)

    assert titles(answer) == []
    assert "These filters cannot be used" in answer.content.decode()


def test_the_newest_comes_first(as_rita):
    for day, title in ((3, "Third"), (1, "First"), (2, "Second")):
        signal = approved(title)
        Signal.objects.filter(pk=signal.pk).update(decided_at=timezone.now().replace(day=day))

    assert titles(as_rita.get(PAGE)) == ["Third", "Second", "First"]


def test_the_largest_amount_comes_first_and_none_named_last(as_rita, three):
    assert titles(as_rita.get(PAGE, {"order": "-amount"})) == ["Permits", "Pumps", "Roof"]


def test_the_strongest_comes_first(as_rita, three):
    assert titles(as_rita.get(PAGE, {"order": "-strength"})) == ["Permits", "Roof", "Pumps"]


def test_the_list_is_totalled(as_rita, three):
    shown = as_rita.get(PAGE).content.decode()

    assert "<b>3 signals</b>" in shown
    assert "in 2 places, $1.3 million named" in shown


@pytest.fixture
def forty_five(db):
    meeting = make.meeting()
    for number in range(45):
        approved(f"Need {number:02}", at_meeting=meeting)


@pytest.mark.parametrize("order", ["", "-strength", "-amount"])
def test_the_pages_together_hold_each_signal_once(as_rita, forty_five, order):
    pages = [titles(as_rita.get(PAGE, {"page": page, "order": order})) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in page}) == 45


def test_a_page_past_the_end_shows_the_last(as_rita, forty_five):
    assert len(titles(as_rita.get(PAGE, {"page": 99}))) == 5


@pytest.mark.parametrize("page", ["abc", "0", "-1", "1.5", "9" * 5000, "\0", "٢"])
def test_a_page_of_an_odd_number_is_answered(as_rita, forty_five, page):
    assert titles(as_rita.get(PAGE, {"page": page}))


def test_links_to_other_pages_keep_the_filters(as_rita, forty_five):
    shown = as_rita.get(PAGE, {"state": "OH"}).content.decode()

    assert 'href="?state=OH&amp;page=2"' in shown


def test_htmx_is_sent_the_results_alone(as_rita):
    approved("Finding leaks in old mains")

    answer = as_rita.get(PAGE, headers={"HX-Request": "true"})

    shown = answer.content.decode()
    assert "Finding leaks in old mains" in shown
    assert "<html" not in shown
    assert "HX-Request" in answer.headers["Vary"]


def test_the_page_asks_as_often_for_forty_rows_as_for_two(as_rita):
    meeting = make.meeting()
    for _ in range(2):
        approved(at_meeting=meeting)
    few = queries(lambda: as_rita.get(PAGE))
    for _ in range(38):
        approved(at_meeting=meeting)

    many = queries(lambda: as_rita.get(PAGE))

    assert many == few <= 14
