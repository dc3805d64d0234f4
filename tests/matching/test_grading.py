"""Rankings held against grades, by the measures of the labelled needs' scorer."""

import importlib.util

import pytest

from matching import grading
from matching.grading import Graded

GRADES = {"leakwise": 3, "pipewell": 2, "shiftwell": 0}


def graded(*ranking, grades=GRADES, abstained=False):
    return Graded(grades, ranking, abstained)


def test_the_best_order_is_one_and_a_worse_one_is_less():
    best = grading.score([graded("leakwise", "pipewell", "shiftwell")])
    worse = grading.score([graded("shiftwell", "pipewell", "leakwise")])

    assert best["ndcg10"] == best["recall10"] == 1.0
    assert worse["ndcg10"] == pytest.approx((3 / 1.585 + 7 / 2) / (7 + 3 / 1.585), abs=0.001)
    assert worse["recall10"] == 1.0


def test_whom_nobody_judged_is_wrong_or_left_out():
    unknown = [f"unknown-{number}" for number in range(10)]

    found = grading.score([graded(*unknown, "leakwise", "pipewell")])

    assert (found["ndcg10"], found["ndcg10_judged"], found["recall10"]) == (0.0, 1.0, 0.0)
    assert (found["judged"], found["judged_in_top10"]) == (3, 0.0)


def test_a_good_startup_that_was_not_ranked_lowers_both():
    found = grading.score([graded("pipewell")])

    assert found["ndcg10_judged"] == found["ndcg10"] < 0.5
    assert found["recall10"] == 0.5


def test_saying_none_is_right_where_nobody_is_good():
    none = {"leakwise": 1}
    found = grading.score(
        [
            graded(grades=none, abstained=True),
            graded(grades=none, abstained=False),
            graded("leakwise"),
        ]
    )

    assert (found["abstain_when_right"], found["answer_when_right"]) == (0.5, 1.0)
    assert (found["balanced"], found["answerable"]) == (0.75, 1)


def test_what_such_needs_cannot_tell_is_not_told():
    only_answers, only_none = [graded("leakwise")], [graded(grades={"leakwise": 0})]

    assert grading.score(only_answers)["balanced"] is None
    assert grading.score(only_none)["ndcg10"] is None
    assert grading.score([])["judged_in_top10"] is None


@pytest.mark.shared_data
def test_the_figures_are_those_of_the_labelled_needs_scorer(shared_data):
    spec = importlib.util.spec_from_file_location(
        "scorer", shared_data / "gold" / "score_matching.py"
    )
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    needs = [
        graded("pipewell", "other", "leakwise"),
        graded("other", grades={"leakwise": 1}, abstained=True),
        graded(grades={"shiftwell": 0}, abstained=False),
    ]
    gold = [
        {"id": at, "judgements": one.grades, "abstain": not one.is_answerable}
        for at, one in enumerate(needs)
    ]
    answers = [
        {"id": at, "abstain": one.abstained, "ranking": [{"slug": slug} for slug in one.ranking]}
        for at, one in enumerate(needs)
    ]

    theirs, ours = scorer.score(gold, answers), grading.score(needs)

    shared = theirs.keys() & ours.keys()
    assert {"ndcg10", "recall10", "balanced"} < shared
    assert {key: theirs[key] for key in shared} == {key: ours[key] for key in shared}
