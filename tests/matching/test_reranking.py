"""Reading the best again: grades are a part of the score, and a bad answer changes nothing."""

import pytest
from django.urls import reverse

from matching import reranking, suggesting
from matching.contract import Candidate, Judged, NotJudged
from matching.models import Abstention, Match, MatchPolicy, MatchRun
from tests import make
from tests.support.rerankers import Likes

ASKED = [Candidate("a", "A"), Candidate("b", "B")]


@pytest.fixture
def likes(settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {}, []
    return Likes


def approved(**fields):
    return make.signal(status="approved", **fields)


def test_without_a_re_ranker_nothing_is_read_again(db):
    make.startup()

    run = suggesting.for_signal(approved())

    assert run.reread == {}
    assert reranking.PART not in {part["name"] for part in Match.objects.get().parts}


def test_the_grade_is_a_part_of_the_score_and_the_order_moves_with_it(db, likes):
    make.startup("Leakwise")
    make.startup("Leaksure", team_size=5).case_studies.all().delete()
    likes.grades = {"leaksure": 3, "leakwise": 2}

    run = suggesting.for_signal(approved())

    best, second = Match.objects.order_by("-score")
    assert best.startup.slug == "leaksure"
    assert best.score == pytest.approx(sum(part["points"] for part in best.parts), abs=0.05)
    assert [part for part in best.parts if part["name"] == reranking.PART] == [
        {"name": reranking.PART, "points": 30.0, "most": 30.0}
    ]
    assert sum(part["most"] for part in best.parts) == pytest.approx(100)
    assert second.startup.slug == "leakwise"
    assert run.reread["by"] == "Likes"
    moves = {one["startup"]: (one["before"], one["after"]) for one in run.reread["grades"]}
    assert moves == {"leaksure": (2, 1), "leakwise": (1, 2)}
    assert run.fit_signs[reranking.PART] == reranking.MOVES[3]


def test_only_what_is_worth_suggesting_is_suggested(db, likes):
    make.startup("Leakwise")
    make.startup("Leaksure")
    likes.grades = {"leaksure": 2, "leakwise": 1}

    suggesting.for_signal(approved())

    assert Match.objects.get().startup.slug == "leaksure"


@pytest.mark.parametrize("grade", [0, 1])
def test_a_re_ranker_may_say_that_nobody_fits(db, likes, grade):
    make.startup()
    likes.grades = {"leakwise": grade}

    run = suggesting.for_signal(approved())

    assert not Match.objects.exists()
    assert Abstention.objects.get().why == (
        f"Likes read the 1 nearest profiles and would suggest none: the best grade is {grade} of 3."
    )
    assert run.fit_signs[reranking.PART] < 0


@pytest.mark.parametrize(
    ("reranker", "why"),
    [("Broken", "It does not answer."), ("Half", "It judged 1 of 2 candidates")],
)
def test_an_answer_that_cannot_be_used_leaves_the_order_and_is_kept(db, settings, reranker, why):
    make.startup("Leakwise")
    make.startup("Leaksure")
    settings.RERANKER = ""
    before = suggesting.for_signal(approved())
    settings.RERANKER = f"tests.support.rerankers.{reranker}"

    after = suggesting.for_signal(approved())

    assert after.reread["failure"].startswith(why)
    assert after.reread["grades"] == []
    assert (after.best_score, after.fit) == (before.best_score, before.fit)
    assert Match.objects.filter(run=after).count() == Match.objects.filter(run=before).count() == 2
    assert {part["name"] for part in Match.objects.filter(run=after)[0].parts} == set(
        MatchPolicy.objects.get(is_current=True).weights
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([Judged("a", 3, ""), Judged("c", 3, ""), Judged("b", 0, "")], "'c', which it was not"),
        ([Judged("a", 3, "")], "1 of 2 candidates; b has none"),
        ([Judged("a", 3, ""), Judged("b", 1, ""), Judged("a", 0, "")], "a candidate twice"),
        ([Judged("a", 3, ""), Judged("b", 4, "")], "graded b 4"),
        ([Judged("a", 3, ""), Judged("b", -1, "")], "graded b -1"),
        ([], "0 of 2 candidates"),
    ],
)
def test_a_part_of_an_answer_is_none(answer, why):
    with pytest.raises(NotJudged, match=why):
        reranking.whole(answer, ASKED)


def test_the_re_ranker_sees_at_most_twenty_and_of_the_need_what_startups_see(db, likes):
    for number in range(23):
        make.startup(f"Leakwise {number}")

    suggesting.for_signal(approved(hidden={"title": [[0, 8, "name"]]}))

    need, candidates = likes.asked[0]
    assert len(candidates) == reranking.CANDIDATES
    assert "Acoustic" not in need.title
    assert "find leaks" in need.summary.lower()
    assert all("acoustic sensors" in one.profile for one in candidates)


def test_staff_see_what_was_read_again(as_sam, likes):
    make.startup()
    likes.grades = {"leakwise": 3}
    run = suggesting.for_signal(approved())

    page = as_sam.get(reverse("admin:matching_matchrun_change", args=[run.pk])).content.decode()

    assert "leakwise: 3 of 3, from place 1 to 1. As told." in page
    assert "1 by Local." in page


def test_staff_see_why_an_answer_was_not_used(as_sam, settings):
    settings.RERANKER = "tests.support.rerankers.Broken"
    make.startup()
    run = suggesting.for_signal(approved())

    page = as_sam.get(reverse("admin:matching_matchrun_change", args=[run.pk])).content.decode()

    assert "Broken was not used. It does not answer." in page
    assert MatchRun.objects.count() == 1
