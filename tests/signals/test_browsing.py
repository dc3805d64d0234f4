"""Facets, search by meaning, order and what is left to do when nothing is found."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from matching import embedding, meaning
from signals import browsing, editing
from signals.models import Signal
from tests import make
from tests.signals.test_signals_page import PAGE, approved, titles
from tests.support.counting import queries

COUNTED = (
    *("kind", "category", "stage", "strength", "state", "place"),
    *("amount", "amount_kind", "said"),
)


def facet(answer, name):
    """Return the counts of a facet by value, as the page shows them."""
    (found,) = (one for one in answer.context["browsed"].facets if one.name == name)
    return {option.value: option.count for option in [*found.options, *found.more]}


@pytest.fixture
def four(db):
    """Four signals that differ in all that is counted."""
    today = timezone.now().date()
    alabama = make.jurisdiction("Piney Bend", "AL")
    ohio = make.meeting(held_on=today - timedelta(days=3))
    old = make.meeting(alabama, held_on=today - timedelta(days=200))
    return [
        approved("Pumps", at_meeting=ohio, strength=1, amount=Decimal(20_000), stage="exploring"),
        approved(
            "Valves",
            at_meeting=ohio,
            strength=3,
            stage="rfp-out",
            amount=Decimal(50_000),
            amount_kind="yearly",
        ),
        approved("Roof", at_meeting=old, kind="need", strength=2, amount=None),
        approved(
            "Permits",
            at_meeting=old,
            category="planning-permitting",
            amount=Decimal(3_000_000),
            amount_kind="up-to",
        ),
    ]


def test_each_facet_counts_what_its_choices_would_show(as_rita, four):
    answer = as_rita.get(PAGE)

    assert facet(answer, "kind") == {
        "need": 1, "initiative": 0, "budget": 3, "procurement": 0, "mandate": 0, "community": 0,
    }  # fmt: skip
    assert facet(answer, "category") == {"water-utilities": 3, "planning-permitting": 1}
    assert facet(answer, "stage") == {"need": 2, "exploring": 1, "rfp-out": 1}
    assert facet(answer, "strength") == {"": 4, "2": 3, "3": 2}
    assert facet(answer, "state") == {"OH": 2, "AL": 2}
    assert set(facet(answer, "place").values()) == {2}
    assert facet(answer, "amount") == {"to-50k": 1, "50k-250k": 1, "from-1m": 1, "none": 1}
    assert facet(answer, "amount_kind") == {"yearly": 1, "up-to": 1}
    assert facet(answer, "said") == {"": None, "7": 2, "30": 2, "90": 2, "365": 4}


def test_a_facet_keeps_the_counts_of_what_else_could_be_chosen(as_rita, four):
    answer = as_rita.get(PAGE, {"kind": "need"})

    assert titles(answer) == ["Roof"]
    assert facet(answer, "kind")["budget"] == 3
    assert facet(answer, "state") == {"AL": 1}
    assert facet(answer, "amount") == {"none": 1}


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ({"stage": "rfp-out"}, {"Valves"}),
        ({"stage": ["rfp-out", "exploring"]}, {"Valves", "Pumps"}),
        ({"state": ["OH", "AL"]}, {"Pumps", "Valves", "Roof", "Permits"}),
        ({"amount": "none"}, {"Roof"}),
        ({"amount": ["to-50k", "from-1m"]}, {"Pumps", "Permits"}),
        ({"amount": "50k-250k"}, {"Valves"}),
        ({"amount_kind": ["yearly", "up-to"], "state": "OH"}, {"Valves"}),
        ({"amount_from": "20000", "amount_to": "50000"}, {"Pumps", "Valves"}),
        ({"said": "7"}, {"Pumps", "Valves"}),
        ({"said": "365", "strength": "2", "amount": "none"}, {"Roof"}),
        ({"stage": "rfp-out", "state": "AL"}, set()),
    ],
)
def test_facets_combine(as_rita, four, question, answers):
    assert set(titles(as_rita.get(PAGE, question))) == answers


def test_the_counts_agree_with_what_each_choice_shows(as_rita, four):
    for question in ({"kind": "budget"}, {"state": "AL"}, {"amount": "none", "said": "365"}):
        answer = as_rita.get(PAGE, question)
        for name in (
            "kind",
            "category",
            "stage",
            "strength",
            "state",
            "place",
            "amount",
            "amount_kind",
            "said",
        ):
            for value, count in facet(answer, name).items():
                if value and count is not None:
                    alone = as_rita.get(PAGE, question | {name: value})
                    assert alone.context["page"].paginator.count == count, (question, name, value)


def test_a_filter_in_use_is_a_chip_that_takes_away_only_itself(as_rita, four):
    answer = as_rita.get(PAGE, {"state": ["OH", "AL"], "kind": "budget", "page": "1"})

    chips = {chip.label: chip.query for chip in answer.context["browsed"].chips}
    assert chips == {
        "Budget": "?state=OH&state=AL",
        "Ohio": "?state=AL&kind=budget",
        "Alabama": "?state=OH&kind=budget",
    }


def test_a_place_in_use_is_called_by_its_name(as_rita, four):
    place = four[2].jurisdiction

    answer = as_rita.get(PAGE, {"place": str(place.public_id)})

    assert [chip.label for chip in answer.context["browsed"].chips] == ["Piney Bend, AL"]


def test_an_empty_page_says_what_to_loosen_and_how_much_that_finds(as_rita, four):
    answer = as_rita.get(PAGE, {"kind": "need", "state": "OH", "q": "roof"})

    ways = [(way.label, way.count) for way in answer.context["browsed"].ways_on]
    assert titles(answer) == []
    assert ways == [("Ohio", 1)]
    assert "Drop “Ohio”" in answer.content.decode()


def test_an_empty_page_offers_the_words_alone(as_rita, four):
    question = {"kind": "mandate", "state": "AL", "q": "pumps"}

    shown = as_rita.get(PAGE, question).content.decode()

    assert "Search “pumps” alone</a><span>1 signal</span>" in shown
    assert "alone</a>" not in as_rita.get(PAGE, question | {"q": "zeppelin"}).content.decode()


def test_an_empty_page_offers_the_filters_without_the_words(as_rita, four):
    answer = as_rita.get(PAGE, {"kind": "need", "q": "zeppelin"})

    assert "Drop “zeppelin”" in answer.content.decode()


@pytest.mark.parametrize("words", ["- | & !", "the of and", '"" -', "()"])
def test_a_search_without_a_word_is_told_so(as_rita, four, words):
    shown = as_rita.get(PAGE, {"q": words}).content.decode()

    assert "The search holds no word to look for" in shown


@pytest.mark.parametrize("words", ["تسرب المياه", "漏水检测", "утечка воды", "ไฟฟ้า"])
def test_a_search_in_another_script_is_answered(as_rita, four, words):
    answer = as_rita.get(PAGE, {"q": words})

    assert titles(answer) == []
    assert "No signal says this yet" in answer.content.decode()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"state": "ZZ"}, "No state is called ZZ; write it as OH."),
        ({"place": "0190c1d2-0000-7000-8000-000000000000"}, "No place is known by"),
        ({"stage": "dreaming"}, "Select a valid choice."),
        ({"amount": "a-lot"}, "Select a valid choice."),
        ({"said": "8"}, "Select a valid choice."),
        ({"state": ["OH"] * 61}, "61 are chosen; choose at most 60."),
    ],
)
def test_a_choice_that_does_not_exist_is_named_and_the_rest_kept(as_rita, four, question, said):
    answer = as_rita.get(PAGE, question | {"kind": "budget", "q": "pumps"})

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert said in shown
    assert 'value="pumps"' in shown
    assert any(chip.label == "Budget" for chip in answer.context["browsed"].chips)


def test_a_search_of_ten_thousand_characters_is_kept_and_explained(as_rita, four):
    shown = as_rita.get(PAGE, {"q": "x" * 10_000}).content.decode()

    assert "at most 300 characters (it has 10000)" in shown
    assert "x" * 10_000 in shown


def test_a_page_past_the_end_says_so_and_shows_the_last(as_rita, four):
    answer = as_rita.get(PAGE, {"page": "99"})

    assert len(titles(answer)) == 4
    assert "There is no page 99; this is the last one, page 1." in answer.content.decode()


# --- Meaning -----------------------------------------------------------------------------------


def embed():
    assert meaning.embed_missing()


def test_what_means_the_same_in_other_words_is_found(as_rita):
    approved(
        "Sensors that hear where pipes drip",
        summary="The utility looks for escaping water underground.",
        quote="We lose a fifth of the drinking water out of the pipes before it gets to a tap",
    )
    approved("A new roof for the library", summary="Rain.", quote="The library roof is at its end")
    embed()

    assert titles(as_rita.get(PAGE, {"q": "pipe leak sensor"})) == [
        "Sensors that hear where pipes drip"
    ]


@pytest.mark.parametrize("words", ['"pipe leak" sensor', "pipe leak sensor -roof"])
def test_quotes_and_minus_mean_the_very_words(as_rita, words):
    approved("Sensors that hear where pipes drip", summary="Water.", quote="We lose water in pipes")
    embed()

    assert titles(as_rita.get(PAGE, {"q": words})) == []


def test_what_says_and_means_it_comes_before_what_only_does_one(as_rita):
    other = "Nobody said a word of anything at all in that place on that day"
    approved("Minutes of a detection of a leak", summary="A leak.", quote=other)
    approved("Leak detection in water mains", summary="Find leaks in mains.")
    embed()

    answer = as_rita.get(PAGE, {"q": "leak detection in water mains"})

    assert titles(answer)[0] == "Leak detection in water mains"


def test_the_search_by_meaning_keeps_to_the_filters(as_rita):
    approved("Sensors that hear where pipes drip", summary="Leaks of water in mains.", kind="need")
    embed()

    assert titles(as_rita.get(PAGE, {"q": "water leaks", "kind": "mandate"})) == []
    assert len(titles(as_rita.get(PAGE, {"q": "water leaks", "kind": "need"}))) == 1


def test_what_means_it_but_is_left_out_by_the_filters_takes_no_place_on_the_page(as_rita):
    for number in range(3):
        approved(f"Leak detection in water mains, lot {number}", kind="need")
    embed()
    for number in range(3):
        approved(f"Detection of a leak {number}", kind="mandate")

    page = as_rita.get(PAGE, {"q": "leak detection", "kind": "mandate"})

    assert sorted(titles(page)) == [f"Detection of a leak {number}" for number in range(3)]


def test_a_signal_withdrawn_takes_no_place_on_the_page_of_others(as_rita):
    withdrawn = approved("Leak detection in water mains")
    embed()
    Signal.objects.filter(pk=withdrawn.pk).update(
        status="pending", decided_at=None, decided_by=None
    )
    approved("Detection of a leak")
    approved("Detection of another leak")

    page = as_rita.get(PAGE, {"q": "leak detection"})

    assert sorted(titles(page)) == ["Detection of a leak", "Detection of another leak"]


def test_a_signal_withdrawn_is_not_found_by_its_meaning(as_rita):
    signal = approved("Leak detection in water mains")
    embed()
    Signal.objects.filter(pk=signal.pk).update(status="pending", decided_at=None, decided_by=None)

    assert titles(as_rita.get(PAGE, {"q": "leak detection"})) == []


def test_a_signal_withdrawn_is_not_shown_while_a_kept_answer_names_it(as_rita):
    withdrawn = approved("Detection of a leak")
    approved("Detection of another leak")
    as_rita.get(PAGE, {"q": "leak"})
    Signal.objects.filter(pk=withdrawn.pk).update(
        status="pending", decided_at=None, decided_by=None
    )

    assert titles(as_rita.get(PAGE, {"q": "leak"})) == ["Detection of another leak"]


def test_without_vectors_the_words_are_searched_alone(as_rita):
    approved("Leak detection in water mains")

    assert titles(as_rita.get(PAGE, {"q": "leak"})) == ["Leak detection in water mains"]


def test_signals_are_embedded_once(db):
    approved("Leak detection in water mains")

    assert (meaning.embed_missing(), meaning.embed_missing()) == (1, 0)
    assert embedding.Embedding.objects.filter(subject="signal").count() == 1


def test_pages_of_the_best_matches_hold_each_once(as_rita):
    meeting = make.meeting()
    for number in range(45):
        approved(f"Pumps, lot {number}", at_meeting=meeting)

    pages = [titles(as_rita.get(PAGE, {"q": "pumps", "page": page})) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in page}) == 45


# --- Deadlines and order -----------------------------------------------------------------------


def test_the_soonest_deadline_comes_first_and_past_ones_last(as_rita):
    today = timezone.now().date()
    for title, days in (("Later", 60), ("Soon", 5), ("Past", -5)):
        approved(title, due_by=today + timedelta(days=days), due_is_deadline=True)
    approved("Season", due_from=today, due_by=today + timedelta(days=3))
    approved("Unnamed", timeframe="before winter")

    assert titles(as_rita.get(PAGE, {"order": "deadline"}))[:2] == ["Soon", "Later"]
    assert titles(as_rita.get(PAGE, {"due": "30"})) == ["Soon"]
    assert set(titles(as_rita.get(PAGE, {"due": "90"}))) == {"Soon", "Later"}


@pytest.mark.parametrize("question", [{}, {"q": "pumps"}, {"q": "pumps", "kind": "budget"}])
def test_pages_by_deadline_hold_each_once_and_go_on_by_date(as_rita, question):
    today, meeting = timezone.now().date(), make.meeting()
    for number in range(45):
        dated = {"due_by": today + timedelta(days=number), "due_is_deadline": True}
        due = dated if number % 2 else {}
        approved(f"Pumps {number:02}", kind="budget", at_meeting=meeting, **due)

    pages = [
        titles(as_rita.get(PAGE, question | {"order": "deadline", "page": n})) for n in (1, 2, 3)
    ]

    soonest = [f"Pumps {number:02}" for number in range(1, 45, 2)]
    newest = [f"Pumps {number:02}" for number in range(44, -1, -2)]
    assert [title for page in pages for title in page] == soonest + newest


def test_a_count_of_more_than_there_are_by_now_skips_nothing_of_the_rest():
    parted = browsing.Parted(list(range(20)), lambda: 25, list(range(100, 140)))

    assert parted[20:40] == list(range(100, 120))


def test_a_day_on_which_it_happens_is_a_deadline_too(as_rita):
    day = timezone.now().date() + timedelta(days=9)
    approved("On a day", due_from=day, due_by=day)

    assert titles(as_rita.get(PAGE, {"due": "30"})) == ["On a day"]


def test_the_page_offers_to_save_what_is_asked_with_last_months_count(as_rita, four):
    shown = as_rita.get(PAGE, {"kind": "budget"}).content.decode()

    assert "It would have told you of <b>3 signals</b> in the last 30 days." in shown
    assert "/saved/new/?kind=budget" in shown
    assert "Save this search?" not in as_rita.get(PAGE).content.decode()


def test_htmx_is_sent_the_counts_with_the_results(as_rita, four):
    shown = as_rita.get(PAGE, {"kind": "need"}, headers={"HX-Request": "true"}).content.decode()

    assert 'id="facet-fields" class="facet-fields" hx-swap-oob="true"' in shown


@pytest.mark.parametrize("question", [{}, {"kind": "budget"}, {"q": "pumps", "state": "OH"}])
def test_the_page_asks_as_often_for_fifty_rows_as_for_five(as_rita, question):
    for number in range(5):
        approved(f"Pumps {number}", place=make.jurisdiction(f"Town {number}"))
    as_rita.get(PAGE, question)
    few = queries(lambda: as_rita.get(PAGE, question))
    for number in range(5, 50):
        approved(f"Pumps {number}", place=make.jurisdiction(f"Town {number}"))
    as_rita.get(PAGE, question)

    many = queries(lambda: as_rita.get(PAGE, question))

    assert many == few <= 20


def test_a_new_approval_is_counted_at_once(as_rita):
    approved("Pumps")
    assert "<b>1 signal</b>" in as_rita.get(PAGE).content.decode()

    approved("Valves")

    assert "<b>2 signals</b>" in as_rita.get(PAGE).content.decode()


def test_an_edit_is_counted_at_once(as_rita, sam):
    signal = approved("Pumps", kind="budget")
    assert "<b>1 signal</b>" in as_rita.get(PAGE, {"kind": "budget"}).content.decode()

    editing.edit(signal, {"kind": "need"}, by=sam)

    assert "No signal says this yet" in as_rita.get(PAGE, {"kind": "budget"}).content.decode()
    assert "<b>1 signal</b>" in as_rita.get(PAGE, {"kind": "need"}).content.decode()


def test_what_was_counted_is_kept_until_something_happens(as_rita):
    approved("Pumps", kind="budget")
    first = queries(lambda: as_rita.get(PAGE, {"kind": "budget"}))

    again = queries(lambda: as_rita.get(PAGE, {"kind": "budget"}))

    assert again < first


def test_the_list_is_counted_without_redis_too(as_rita, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        }
    }
    approved("Pumps")

    assert "<b>1 signal</b>" in as_rita.get(PAGE).content.decode()


def test_the_table_of_a_search_holds_the_best_match_first(as_rita):
    approved("Pumps", summary="The council spoke of pumps and of pumps again.")
    approved("Valves", summary="The council spoke of pumps.")
    approved("Roof")

    answer = as_rita.get(f"{PAGE}table.csv", {"q": "pumps"})

    lines = b"".join(answer).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Pumps", "Valves"]
