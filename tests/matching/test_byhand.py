"""A startup suggested by hand is scored as matching scores, the re-ranker's grade included."""

import pytest
from django.urls import reverse

from matching import byhand, reranking, suggesting
from matching.models import MatchPolicy
from tests import make
from tests.support.rerankers import Likes

pytestmark = pytest.mark.django_db


@pytest.fixture
def likes(settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 3, "leaksure": 2}, []
    return Likes


def cap(most):
    MatchPolicy.objects.filter(is_current=True).update(most_suggestions=most, tie_points=0)


def elsewhere(name):
    """A startup that fits but for the state it serves."""
    startup = make.startup(name)
    startup.service_regions.set([make.region("TX")])
    return startup


def test_who_waits_is_suggested_with_the_very_parts_that_ranking_gives(likes, sam):
    make.startup("Leakwise")
    second = make.startup("Leaksure")
    signal = make.signal(status="approved")
    cap(2)
    wanted = suggesting.for_signal(signal).fitting
    signal.matches.all().delete()
    cap(1)
    suggesting.for_signal(signal)

    match = byhand.suggest(signal, second, by=sam)

    by_ranking = next(one for one in wanted if one["startup"] == "leaksure")
    points = {part["name"]: part["points"] for part in match.parts}
    assert match.score == by_ranking["score"]
    assert points == by_ranking["parts"]
    assert points[reranking.PART] == 20.0


def test_a_near_miss_is_graded_as_if_it_lacked_nothing(likes, sam, as_sam):
    make.startup("Leakwise")
    near = elsewhere("Leaksure")
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)
    assert [one.slug for one in likes.asked[-1][1]] == ["leakwise"]
    page = as_sam.get(reverse("admin:matching-signal", args=[signal.public_id])).text
    assert "It was not graded, and is before it is told." in page

    match = byhand.suggest(signal, near, by=sam)

    assert {one.slug for one in likes.asked[-1][1]} == {"leakwise", "leaksure"}
    assert {"name": reranking.PART, "points": 20.0, "most": 30.0} in match.parts
    assert sum(part["most"] for part in match.parts) == pytest.approx(100)


def test_a_low_grade_may_put_it_below_the_bar(likes, sam):
    near = elsewhere("Leaksure")
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)
    MatchPolicy.objects.filter(is_current=True).update(bar=run.near_misses[0]["score"] - 1)
    likes.grades = {"leaksure": 0}

    with pytest.raises(byhand.NotSuggested, match="Leaksure scores"):
        byhand.suggest(signal, near, by=sam)

    assert not signal.matches.exists()


def test_an_answer_that_cannot_be_used_leaves_the_score_as_it_is(likes, settings, sam):
    near = elsewhere("Leaksure")
    signal = make.signal(status="approved")
    run = suggesting.for_signal(signal)
    settings.RERANKER = "tests.support.rerankers.Broken"

    match = byhand.suggest(signal, near, by=sam)

    assert reranking.PART not in {part["name"] for part in match.parts}
    assert match.score == run.near_misses[0]["score"]
