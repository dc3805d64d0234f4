"""Versions of the match policy: drafted, put in use, and gone back to."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civstart.events.models import Event
from matching import embedders, policies, ranking, reweighing, suggesting
from matching.models import Match, MatchPolicy, PolicyUse
from matching.parts import NEEDED, PARTS
from tests import make
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db
EVEN = {"Meaning": 40, "Wording": 20, "Shared words": 20, "Government buyers": 20}


def current():
    return MatchPolicy.objects.current()


def version(by, **fields):
    """A draft made from the policy in use."""
    before = current()
    said = {name: getattr(before, name) for name in policies.SETTINGS}
    made = MatchPolicy(**{"weights": before.weights, "note": "A try", **said, **fields})
    return policies.draft(made, by=by)


def test_a_change_is_a_new_version_and_the_old_one_stays(sam):
    before = current()

    made = version(sam, bar=60)

    assert (made.version, made.based_on, made.made_by) == (before.version + 1, before, sam)
    assert current() == before
    assert MatchPolicy.objects.get(pk=before.pk).bar == before.bar


def test_parts_without_points_are_left_out_of_scores(sam):
    made = version(sam, weights=EVEN | {"Place": 0, "Proof": 0.0})

    assert made.weights == EVEN


def test_the_same_again_is_no_version(sam):
    with pytest.raises(policies.SamePolicy, match="This is version 2 again"):
        version(sam)

    assert MatchPolicy.objects.count() == 2


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (EVEN | {"Meaning": 30}, "The weights add up to 90; they must add up to 100. Add 10."),
        (EVEN | {"Meaning": 42.5}, "they must add up to 100. Take 2.5 away."),
        (EVEN | {"Luck": 0}, "No part is called 'Luck'. The parts are Meaning, Wording,"),
        (EVEN | {"Place": -5}, "Place is -5; write points from 0 to 100."),
        (EVEN | {"Place": "ten"}, "Place is ten; write points from 0 to 100."),
        (EVEN | {"Place": float("nan")}, "Place is nan; write points from 0 to 100."),
        (EVEN | {"Wording": 0, "Place": 20}, "Wording needs at least 1 point"),
        ([40, 60], "Meaning needs at least 1 point"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, said):
    with pytest.raises(ValidationError) as caught:
        MatchPolicy(version=9, weights=weights, bar=50).clean()

    assert said in caught.value.message


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"bar": 101}, "match_policy_bar_in_points"),
        ({"bar": -1}, "match_policy_bar_in_points"),
        ({"fit_bar": 1.01}, "match_policy_fit_bar_is_share"),
        ({"most_behind": -1}, "match_policy_most_behind_in_points"),
        ({"most_suggestions": 0}, "match_policy_suggests_somebody"),
    ],
)
def test_the_database_refuses_thresholds_out_of_range(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MatchPolicy.objects.create(**{"version": 9, "weights": EVEN, "bar": 50} | fields)


def test_putting_in_use_is_recorded_and_what_comes_after_is_matched_by_it(sam):
    make.startup()
    made = version(sam, bar=20)

    policies.put_in_use(made, instead_of=2, by=sam)

    assert current() == made
    use = PolicyUse.objects.get()
    assert (use.policy, use.instead_of.version, use.by) == (made, 2, sam)
    event = Event.objects.get(type="policy.put_in_use")
    assert (event.actor, event.data) == (sam, {"version": 3, "instead_of": 2})
    assert suggesting.for_signal(make.signal(status="approved")).policy == made
    assert Match.objects.get().bar == 20


def test_an_earlier_version_comes_back_and_both_changes_are_kept(sam):
    first = current()
    policies.put_in_use(version(sam, bar=60), instead_of=2, by=sam)

    policies.put_in_use(first, instead_of=3, by=sam)

    assert current() == first
    assert [use.policy.version for use in PolicyUse.objects.all()] == [2, 3]


def test_what_is_in_use_is_not_put_in_use_again(sam):
    with pytest.raises(policies.NotPutInUse, match="Version 2 is in use already"):
        policies.put_in_use(current(), instead_of=2, by=sam)

    assert not PolicyUse.objects.exists()


def test_a_change_meanwhile_is_told_and_nothing_changed(sam):
    one, two = version(sam, bar=60), version(sam, bar=61)
    policies.put_in_use(one, instead_of=2, by=sam)

    with pytest.raises(policies.NotPutInUse, match="Version 3 was put in use since you opened"):
        policies.put_in_use(two, instead_of=2, by=sam)

    assert current() == one


def test_who_may_not_is_refused(rita):
    with pytest.raises(policies.NotPutInUse, match="Rita Founder may not put a match policy"):
        policies.put_in_use(MatchPolicy.objects.get(version=1), instead_of=2, by=rita)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_put_a_version_in_use_at_once_one_is_told():
    sam = make.user("Sam Staffer", is_staff=True, is_superuser=True)
    one, two = version(sam, bar=60), version(sam, bar=61)

    said = at_once(
        lambda: policies.put_in_use(one, instead_of=2, by=sam),
        lambda: policies.put_in_use(two, instead_of=2, by=sam),
    )

    assert sorted(bool(text) for text in said) == [False, True]
    assert "was put in use since you opened the page" in "".join(said)
    assert PolicyUse.objects.get().policy == current()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_drafts_made_at_once_get_numbers_of_their_own():
    sam = make.user("Sam Staffer", is_staff=True, is_superuser=True)

    said = at_once(lambda: version(sam, bar=60), lambda: version(sam, bar=61))

    assert said == ["", ""]
    assert sorted(MatchPolicy.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


# --- The same ranking under another policy ---------------------------------------------------


def test_the_parts_are_those_a_ranking_gives():
    make.startup()
    ranking.prepare(embedders.wanted())

    found = reweighing.measured(make.signal(status="approved"), embedders.wanted())

    assert [part.name for part in found.scored[0].parts] == list(PARTS)
    assert set(NEEDED) <= set(PARTS)


@pytest.mark.parametrize("number", [1, 2])
def test_weighing_again_gives_what_ranking_by_the_policy_gives(number):
    make.startup()
    make.unrelated_startup()
    make.startup("Far away").service_regions.set([make.region("TX")])
    ranking.prepare(embedders.wanted())
    signal = make.signal(status="approved")
    policy = MatchPolicy.objects.get(version=number)

    found = reweighing.under(reweighing.measured(signal, embedders.wanted()), policy)

    assert found == ranking.rank(signal, policy, embedders.wanted())
    assert len(found.scored) == 2
    assert [one.missing for one in found.barred] == [("It does not serve Ohio.",)]
