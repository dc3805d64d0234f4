"""Evaluations: measured on this site's judgements, kept, and run in the background."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from civstart.lib import throwaway
from matching import evaluating, evaluations, measuring, tasks
from matching.models import MatchPolicy
from signals.measure import calibration
from signals.measure import evaluations as keeping
from signals.models import Evaluation
from tests import make
from tests.support.rerankers import Likes
from tests.support.tables import counts
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db
GOLD = ("signals_dev.jsonl", "score_extraction.py", "meeting_text.py")


@pytest.fixture
def folder(settings, tmp_path):
    """A folder with the files of labels, of which none says anything."""
    for name in ("gold", "transcripts", "startups"):
        (tmp_path / name).mkdir()
    for name in (*GOLD, "matches_dev.jsonl", "score_matching.py"):
        (tmp_path / "gold" / name).touch()
    (tmp_path / "startups" / "startups_1000.jsonl").touch()
    settings.LABELS_DIR = str(tmp_path)
    return tmp_path


def evaluated(what, *, by):
    made = evaluating.start(what, by=by)
    tasks.evaluate(made.pk)
    made.refresh_from_db()
    return made


def test_matching_is_measured_on_the_sites_own_directory_by_what_staff_judged(judged, sam):
    made = evaluated("judgements", by=sam)

    figures = made.figures["as the site decides"]
    assert (made.status, made.by, made.doing) == ("done", sam, "")
    assert (figures["needs"], figures["judged"], figures["answerable"]) == (2, 3, 1)
    assert figures["ndcg10_judged"] == figures["recall10"] == 1.0
    assert {"policy": 2, "labels": 2, "pairs": 3, "startups": 2}.items() <= made.about.items()
    assert sum(one["of"] for one in made.calibration["bins"]) == 2


def test_measuring_leaves_the_site_as_it_was(judged):
    before = counts()

    call_command("evaluate", "matching", judgements=True, stdout=StringIO())

    assert counts() == before


def test_what_is_judged_too_thinly_is_said(judged, sam):
    for one in judged[0].judgements.all():
        one.delete()
    judged[1].judgements.filter(startup__slug="shiftwell").delete()

    made = evaluated("judgements", by=sam)

    assert made.status == "failed"
    assert made.trouble == (
        "No signal is judged well enough to measure by. Judge startups on the page of a signal's "
        "matches. Left out 1: no answer was found, and not all that came near are judged."
    )


def test_the_likelihoods_are_moved_to_the_share_of_needs_with_an_answer(judged, sam):
    policy = MatchPolicy.objects.current()
    told = [(0.5, True), (0.5, False), (0.5, False), (0.5, False), (None, True)]

    found = evaluations.calibrated(told, policy)

    (only,) = calibration.bins(found["bins"])
    assert (only.foretold, only.share.right, only.share.of) == (0.25, 1, 4)
    assert evaluations.calibrated([(0.5, True)], policy)["bins"] == []


def test_the_command_says_how_many_are_judged_and_keeps_the_figures(judged):
    said = StringIO()

    call_command("evaluate", "matching", judgements=True, keep=True, stdout=said)

    head, figures = said.getvalue().splitlines()
    kept = Evaluation.objects.get()
    assert head == "2 needs judged, 3 pairs"
    assert json.loads(figures.partition(": ")[2]) == kept.figures["as the site decides"]
    assert (kept.what, kept.status, kept.starter) == ("judgements", "done", "a command")
    assert kept.finished_at >= kept.started_at


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="No signal is judged well enough"):
        call_command("evaluate", "matching", judgements=True)
    with pytest.raises(CommandError, match="--judgements is of matching, and this is extraction"):
        call_command("evaluate", "extraction", judgements=True)
    with pytest.raises(CommandError, match="--rerank is of matching, and this is extraction"):
        call_command("evaluate", "extraction", rerank=True)
    with pytest.raises(CommandError, match="No re-ranker is asked by --judgements"):
        call_command("evaluate", "matching", judgements=True, rerank=True)
    with pytest.raises(CommandError, match="The site uses no re-ranker"):
        call_command("evaluate", "matching", rerank=True)


def test_a_re_ranker_that_was_not_asked_is_named(judged, settings):
    settings.RERANKER = "tests.support.rerankers.Broken"
    said, aside = StringIO(), StringIO()

    call_command("evaluate", "matching", judgements=True, keep=True, stdout=said, stderr=aside)

    assert "Broken grades startups on this site, and was not asked" in aside.getvalue()
    about = Evaluation.objects.get().about
    assert (about["reranker"], about["unasked"]) == ("", "Broken")


def test_figures_with_a_re_ranker_say_whose_grades_they_are(folder, settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 3}, []
    sells = {
        "slug": "leakwise",
        "name": "Leakwise",
        "one_liner": "Finds leaks in water mains",
        "description": "Sensors on hydrants hear the leaks of old pipes by night.",
    }
    scorer = "def score(labels, ranked):\n    return {'needs': len(ranked)}\n"
    needs = [
        {"id": f"n{at}", "title": title, "abstain": at > 1, "judgements": {"leakwise": 3}}
        for at, title in enumerate(
            ["Find leaks in water mains", "Leaks of mains", "Hire a choir", "Mow the park lawns"]
        )
    ]
    (folder / "gold" / "matches_dev.jsonl").write_text("\n".join(map(json.dumps, needs)))
    (folder / "gold" / "score_matching.py").write_text(scorer)
    (folder / "startups" / "startups_1000.jsonl").write_text(json.dumps(sells))

    measured = evaluations.matching(
        measuring.Labels(folder / "gold"),
        folder / "startups" / "startups_1000.jsonl",
        reranker=Likes(),
    )

    about = measured.about
    assert (about["reranker"], about["unasked"]) == ("Likes", "")
    assert about["graded"] == len(Likes.asked) > 0
    assert set(measured.figures) == {
        "as the site decides",
        "bar in sample",
        "bar with one need left out",
    }


@pytest.mark.parametrize("what", ["extraction", "matching"])
def test_without_labels_nothing_starts_and_the_next_step_is_said(what, settings, sam, folder):
    settings.LABELS_DIR = ""
    with pytest.raises(evaluating.NotStarted, match=r"LABELS_DIR is not set. Set it to a folder"):
        evaluating.start(what, by=sam)

    settings.LABELS_DIR = str(folder)
    (folder / evaluating.NEEDED[what][0]).unlink()
    with pytest.raises(evaluating.NotStarted, match=r"is not in it. Add it, or set another folder"):
        evaluating.start(what, by=sam)

    assert not Evaluation.objects.exists()


def test_what_is_unknown_or_not_allowed_is_refused(sam, judged):
    with pytest.raises(evaluating.NotStarted, match="There is no evaluation “luck”"):
        evaluating.start("luck", by=sam)
    with pytest.raises(evaluating.NotStarted, match="takes the right “Can add evaluation”"):
        evaluating.start("judgements", by=make.user("Lee Looker", is_staff=True))


def test_labels_that_cannot_be_read_stop_it_with_the_reason(folder, sam):
    (folder / "gold" / "signals_dev.jsonl").write_text("no JSON\n")

    made = evaluated("extraction", by=sam)

    assert (made.status, made.done_count) == ("failed", 0)
    assert made.trouble.startswith("JSONDecodeError: Expecting value")
    assert made.finished_at is not None


def test_a_need_that_is_none_is_named(folder, sam):
    (folder / "startups" / "startups_1000.jsonl").write_text('{"slug": "a", "name": "A"}\n')
    (folder / "gold" / "matches_dev.jsonl").write_text('{"id": "1"}\n')

    made = evaluated("matching", by=sam)

    assert made.trouble.endswith('matches_dev.jsonl line 1: "title" is missing. Add it as a text.')


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_starts_in_one_moment_give_one(judged, sam):
    said = at_once(*[lambda: evaluating.start("judgements", by=sam)] * 2)

    assert sorted(said) == [
        "",
        "An evaluation is under way already. Wait until it is done, then start this one.",
    ]
    assert Evaluation.objects.get().status == "running"
    assert [one.func() for one in OrmQ.objects.all()].count("matching.tasks.evaluate") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_reported_from_tables_of_which_nothing_stays_does_stay():
    now = timezone.now()
    made = Evaluation.objects.create(what="matching", started_at=now, moved_at=now)

    with throwaway.tables():
        evaluating.beside(lambda doing: Evaluation.objects.update(doing=doing), "Need 1 of 2")

    made.refresh_from_db()
    assert made.doing == "Need 1 of 2"


def test_one_that_does_not_get_on_is_given_up_when_the_next_is_started(judged, sam):
    with time_machine.travel(timezone.now() - timedelta(minutes=13)):
        lost = evaluating.start("judgements", by=sam)

    assert evaluated("judgements", by=sam).status == "done"

    lost.refresh_from_db()
    assert (lost.status, lost.trouble) == ("failed", evaluating.OVERDUE)
    tasks.evaluate(lost.pk)  # its task comes back all the same
    lost.refresh_from_db()
    assert lost.figures == {}


def test_each_part_is_kept_when_it_is_done(sam, judged):
    parts = [
        lambda report: keeping.Measured({"a": {"f1": 0.4}}, {"bins": []}),
        lambda report: keeping.Measured({"b": {"f1": 0.5}}, about={"labels": 3}),
    ]
    made = evaluating.start("judgements", by=sam)

    assert evaluating.run(made, parts) is False

    half = Evaluation.objects.get()
    assert (half.status, half.done_count, list(half.figures)) == ("running", 1, ["a"])
    assert evaluating.run(made, parts) is True, "another worker did that part"
    assert evaluating.run(half, parts) is True
    whole = Evaluation.objects.get()
    assert (whole.status, whole.done_count, list(whole.figures)) == ("done", 2, ["a", "b"])
    assert (whole.calibration, whole.about) == ({"bins": []}, {"labels": 3})


def test_a_part_that_takes_longer_than_a_worker_may_says_so(sam, judged):
    def slow(report):
        raise TimeoutException("Task exceeded maximum timeout value (600 seconds)")

    made = evaluating.start("judgements", by=sam)

    with pytest.raises(TimeoutException):
        evaluating.run(made, [slow])

    made.refresh_from_db()
    assert made.status == "failed"
    assert "longer than a worker may take, 10 minutes. Start it when the" in made.trouble
    assert "run manage.py evaluate with --keep" in made.trouble


def test_the_fingerprint_of_labels_changes_with_a_word(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("a need")
    before = keeping.digest_of(path)

    path.write_text("no need")

    assert len(before) == 12
    assert keeping.digest_of(path) != before


def test_one_runs_at_a_time_and_has_no_end(sam):
    now = timezone.now()
    Evaluation.objects.create(what="matching", started_at=now, moved_at=now)

    for wrong in ({"what": "extraction"}, {"what": "matching", "status": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.create(started_at=now, moved_at=now, **wrong)
