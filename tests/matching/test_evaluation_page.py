"""The staff page of evaluations: figures against what is wanted, history, calibration, a start."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from matching import tasks
from matching.evaluation_panels import SHOWN, panels
from signals.models import Evaluation, EvaluationPart
from tests import make
from tests.conftest import signed_in
from tests.support.counting import queries

pytestmark = pytest.mark.django_db
PAGE, START = (reverse(f"admin:matching-evaluation{end}") for end in ("", "-start"))
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MATCHING = {"answerable": 9, "ndcg10": 0.571, "recall10": 0.778, "balanced": 0.7}
VERSIONS = {
    "policy": 2,
    "embedder": "minilm",
    "bar": "a",
    "labels": 32,
    "pairs": 700,
    "digest": "b",
}
BINS = [
    {"first": 0.1, "last": 0.2, "foretold": 0.14, "right": 1, "of": 10},
    {"first": 0.7, "last": 0.8, "foretold": 0.75, "right": 4, "of": 4},
]


def done(what="matching", *, day=0, figures=MATCHING, about=VERSIONS, bins=BINS, by=None):
    ways = {"matching": "bar with one need left out", "extraction": "one meeting left out"}
    at = DAY + timedelta(days=day)
    return Evaluation.objects.create(
        what=what,
        figures={ways.get(what, "as the site decides"): figures},
        calibration={"bins": bins, "bar": 0.3},
        about=about,
        by=by,
        status="done",
        started_at=at,
        moved_at=at,
        finished_at=at + timedelta(seconds=75),
    )


def running(**fields):
    now = timezone.now()
    said = {"what": "extraction", "started_at": now, "moved_at": now} | fields
    return Evaluation.objects.create(**said)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def panel(what):
    return next(one for one in panels() if one.what == what)


def test_without_labels_and_judgements_the_page_says_what_to_do(as_sam):
    page = as_sam.get(PAGE)

    assert page.status_code == 200
    said = words(page)
    assert said.count("There are no labelled examples: LABELS_DIR is not set. Set it to a") == 2
    assert "Judge startups on the page of a signal's matches." in said.replace("&#x27;", "'")
    assert "Measure now" not in said


def test_with_judgements_it_can_be_measured_and_shows_what_came_of_it(as_sam, judged):
    assert "Not measured yet" in words(as_sam.get(PAGE))

    response = as_sam.post(START, {"what": "judgements"}, follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "Waiting for a worker" in words(response)
    assert 'hx-trigger="every 2s"' in response.content.decode()
    tasks.evaluate(Evaluation.objects.get().pk)
    page = as_sam.get(PAGE)
    assert "2 needs and 3 judged pairs, of which 1 need has an answer" in words(page)
    assert "among this site's 2 startups" in words(page).replace("&#x27;", "'")
    assert 'hx-trigger="every 2s"' not in page.content.decode()


def test_figures_are_held_against_what_is_wanted(as_sam, sam):
    done(by=sam)

    said = words(as_sam.get(PAGE))

    assert "2 Mar 2026, 09:00 UTC by Sam Staffer, in 1 min 15 s" in said
    assert "0.57 nDCG@10 Reaches 0.50 wanted" in said
    assert "0.70 abstention, balanced Below 0.75 wanted" in said
    assert "32 needs and 700 judged pairs, of which 9 needs have an answer" in said


def test_what_labels_cannot_tell_is_not_told(as_sam):
    done("judgements", figures={"answerable": 1, "balanced": None}, bins=[])

    said = words(as_sam.get(PAGE))

    assert "not told abstention, balanced wanted 0.75" in said
    assert "No calibration: that takes needs with an answer and needs without one." in said


def test_the_history_goes_from_the_oldest_and_names_what_changed():
    done(day=2, about=VERSIONS | {"policy": 3, "bar": "c"})
    done(day=1, about=VERSIONS | {"digest": "other"})
    done(day=0)
    done(day=3, about=VERSIONS | {"policy": 3, "bar": "c"})

    rows = panel("matching").rows

    assert [row.evaluation.started_at.day for row in rows] == [2, 3, 4, 5]
    assert [row.changes for row in rows] == [
        [],
        ["words or grades of the labels"],
        ["policy 2 → 3", "the bar was learned anew", "words or grades of the labels"],
        [],
    ]


def test_the_history_is_drawn_with_what_is_wanted():
    done(day=0, figures=MATCHING | {"ndcg10": 0.2})
    done(day=1, figures=MATCHING | {"ndcg10": None})
    done(day=2, figures=MATCHING | {"ndcg10": 0.6})

    ndcg, recall = panel("matching").trend.lines

    assert [dot.words for dot in ndcg.dots] == [
        "2 Mar 2026, 09:00: nDCG@10 0.20",
        "4 Mar 2026, 09:00: nDCG@10 0.60",
    ]
    low, high = ndcg.dots
    assert low.x < high.x
    assert low.y > ndcg.wanted_y > high.y
    assert len(recall.dots) == 3


def test_the_calibration_is_drawn_with_the_bar(as_sam):
    done()

    found, page = panel("matching"), as_sam.get(PAGE).content.decode()

    assert [one.label for one in found.bins] == ["0.1 to 0.2", "0.7 to 0.8"]
    assert found.chart.points[0].x < found.chart.bar < found.chart.points[1].x
    assert "0.7 to 0.8: foretold 75%, had an answer 100% of 4." in page
    assert page.count('class="asked"') == 1


def test_one_that_stopped_says_why_until_one_is_done(as_sam):
    running(status="failed", finished_at=DAY, started_at=DAY, trouble="The scorer <b>broke</b>.")
    page = as_sam.get(PAGE)
    assert "The one begun 2 Mar 2026, 09:00 UTC stopped. The scorer &lt;b&gt;broke" in words(page)

    done("extraction", day=1, about={"labels": 142, "meetings": 9, "extractor": "local 3"})

    said = words(as_sam.get(PAGE))
    assert "stopped" not in said
    assert "142 labels in 9 meetings, each meeting left out in turn; extractor local 3." in said


def test_one_without_a_worker_says_so_and_can_be_started_again(as_sam, settings, shared_labels):
    running(moved_at=timezone.now() - timedelta(minutes=13))

    page = as_sam.get(PAGE)

    assert "It did not get on for 12 minutes. See that a worker runs" in words(page)
    assert 'aria-label="Measure extraction now"' in page.content.decode()
    assert 'hx-trigger="every 2s"' not in page.content.decode()


@pytest.fixture
def shared_labels(settings, tmp_path):
    (tmp_path / "gold").mkdir()
    (tmp_path / "transcripts").mkdir()
    for name in ("signals_dev.jsonl", "score_extraction.py", "meeting_text.py"):
        (tmp_path / "gold" / name).touch()
    settings.LABELS_DIR = str(tmp_path)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("luck", "There is no evaluation “luck”. Choose one of extraction, matching, judgements."),
        ("", "There is no evaluation “”."),
        ("x" * 5000, f"There is no evaluation “{'x' * 40}”."),
        ("judge\x00ments", "There is no evaluation “judge"),
        ("matching", "There are no labelled examples"),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_reason(what, says, as_sam):
    response = as_sam.post(START, {"what": what}, follow=True)

    assert response.status_code == 200
    assert says in words(response)
    assert not Evaluation.objects.exists()


def test_a_second_start_says_that_one_is_under_way(as_sam, judged):
    as_sam.post(START, {"what": "judgements"})

    again = as_sam.post(START, {"what": "judgements"}, follow=True)

    assert "An evaluation is under way already. Wait until it is done" in words(again)
    assert Evaluation.objects.count() == 1


def test_to_start_takes_a_right_and_to_look_takes_being_staff(judged, as_stranger, client):
    lee = make.user("Lee Looker", is_staff=True)
    looking = signed_in(lee)
    assert "takes the right “Can add evaluation”" in words(looking.get(PAGE))
    looking.post(START, {"what": "judgements"})
    assert not Evaluation.objects.exists()

    lee.user_permissions.add(Permission.objects.get(codename="add_evaluation"))

    assert "Measure now" in words(looking.get(PAGE))
    assert as_stranger.post(START, {"what": "judgements"}).status_code == 403
    assert client.post(START, {"what": "judgements"}).status_code == 302
    assert as_stranger.get(PAGE).status_code == 403
    assert not Evaluation.objects.exists()


def steer(name, evaluation):
    return reverse(f"admin:matching-evaluation-{name}", args=[evaluation.pk])


def test_one_under_way_shows_its_parts_and_can_be_cancelled(as_sam, shared_labels):
    one = running(done_count=4, part_count=14, doing="Extracting, one city left out: elmford")

    said = words(as_sam.get(PAGE))
    assert "Extracting, one city left out: elmford" in said
    assert "4 of 14 parts done." in said

    after = as_sam.post(steer("cancel", one), follow=True)

    assert after.redirect_chain == [(PAGE, 302)]
    assert "stopped after 4 of 14 parts. Sam Staffer cancelled it." in words(after)
    assert "Go on with part 5" in words(after)
    again = words(as_sam.post(steer("cancel", one), follow=True))
    assert "That evaluation is over already. Nothing was changed." in again


def test_one_that_stopped_goes_on_from_the_page(as_sam, shared_labels):
    one = running(status="failed", finished_at=DAY, done_count=1, part_count=3, trouble="No luck.")
    assert "stopped after 1 of 3 parts. No luck." in words(as_sam.get(PAGE))
    assert "Nothing is kept of that" in words(as_sam.post(steer("go-on", one), follow=True))
    EvaluationPart.objects.create(evaluation=one, number=0, took_seconds=1)

    after = as_sam.post(steer("go-on", one), follow=True)

    assert "1 of 3 parts done." in words(after)
    one.refresh_from_db()
    assert (one.status, one.doing, one.finished_at) == ("running", "Waiting for a worker", None)


def test_cancelling_and_going_on_take_the_right(as_stranger, client, shared_labels):
    one = running()
    looking = signed_in(make.user("Lee Looker", is_staff=True))
    assert "Cancel" not in words(looking.get(PAGE))
    for name in ("cancel", "go-on"):
        assert looking.post(steer(name, one)).status_code == 302
        assert as_stranger.post(steer(name, one)).status_code == 403
        assert client.post(steer(name, one)).status_code == 302
        assert looking.get(steer(name, one)).status_code == 405
        assert looking.post(f"{PAGE}999/{name}/").status_code == 404
    one.refresh_from_db()
    assert one.status == "running"


def test_grades_can_be_chosen_where_a_re_ranker_is_in_use(as_sam, labelled_needs, settings):
    assert 'name="reranks"' not in as_sam.get(PAGE).content.decode()
    settings.RERANKER = "tests.support.rerankers.Likes"

    assert "Have Likes grade the best for each need. 4 questions." in words(as_sam.get(PAGE))
    as_sam.post(START, {"what": "matching", "reranks": "on"})

    assert Evaluation.objects.get().reranks


def test_what_grading_costs_is_told_before(as_sam, labelled_needs, settings):
    settings.RERANKER = "tests.support.rerankers.Dear"
    said = words(as_sam.get(PAGE))
    assert "4 questions: about $2.00, less what was asked before." in said
    assert "$1.50 of today's budget is left, so the last needs will not be graded." in (
        said.replace("&#x27;", "'")
    )

    (labelled_needs / "gold" / "matches_dev.jsonl").write_text("no JSON")

    said = words(as_sam.get(PAGE))
    assert "What grades by Dear would cost cannot be told." in said
    assert "matches_dev.jsonl line 1: not JSON" in said


@pytest.mark.parametrize("odd", [{"products": ["Ledger"]}, {"tags": 3}])
def test_companies_of_another_shape_leave_the_page_standing(odd, as_sam, labelled_needs, settings):
    settings.RERANKER = "tests.support.rerankers.Dear"
    company = {"slug": "a", "name": "A"} | odd
    (labelled_needs / "startups" / "startups_1000.jsonl").write_text(json.dumps(company))

    said = words(as_sam.get(PAGE))

    assert "would cost cannot be told. A line of the labels has another shape" in said


def test_pages_answer_to_their_own_methods_only(as_sam):
    assert as_sam.post(PAGE).status_code == 405
    assert as_sam.get(START).status_code == 405


def test_the_page_asks_as_often_for_many_evaluations(as_sam, judged, sam):
    for what in Evaluation.What:
        done(what, by=sam)
    as_sam.get(PAGE)
    few = queries(lambda: as_sam.get(PAGE))

    for day in range(1, SHOWN + 3):
        for what in Evaluation.What:
            done(what, day=day, by=sam)
    for number in range(5):
        running(status="failed", finished_at=DAY, trouble=f"Trouble {number}")
    page = as_sam.get(PAGE)

    assert queries(lambda: as_sam.get(PAGE)) == few
    assert few <= 16
    assert words(page).count(f"The last {SHOWN}.") == 3
    assert len(panel("matching").rows) == SHOWN
    assert panel("matching").rows[0].evaluation.started_at == DAY + timedelta(days=3)
