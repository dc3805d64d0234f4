"""Who of those that clear the bar is told, who waits, and suggesting by hand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from civstart.events.models import Event
from civstart.notices.models import Notice
from matching import byhand, fairness, limiting, suggesting
from matching.excluding import Limits
from matching.fairness import Exposure
from matching.models import Match, MatchPolicy, PassedOver
from matching.ranking import Part, Scored
from signals.models import Signal
from startups.models import Startup
from tests import make
from tests.conftest import signed_in
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


def scored(name, score, *, people=None):
    startup = Startup(
        pk=int.from_bytes(name.encode()), name=name, slug=name.lower(), team_size=people
    )
    return Scored(startup, (Part("Meaning", score, 100),))


def told(able, counts=None, knowing=(), **fields):
    policy = MatchPolicy(
        **{"most_suggestions": 2, "most_told": None, "tie_points": 0, "bar": 50, **fields}
    )
    by_key = {one.startup.pk: (counts or {}).get(one.startup.name, 0) for one in able}
    keys = {one.startup.pk for one in able if one.startup.name in knowing}
    chosen = fairness.choose(able, policy, Exposure(by_key, keys))
    return [one.startup.name for one in chosen.told], [one.why for one in chosen.passed_over]


ABLE = [scored("Ann", 80), scored("Bob", 79.5), scored("Cay", 70)]


def test_without_a_cap_the_best_are_told():
    assert told(ABLE, {"Ann": 99}) == (["Ann", "Bob"], [])


def test_who_was_told_as_often_as_the_cap_waits_while_others_clear_the_bar():
    names, why = told(ABLE, {"Ann": 12}, most_told=12)

    assert names == ["Bob", "Cay"]
    assert why == [
        "Ann was left out: it was told of 12 signals in 30 days, and others clear the bar."
    ]


def test_nobody_waits_if_nobody_else_clears_the_bar():
    assert told(ABLE[:1], {"Ann": 12}, most_told=12) == (["Ann"], [])
    assert told(ABLE, {"Ann": 12, "Bob": 13, "Cay": 14}, most_told=12) == (["Ann", "Bob"], [])


def test_who_knows_of_the_signal_keeps_its_place():
    assert told(ABLE, {"Ann": 12}, {"Ann"}, most_told=12)[0] == ["Ann", "Bob"]


def test_a_place_is_not_filled_by_who_does_not_clear_the_bar():
    names, _ = told(ABLE[:2], {"Ann": 12}, most_told=12)

    assert names == ["Bob"]


def test_within_a_tie_who_was_told_least_goes_first():
    names, why = told(ABLE, {"Ann": 5, "Bob": 1}, tie_points=1, most_suggestions=1)

    assert names == ["Bob"]
    assert why == [
        "Ann was left out: others within 1 point of it were told of fewer signals, or are smaller."
    ]


def test_within_a_tie_the_smaller_goes_first_and_who_does_not_say_last():
    able = [
        scored("Ann", 80),
        scored("Bob", 80, people=900),
        scored("Cay", 79.5, people=9),
    ]

    assert told(able, tie_points=1, most_suggestions=1)[0] == ["Cay"]
    assert told(able[:2], tie_points=1, most_suggestions=1)[0] == ["Bob"]


def test_who_lies_farther_behind_is_no_tie():
    names, why = told([ABLE[0], ABLE[2]], {"Ann": 9}, tie_points=5, most_suggestions=1)

    assert (names, why) == (["Ann"], [])


# --- In a run ----------------------------------------------------------------------------------


def told_before(startup, count):
    for place in range(count):
        make.match(make.signal(f"Earlier need {place}", status="approved"), startup)


@pytest.fixture
def two():
    """Two startups that answer a need, of which one was told of two signals before."""
    popular, small = make.startup("Leakwise"), make.startup("Pipewise")
    told_before(popular, 2)
    MatchPolicy.objects.filter(is_current=True).update(most_told=2)
    return popular, small


def test_a_run_records_who_waits_and_tells_the_other(two):
    popular, small = two

    run = suggesting.for_signal(make.signal(status="approved"))

    assert [match.startup for match in run.matches.all()] == [small]
    left_out = PassedOver.objects.get()
    assert (left_out.run, left_out.startup) == (run, popular)
    assert "it was told of 2 signals in 30 days" in left_out.why


def test_what_lies_longer_back_and_what_was_withdrawn_does_not_count(two):
    popular, _ = two
    first = popular.matches.first()
    Match.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=31))

    run = suggesting.for_signal(make.signal(status="approved"))

    assert run.matches.count() == 2
    assert not PassedOver.objects.exists()


def test_matching_again_leaves_out_nobody_who_knows(two):
    popular, _ = two
    signal = make.signal(status="approved")
    make.match(signal, popular)

    run = suggesting.for_signal(signal)

    assert not run.passed_over.exists()


# --- By hand -----------------------------------------------------------------------------------


def test_who_waits_can_be_suggested_by_hand_once(two, sam):
    popular, _ = two
    make.membership(popular, rita := make.user("Rita Founder"))
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)

    match = byhand.suggest(signal, popular, by=sam)

    assert (match.run, match.suggested_by) == (run, sam)
    assert match.score == run.passed_over.get().score >= match.bar
    assert Event.objects.filter(type="match.suggested").latest("happened_at").actor == sam
    assert Notice.objects.get(user=rita)
    with pytest.raises(byhand.NotSuggested, match="Nobody is told twice"):
        byhand.suggest(signal, popular, by=sam)
    assert Notice.objects.filter(user=rita).count() == 1


def test_a_near_miss_can_be_suggested_all_the_same(sam):
    startup = make.startup()
    startup.service_regions.set([make.region("TX")])
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)

    assert byhand.suggest(signal, startup, by=sam).startup == startup


def test_what_is_below_the_bar_is_not_suggested(sam):
    make.startup()
    barber = make.unrelated_startup()
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)

    with pytest.raises(byhand.NotSuggested, match="and the bar is 45"):
        byhand.suggest(signal, barber, by=sam)


def test_what_it_asked_not_to_be_told_of_is_its_own_word(sam, rita):
    startup = rita.startups.get()
    limiting.save(startup, Limits(words=("winter",)), by=rita, seen=None)
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)

    with pytest.raises(byhand.NotSuggested, match="asked not to be told of “winter”"):
        byhand.suggest(signal, startup, by=sam)


def test_what_cannot_be_suggested_by_hand_says_why(sam, rita):
    startup, signal = make.startup("Pipewise"), make.signal(status="approved")
    with pytest.raises(byhand.NotSuggested, match="was not matched yet"):
        byhand.suggest(signal, startup, by=sam)
    suggesting.for_signal(make.signal("Other", status="approved"))
    with pytest.raises(byhand.NotSuggested, match="Rita Founder may not suggest"):
        byhand.suggest(signal, startup, by=rita)
    run = suggesting.for_signal(signal)
    run.matches.all().delete()
    Signal.objects.filter(pk=signal.pk).update(status="rejected")
    with pytest.raises(byhand.NotSuggested, match="not approved any more"):
        byhand.suggest(signal, startup, by=sam)
    Startup.objects.filter(pk=startup.pk).update(is_active=False)
    startup.refresh_from_db()
    with pytest.raises(byhand.NotSuggested, match="Pipewise is inactive"):
        byhand.suggest(signal, startup, by=sam)


# --- The pages ---------------------------------------------------------------------------------


def page_of(signal):
    return reverse("admin:matching-signal", args=[signal.public_id])


def test_the_page_of_a_signal_suggests_by_hand(two, as_sam):
    popular, _ = two
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)
    assert "Leakwise was left out: it was told of 2 signals" in as_sam.get(page_of(signal)).text

    address = reverse("admin:matching-suggest", args=[signal.public_id])
    done = as_sam.post(address, {"startup": popular.slug}, follow=True)

    assert "Leakwise is told of it" in done.text
    assert "by hand: Sam Staffer" in done.text
    again = as_sam.post(address, {"startup": popular.slug}, follow=True)
    assert "Nobody is told twice." in again.text


@pytest.mark.parametrize("slug", ["", "nobody", "a\x00b"])
def test_an_unknown_startup_is_not_found(as_sam, slug):
    signal = make.signal(status="approved")
    for name in ("matching-suggest", "matching-judge"):
        address = reverse(f"admin:{name}", args=[signal.public_id])
        assert as_sam.post(address, {"startup": slug}).status_code == 404


def test_pages_are_closed_to_members_and_strangers(as_rita, client, rita):
    signal = make.signal(status="approved")
    urls = [
        reverse("admin:matching-exposure"),
        page_of(signal),
        reverse("admin:matching-suggest", args=[signal.public_id]),
        reverse("admin:matching-judge", args=[signal.public_id]),
    ]
    for url in urls:
        assert as_rita.post(url, {"startup": "leakwise"}).status_code == 403
        assert client.post(url).status_code == 302
    assert not Match.objects.exists()


def test_staff_without_the_right_are_offered_no_suggesting(two):
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)
    pat = signed_in(make.user("Pat Reader", is_staff=True))

    assert "Suggest it" not in pat.get(page_of(signal)).text


def test_exposure_counts_who_was_told_and_who_waits(two, as_sam):
    suggesting.for_signal(make.signal(status="approved"))

    page = as_sam.get(reverse("admin:matching-exposure"))

    rows = [(row["startup"].name, row["told"], row["is_capped"]) for row in page.context["rows"]]
    assert rows == [("Leakwise", 2, True), ("Pipewise", 1, False)]
    assert (page.context["passed_count"], page.context["introductions"]) == (1, 3)
    assert "Leakwise was left out" in page.text
    for head in ("told", "put aside", "left out"):  # a phone shows no head of the table
        assert f'data-head="{head}"' in page.text


def test_exposure_opens_without_matches_and_without_a_cap(as_sam):
    MatchPolicy.objects.filter(is_current=True).update(most_told=None)

    page = as_sam.get(reverse("admin:matching-exposure"))

    assert "Nobody was told of anything" in page.text
    assert "the policy in use has no cap" in page.text


def test_the_pages_ask_as_much_for_many_as_for_one(as_sam, sam):
    signal = make.signal(status="approved")
    make.match(signal, make.startup())
    pages = (reverse("admin:matching-exposure"), page_of(signal))
    before = [queries(lambda url=url: as_sam.get(url)) for url in pages]
    for place in range(6):
        make.match(signal, make.startup(f"Pipes {place}"))

    assert [queries(lambda url=url: as_sam.get(url)) for url in pages] == before
