"""What a startup asked not to be told of: kept from it, shown before it is saved, and its own."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from civstart.events.models import Event
from matching import excluding, limiting, proposing, suggesting
from matching.excluding import Limits
from matching.models import Exclusions, Feedback, Match
from signals.models import Signal
from signals.words import Category
from tests import make
from tests.support.api import errors
from tests.support.counting import queries
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db
PAGE = "/exclusions/"
API = "/api/v1/startups/leakwise/exclusions/"


@pytest.fixture
def leakwise(rita):
    return rita.startups.get()


def keep_away(startup, by, **fields):
    row = excluding.stored(startup)
    seen = row.changed_at if row else None
    return limiting.save(startup, Limits(**fields), by=by, seen=seen)


def lacking(signal):
    run = suggesting.for_signal(signal)
    return [one["missing"] for one in run.near_misses]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (lambda: {"regions": (make.region("OH"),)}, "needs in Ohio"),
        (lambda: {"customers": (make.jurisdiction(),)}, "Marlow Falls, OH, its customer"),
        (lambda: {"categories": ("water-utilities",)}, "water utilities"),
        (lambda: {"words": ("cast-iron water main",)}, "“cast-iron water main”"),
        (lambda: {"words": ("winters",)}, "“winters”"),
        (lambda: {"smallest": Decimal(500_000)}, "amounts below $500,000"),
        (lambda: {"largest": Decimal(400_000)}, "amounts above $400,000"),
        (
            lambda: {"regions": (make.region("OH"),), "largest": Decimal(9)},
            "needs in Ohio and amounts above $9",
        ),
    ],
)
def test_what_it_asked_not_to_be_told_of_is_a_near_miss_that_says_so(leakwise, rita, limits, said):
    keep_away(leakwise, rita, **limits())

    assert lacking(make.signal(status="approved")) == [f"It asked not to be told of {said}."]
    assert not Match.objects.exists()


@pytest.mark.parametrize(
    "limits",
    [
        lambda: {"regions": (make.region("TX"),)},
        lambda: {"customers": (make.jurisdiction("Fenwick Heights"),)},
        lambda: {"categories": ("energy-climate",)},
        lambda: {"words": ("iron cast",)},
        lambda: {"smallest": Decimal(412_000), "largest": Decimal(412_000)},
    ],
)
def test_everything_else_is_told(leakwise, rita, limits):
    keep_away(leakwise, rita, **limits())

    suggesting.for_signal(make.signal(status="approved"))

    assert Match.objects.get().startup == leakwise


@pytest.mark.parametrize("fields", [{"amount": None}, {"amount_kind": "per-unit"}])
def test_amounts_that_are_not_of_the_contract_keep_nothing_away(leakwise, rita, fields):
    keep_away(leakwise, rita, smallest=Decimal(500_000))
    signal = make.signal(status="approved", **fields)

    suggesting.for_signal(signal)

    assert Match.objects.exists()
    assert limiting.preview(leakwise, Limits(largest=Decimal(1))).signal_count == 0


def test_a_signal_asks_little_of_the_database_however_many_ask_not_to_be_told(leakwise, rita):
    signal = make.signal(status="approved")
    none = queries(lambda: excluding.against(signal, [leakwise.pk]))
    assert none == 1
    startups = [make.startup(f"Pipes {place}") for place in range(5)]
    for startup in startups:
        keep_away(startup, rita, words=("winter",), regions=(make.region("OH"),))

    found = {}
    asked = queries(lambda: found.update(excluding.against(signal, [s.pk for s in startups])))

    assert asked == 4
    assert set(found.values()) == {"needs in Ohio and “winter”"}


def test_words_that_residents_names_are_hidden_in_find_nothing(leakwise, rita):
    signal = make.signal(status="approved")
    Signal.objects.update(
        heard="Jane Doe wants the leaks found",
        redacted={"heard": "A resident wants the leaks found"},
    )

    assert excluding.words_in(signal, ["Jane Doe", "resident"]) == {"resident"}
    assert limiting.preview(leakwise, Limits(words=("Jane Doe",))).signal_count == 0


# --- Seen before it is saved -------------------------------------------------------------------


def test_the_preview_names_matches_and_signals_of_the_month_it_would_hide(leakwise):
    here = make.match(to=leakwise)
    make.match(make.signal(place=make.jurisdiction("Dry Wells", "TX"), status="approved"), leakwise)
    unmatched = make.signal("Barbers for the fair", status="approved")
    old = make.signal("An old need", status="approved")
    Signal.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=31))
    make.signal("Not approved")

    found = limiting.preview(leakwise, Limits(regions=(make.region("OH"),)))

    assert (found.matches, found.match_count, found.of_matches) == ([here], 1, 2)
    assert {one.pk for one in found.signals} == {here.signal.pk, unmatched.pk}
    assert (found.signal_count, found.of_signals, found.back_count) == (2, 3, 0)


def test_the_preview_tells_what_is_new_from_what_is_hidden_now(leakwise, rita):
    make.match(to=leakwise)
    keep_away(leakwise, rita, regions=(make.region("OH"),))

    more = limiting.preview(
        leakwise, Limits(regions=(make.region("OH"),), categories=("water-utilities",))
    )
    less = limiting.preview(leakwise, Limits())

    assert (more.match_count, more.signal_count) == (0, 0)
    assert (less.match_count, less.signal_count, less.back_count) == (0, 0, 1)


def test_the_preview_asks_as_much_for_many_as_for_one(leakwise):
    limits = Limits(regions=(make.region("OH"),), words=("leaks", "mains"))
    make.match(to=leakwise)
    one = queries(lambda: limiting.preview(leakwise, limits))
    for place in range(12):
        make.match(make.signal(f"Need {place}", status="approved"), leakwise)

    assert queries(lambda: limiting.preview(leakwise, limits)) <= one + 1  # more than are shown
    assert limiting.preview(leakwise, limits).match_count == 13


# --- Saving ------------------------------------------------------------------------------------


def test_saving_is_an_event_and_keeps_what_was_told(leakwise, rita):
    match = make.match(to=leakwise)

    row = keep_away(
        leakwise, rita, regions=(make.region("OH"),), words=(" cast  iron ", "cast iron")
    )

    assert (row.words, row.changed_by) == (["cast iron"], rita)
    event = Event.objects.get(type="exclusions.changed")
    assert (event.actor, event.data) == (rita, {"startup": "leakwise"})
    match.refresh_from_db()
    assert match.status == "suggested"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"words": ("the",)}, "words", "“the” stands in nearly every text"),
        ({"words": ("?!",)}, "words", "“?!” stands in nearly every text"),
        ({"words": ("x" * 61,)}, "words", "is 61 characters long; 60 is the most."),
        ({"words": ("a\x00b",)}, "words", "A word has a sign in it that no text has."),
        (
            {"words": tuple(f"word{n}" for n in range(31))},
            "words",
            "31 words are too many; 30 is the most.",
        ),
        ({"smallest": Decimal(-1)}, "smallest", "An amount is not below 0."),
        ({"largest": Decimal(0)}, "largest", "The largest amount is above 0."),
        (
            {"smallest": Decimal(9000), "largest": Decimal(10)},
            "smallest",
            "The smallest amount, $9,000, is above the largest, $10. Turn them around.",
        ),
        ({"categories": ("barbers",)}, "categories", "There is no category 'barbers'."),
        (
            {"categories": tuple(Category.values)},
            "categories",
            "That is every category, so you would be told of nothing.",
        ),
    ],
)
def test_what_cannot_be_kept_away_is_refused(leakwise, rita, fields, field, said):
    with pytest.raises(limiting.NotLimited) as caught:
        keep_away(leakwise, rita, **fields)

    assert said in str(caught.value)
    assert caught.value.field == field
    assert not Exclusions.objects.exists()


def test_every_state_it_serves_cannot_be_kept_away(leakwise, rita):
    leakwise.service_regions.set([make.region("OH"), make.region("TX")])
    keep_away(leakwise, rita, regions=(make.region("OH"),))

    with pytest.raises(limiting.NotLimited, match="That is every state you serve"):
        keep_away(leakwise, rita, regions=(make.region("OH"), make.region("TX")))


def test_a_change_of_somebody_else_meanwhile_is_not_written_over(leakwise, rita):
    keep_away(leakwise, rita, words=("first",))

    with pytest.raises(limiting.NotLimited, match="Rita Founder changed this at"):
        limiting.save(leakwise, Limits(words=("second",)), by=rita, seen=None)

    assert Exclusions.objects.get().words == ["first"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_save_at_once_one_is_told():
    rita = make.user("Rita Founder")
    startup = make.startup()

    said = at_once(
        lambda: limiting.save(startup, Limits(words=("one",)), by=rita, seen=None),
        lambda: limiting.save(startup, Limits(words=("two",)), by=rita, seen=None),
    )

    assert sorted(bool(text) for text in said) == [False, True]
    assert Exclusions.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"smallest": -1}, "exclusions_smallest_not_negative"),
        ({"largest": 0}, "exclusions_largest_positive"),
        ({"smallest": 3, "largest": 2}, "exclusions_smallest_below_largest"),
    ],
)
def test_the_database_refuses_amounts_that_cannot_be(leakwise, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Exclusions.objects.create(startup=leakwise, changed_at=timezone.now(), **fields)


# --- What a reason leads to --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "lines"),
    [
        ("wrong-place", ["States: Ohio"]),
        ("customer", ["Customers: Marlow Falls, OH"]),
        ("wrong-product", ["Categories: Water utilities"]),
        ("too-small", ["Amounts below $500,000"]),
        ("too-big", ["Amounts above $400,000"]),
        ("excluded-word", ["Words: “cast iron”"]),
        ("other", []),
    ],
)
def test_each_reason_proposes_what_would_have_kept_it_away(leakwise, rita, reason, lines):
    match = make.match(to=leakwise)
    feedback = Feedback.objects.create(match=match, reason=reason, note="cast iron", by=rita)

    found = proposing.added(feedback, Limits())

    assert list(limiting.described(found)) == lines
    assert limiting.preview(leakwise, found).match_count == len(lines)


@pytest.mark.parametrize(
    ("amount", "reason", "limit"),
    [
        (400_000, "too-big", 300_000),
        (100_000, "too-big", 90_000),
        (100_000, "too-small", 200_000),
        (950_000, "too-small", 1_000_000),
    ],
)
def test_amounts_are_proposed_in_round_figures(leakwise, rita, amount, reason, limit):
    match = make.match(make.signal(status="approved", amount=Decimal(amount)), leakwise)
    feedback = Feedback.objects.create(match=match, reason=reason, by=rita)

    found = proposing.added(feedback, Limits())

    assert limit in (found.smallest, found.largest)


@pytest.mark.parametrize("reason", ["too-big", "excluded-word"])
def test_a_reason_without_ground_proposes_nothing(leakwise, rita, reason):
    match = make.match(make.signal(status="approved", amount=None), leakwise)
    feedback = Feedback.objects.create(match=match, reason=reason, by=rita)

    assert proposing.added(feedback, Limits()) == Limits()


@pytest.mark.parametrize(
    ("reason", "note", "said"),
    [
        ("too-small", "", "The signal names no amount"),
        ("excluded-word", "", "Write the word below"),
        ("excluded-word", "of " * 30, "in at most 60 characters; you said “of of"),
        ("excluded-word", "the", "“the” stands in nearly every text"),
        ("wrong-place", "", "That is every state you serve"),
    ],
)
def test_where_nothing_can_be_proposed_the_page_says_what_to_do(
    as_rita, leakwise, rita, reason, note, said
):
    leakwise.service_regions.set([make.region("OH")])
    match = make.match(make.signal(status="approved", amount=None), leakwise)
    Feedback.objects.create(match=match, reason=reason, note=note.strip(), by=rita)

    page = as_rita.get(f"{PAGE}?because={match.public_id}")

    assert said in page.text
    assert "Less like this?" not in page.text
    assert page.context["tried"] is None
    assert ">Save it<" not in page.text


def test_what_is_kept_away_already_is_not_offered_again(as_rita, leakwise, rita):
    match = make.match(to=leakwise)
    Feedback.objects.create(match=match, reason="customer", by=rita)
    keep_away(leakwise, rita, customers=(make.jurisdiction(),))

    page = as_rita.get(f"{PAGE}?because={match.public_id}")

    assert "is kept from you already" in page.text


def test_the_preview_tells_how_many_of_them_are_on_the_list(as_rita, leakwise, rita):
    aside, kept = make.match(to=leakwise), make.match(to=leakwise)
    suggesting.dismiss(aside, by=rita, reason="wrong-product")

    page = as_rita.get(f"{PAGE}?because={aside.public_id}")

    preview = page.context["preview"]
    assert (preview.match_count, preview.kept_count) == (2, 1)
    assert "1 of them is on your list and stays there" in page.text
    assert kept.signal.title in page.text


# --- The page ----------------------------------------------------------------------------------


def said(**fields):
    return {"words": "", "smallest": "", "largest": "", "new_customer": "", "seen": "", **fields}


def previewed(page):
    return page.context["previewed"]


def test_a_reason_leads_to_a_page_that_shows_what_less_like_this_would_hide(as_rita, leakwise):
    match = make.match(to=leakwise)

    page = as_rita.post(
        f"/matches/{match.public_id}/dismiss/", {"reason": "wrong-place"}, follow=True
    )

    assert "Less like this? Nothing is saved yet." in page.text
    assert page.context["tried"] == ["States: Ohio"]
    assert page.context["preview"].match_count == 1
    assert not Exclusions.objects.exists()


def test_what_was_previewed_is_saved_and_the_feedback_tells_so(as_rita, leakwise, rita):
    match = make.match(to=leakwise)
    suggesting.dismiss(match, by=rita, reason="wrong-place")
    page = as_rita.get(f"{PAGE}?because={match.public_id}")
    ohio = make.region("OH").pk
    fields = said(regions=ohio, because=match.public_id, previewed=previewed(page))

    done = as_rita.post(PAGE, fields, follow=True)

    assert "Saved. It holds for every signal approved from now on." in done.text
    assert done.context["now"] == ["States: Ohio"]
    assert Feedback.objects.get().led_to_change


def test_what_was_not_previewed_is_shown_first(as_rita, leakwise):
    make.match(to=leakwise)
    page = as_rita.post(PAGE, said(words="winter", previewed="of something else"))

    assert page.status_code == 200
    assert page.context["preview"].match_count == 1
    assert not Exclusions.objects.exists()

    as_rita.post(PAGE, said(words="winter", previewed=previewed(page)))
    assert Exclusions.objects.get().words == ["winter"]


def test_everything_can_be_changed_and_taken_back(as_rita, leakwise):
    place = make.jurisdiction("Fenwick Heights")
    full = said(
        regions=[make.region("TX").pk],
        categories=["energy-climate"],
        words="solar\nwind farm",
        smallest="1000",
        largest="90000.50",
        new_customer="Fenwick Heights, OH",
    )
    page = as_rita.post(PAGE, full)
    as_rita.post(PAGE, full | {"previewed": previewed(page)})
    row = excluding.stored(leakwise)
    assert list(limiting.described(Limits.of(row))) == [
        "States: Texas",
        "Customers: Fenwick Heights, OH",
        "Categories: Energy and climate",
        "Words: “solar”, “wind farm”",
        "Amounts below $1,000",
        "Amounts above $90,000",
    ]
    assert f'value="{place.pk}"' in as_rita.get(PAGE).text

    empty = said(seen=row.changed_at.isoformat())
    page = as_rita.post(PAGE, empty)
    as_rita.post(PAGE, empty | {"previewed": previewed(page)})

    assert Limits.of(excluding.stored(leakwise)) == Limits()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"smallest": "many"}, "Enter a number."),
        ({"smallest": "-5"}, "Ensure this value is greater than or equal to 0."),
        ({"smallest": "10", "largest": "5"}, "Turn them around."),
        ({"largest": "9" * 20}, "Ensure that there are no more than 14 digits in total."),
        ({"words": "the"}, "stands in nearly every text"),
        ({"words": "x" * 4001}, "Ensure this value has at most 4000 characters"),
        ({"new_customer": "Nowhere, ZZ"}, "No jurisdiction is called"),
        ({"regions": "ninety"}, "“ninety” is not a valid value."),
        ({"regions": "99999"}, "Select a valid choice."),
        ({"categories": "barbers"}, "Select a valid choice."),
        ({"customers": ["9" * 30, "x", "12345678"]}, "is not a valid value."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_saved(
    as_rita, leakwise, fields, problem
):
    answer = as_rita.post(PAGE, said(**fields))

    assert answer.status_code == 422
    assert problem in answer.text
    assert not Exclusions.objects.exists()


@pytest.mark.parametrize("seen", ["yesterday", "2026-99-99T00:00", "2026-11-29T06:00:00+00:00"])
def test_a_form_of_before_somebodys_change_is_not_saved(as_rita, leakwise, rita, seen):
    keep_away(leakwise, rita, words=("first",))
    page = as_rita.post(PAGE, said(words="second", seen=seen))

    answer = as_rita.post(PAGE, said(words="second", seen=seen, previewed=previewed(page)))

    assert "Rita Founder changed this at" in answer.text
    assert Exclusions.objects.get().words == ["first"]


@pytest.mark.parametrize("because", ["", "x", "0190c9a4-0000-7000-8000-000000000000"])
def test_a_reason_of_nothing_opens_the_plain_page(as_rita, leakwise, because):
    page = as_rita.get(PAGE, {"because": because})

    assert page.status_code == 200
    assert page.context["feedback"] is None


def test_the_feedback_of_another_startup_is_not_shown(as_rita, leakwise, rita):
    match = make.match(to=make.startup("Pipewise"))
    Feedback.objects.create(match=match, reason="wrong-place", by=rita)

    assert as_rita.get(f"{PAGE}?because={match.public_id}").context["feedback"] is None


def test_the_page_is_for_members_of_a_startup(as_stranger, client):
    assert "startup" in as_stranger.get(PAGE).text.lower()
    assert as_stranger.post(PAGE, said(words="x")).status_code == 200
    assert client.get(PAGE).status_code == 302
    assert not Exclusions.objects.exists()


def test_the_page_asks_as_much_for_much_as_for_little(as_rita, leakwise, rita):
    places = tuple(make.jurisdiction(f"Town {place}") for place in range(6))
    keep_away(leakwise, rita, customers=places[:1], regions=(make.region("TX"),))
    one = queries(lambda: as_rita.get(PAGE))
    keep_away(leakwise, rita, customers=places, regions=(make.region("TX"), make.region("AL")))

    assert queries(lambda: as_rita.get(PAGE)) == one


def test_home_and_profile_lead_to_the_page(as_rita, leakwise):
    assert f'href="{PAGE}"' in as_rita.get("/").text
    assert f'href="{PAGE}"' in as_rita.get("/startups/leakwise/").text


# --- The API -----------------------------------------------------------------------------------


def put(client, **fields):
    return client.put(API, fields, content_type="application/json")


def test_a_program_reads_changes_and_previews(as_rita, leakwise):
    match = make.match(to=leakwise)
    place = make.jurisdiction("Fenwick Heights")
    whole = {
        "states": ["OH"],
        "customers": [str(place.public_id)],
        "categories": ["energy-climate"],
        "words": ["solar"],
        "smallest": "1000.00",
        "largest": None,
    }

    hidden = as_rita.post(f"{API}preview/", whole, content_type="application/json")

    assert hidden.status_code == 200
    assert hidden.json()["matches"] == [str(match.public_id)]
    assert hidden.json()["signals"] == [str(match.signal.public_id)]
    assert not Exclusions.objects.exists()
    assert put(as_rita, **whole).json() == whole
    assert as_rita.get(API).json() == whole
    assert put(as_rita).json() == {
        "states": [],
        "customers": [],
        "categories": [],
        "words": [],
        "smallest": None,
        "largest": None,
    }


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"states": ["ZZ"]}, ("does_not_exist", "states")),
        ({"states": "OH"}, ("not_a_list", "states")),
        ({"customers": ["x"]}, ("invalid", "customers")),
        ({"categories": ["barbers"]}, ("invalid_choice", "categories.0")),
        ({"words": ["the"]}, ("not_limited", "words.0")),
        ({"words": [""]}, ("blank", "words.0")),
        ({"smallest": "-1"}, ("min_value", "smallest")),
        ({"smallest": "NaN"}, ("invalid", "smallest")),
        ({"smallest": "9", "largest": "5"}, ("not_limited", "smallest.0")),
    ],
)
def test_a_program_is_told_what_is_wrong(as_rita, leakwise, fields, wrong):
    for answer in (
        put(as_rita, **fields),
        as_rita.post(f"{API}preview/", fields, content_type="application/json"),
    ):
        assert answer.status_code == 400
        (found,) = errors(answer)
        assert (found[0], found[1].removesuffix(".0")) == (wrong[0], wrong[1].removesuffix(".0"))


def test_a_program_sees_those_of_its_own_startup_alone(as_stranger, as_sam, client, leakwise):
    for person in (as_stranger, as_sam):
        assert person.get(API).status_code == 404
        assert put(person).status_code == 404
        assert person.post(f"{API}preview/", {}).status_code in (404, 415)
    assert client.get(API).status_code == 401
