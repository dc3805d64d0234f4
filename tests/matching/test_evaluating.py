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
from matching import evaluating, evaluation_parts, evaluations, measuring, tasks
from matching.contract import Candidate, Need
from matching.evaluation_parts import OutOfTime
from matching.models import MatchPolicy
from signals.extraction import labelled
from signals.measure import calibration
from signals.measure import evaluations as keeping
from signals.models import Evaluation, EvaluationPart
from tests import make
from tests.support.rerankers import Likes
from tests.support.tables import counts
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


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


def test_figures_with_a_re_ranker_say_whose_grades_they_are(labelled_needs, settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 3}, []

    measured = evaluations.matching(
        measuring.Labels(labelled_needs / "gold"),
        labelled_needs / "startups" / "startups_1000.jsonl",
        reranker=Likes(),
    )

    about = measured.about
    assert (about["reranker"], about["unasked"]) == ("Likes", "")
    assert about["graded"] == len(Likes.asked) > 0
    assert about["ungraded"] == ""
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
        evaluation_parts.beside(lambda doing: Evaluation.objects.update(doing=doing), "Need 1 of 2")

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


class Parts:
    """Work of parts that find what they are told, or do what they are told."""

    def __init__(self, *found):
        self.found = found
        self.names = [f"part {number}" for number in range(len(found))]

    def find(self, number, report):
        report("Trying")
        found = self.found[number]
        return {"f1": found() if callable(found) else found}

    def measured(self, found):
        return keeping.Measured({"a": {"f1": sum(one["f1"] for one in found)}}, {}, {"labels": 3})


def test_each_part_is_kept_when_it_is_done_and_the_figures_are_of_all(sam, judged):
    made, parts = evaluating.start("judgements", by=sam), Parts(1, 2, 4)

    assert evaluating.run(made, parts) is False

    half = Evaluation.objects.get()
    assert (half.status, half.done_count, half.part_count) == ("running", 1, 3)
    assert half.doing == "Trying, part 0"
    assert [part.found for part in half.parts.all()] == [{"f1": 1}]
    stale = Evaluation.objects.get()
    assert evaluating.run(half, parts) is False
    assert evaluating.run(stale, parts) is True, "another worker did that part"
    assert evaluating.run(half, parts) is True
    whole = Evaluation.objects.get()
    assert (whole.status, whole.done_count, whole.doing) == ("done", 3, "")
    assert (whole.figures, whole.about) == ({"a": {"f1": 7}}, {"labels": 3})
    assert not EvaluationPart.objects.exists(), "words of labels are not kept"


def test_a_part_that_takes_longer_than_a_worker_may_says_so(sam, judged):
    def slow():
        raise TimeoutException("Task exceeded maximum timeout value (600 seconds)")

    made = evaluating.start("judgements", by=sam)

    with pytest.raises(TimeoutException):
        evaluating.run(made, Parts(slow))

    made.refresh_from_db()
    assert made.status == "failed"
    assert "longer than a worker may take, 10 minutes. Start it when the" in made.trouble
    assert "run manage.py evaluate with --keep" in made.trouble


def test_one_that_stopped_goes_on_after_the_parts_that_are_measured(sam, judged):
    def broken():
        raise ValueError("no luck")

    made = evaluating.start("judgements", by=sam)
    evaluating.run(made, Parts(1, broken))
    assert evaluating.run(made, Parts(1, broken)) is True
    made.refresh_from_db()
    assert (made.status, made.trouble, made.done_count) == ("failed", "ValueError: no luck", 1)

    evaluating.go_on(made, by=sam)
    assert [one.func() for one in OrmQ.objects.all()].count("matching.tasks.evaluate") == 2
    assert evaluating.run(made, Parts(0, 2)) is True

    made.refresh_from_db()
    assert (made.status, made.figures, made.trouble) == ("done", {"a": {"f1": 3}}, "")
    with pytest.raises(evaluating.NotStarted, match="Nothing is kept of that evaluation"):
        evaluating.go_on(made, by=sam)


def test_who_presses_the_button_twice_has_it_go_on_once(sam, judged):
    made = evaluating.start("judgements", by=sam)
    evaluating.run(made, Parts(1, 2))
    evaluating.cancel(made, by=sam)
    made, seen_before = Evaluation.objects.get(), Evaluation.objects.get()
    evaluating.go_on(made, by=sam)
    queued = OrmQ.objects.count()

    with pytest.raises(evaluating.NotStarted, match="under way already"):
        evaluating.go_on(seen_before, by=sam)

    assert OrmQ.objects.count() == queued


def test_who_starts_anew_does_not_go_on_with_an_earlier_one(sam, judged):
    made = evaluating.start("judgements", by=sam)
    evaluating.run(made, Parts(1, 2))
    evaluating.cancel(made, by=sam)
    evaluating.cancel(evaluating.start("judgements", by=sam), by=sam)
    made.refresh_from_db()

    with pytest.raises(evaluating.NotStarted, match="Nothing is kept of that evaluation"):
        evaluating.go_on(made, by=sam)


def test_a_cancelled_one_ends_and_what_its_worker_finds_is_thrown_away(sam, judged):
    made = evaluating.start("judgements", by=sam)
    meanwhile = Parts(lambda: evaluating.cancel(made, by=sam) or 1, 2)

    assert evaluating.run(Evaluation.objects.get(), meanwhile) is True

    made.refresh_from_db()
    assert (made.status, made.trouble) == ("cancelled", "Sam Staffer cancelled it.")
    assert (made.done_count, EvaluationPart.objects.count()) == (0, 0)
    with pytest.raises(evaluating.NotCancelled, match="over already"):
        evaluating.cancel(made, by=sam)
    assert evaluating.start("judgements", by=sam)


def test_a_part_that_asks_for_more_time_is_queued_again(sam, judged):
    answers = [OutOfTime(), 5]

    def asks():
        answer = answers.pop(0)
        if isinstance(answer, OutOfTime):
            raise answer
        return answer

    made = evaluating.start("judgements", by=sam)

    assert evaluating.run(made, Parts(asks)) is False
    assert Evaluation.objects.get().done_count == 0
    assert evaluating.run(made, Parts(asks)) is True
    assert Evaluation.objects.get().figures == {"a": {"f1": 5}}


# --- Extraction, part by part -------------------------------------------------------------------

SCORER = """
class Meeting:
    def __init__(self, units): self.text = " ".join(unit["text"] for unit in units)
    def bag(self, row): return set(f"{row['quote']} {row.get('summary', '')}".lower().split())
    def alike(self, one, other): return len(one & other) / max(1, min(len(one), len(other)))
    def find(self, quote, start): return (start, start + 5)
SLACK, CLOSE, NEAR, FAR = 5, 60, 0.5, 0.6
def match(meeting, gold, ours):
    pairs = [(0, at) for at, row in enumerate(ours) if row["quote"]][:1] if gold else []
    return pairs, [], []
def score(gold, ours, text):
    order = [row["file"] for row in ours]
    return {"precision": len(ours), "f1": sum(row["confidence"] for row in ours), "order": order}
"""
UNITS = "def units(path): return [{'start': 0, 'end': 9, 'text': open(path).read()}]"
NEEDS = ("a new pump for the north well", "a rescue sled for the ice patrol", "shade at the pool")


@pytest.fixture
def meetings(folder):
    """Three short meetings of two cities, a need marked in each."""
    (folder / "gold" / "score_extraction.py").write_text(SCORER)
    (folder / "gold" / "meeting_text.py").write_text(UNITS)
    labels = []
    for number, need in enumerate(NEEDS):
        name = f"{'ab'[number // 2]}town_2026-0{number + 1}-01.vtt"
        said = (
            f"We need {need} before the winter and we want a vendor to tell us what it costs.",
            "Thank you all. The minutes of the last meeting are approved as they were read.",
        )
        cues = [
            f"00:00:{at * 10:02}.000 --> 00:00:{at * 10 + 9:02}.000\n{line}\n"
            for at, line in enumerate(said)
        ]
        (folder / "transcripts" / name).write_text("WEBVTT\n\n" + "\n".join(cues))
        labels.append(
            {
                "file": name,
                "start_seconds": 0,
                "end_seconds": 9,
                "quote_seconds": [0, 9],
                "quote": said[0],
                "summary": need,
                "kind": "need",
                "category": "public-works",
                "strength": 2,
            }
        )
    (folder / "gold" / "signals_dev.jsonl").write_text("\n".join(map(json.dumps, labels)))
    return folder


def test_extraction_is_a_part_for_each_group_left_out(meetings):
    labels = labelled.Labels.at(meetings / "gold", meetings / "transcripts")
    one, two, three = labels.files

    parts = keeping.parts(labels)

    assert [str(part) for part in parts] == [
        "in sample",
        "one meeting left out: atown_2026-01-01.vtt",
        "one meeting left out: atown_2026-02-01.vtt",
        "one meeting left out: btown_2026-03-01.vtt",
        "one city left out: atown",
        "one city left out: btown",
    ]
    assert [part.files(labels) for part in parts] == [
        [one, two, three],
        [one],
        [two],
        [three],
        [one, two],
        [three],
    ]


def test_the_figures_of_parts_do_not_depend_on_their_order(meetings):
    labels = labelled.Labels.at(meetings / "gold", meetings / "transcripts")
    found = [
        keeping.Found(part, rows := [_row(file) for file in part.files(labels)], rows, number / 10)
        for number, part in enumerate(keeping.parts(labels))
    ]

    measured = keeping.measured(labels, found[::-1])

    assert measured == keeping.measured(labels, found)
    assert list(measured.figures["one meeting left out"]["order"]) == labels.files
    assert measured.calibration["bar"] == 0.1, "of the part that left out the first file"


def _row(file):
    return {"file": file, "quote": "We need it", "summary": "", "confidence": 0.6}


@pytest.mark.drill  # it teaches eleven models
def test_extraction_in_parts_gives_the_figures_of_the_command(meetings, sam):
    told = StringIO()
    folders = {"gold": meetings / "gold", "transcripts": meetings / "transcripts"}
    call_command("evaluate_extraction", keep=True, stdout=told, **folders)
    by_command = Evaluation.objects.get()

    made = evaluating.start("extraction", by=sam)
    tasks.evaluate(made.pk)
    assert Evaluation.objects.get(pk=made.pk).doing == "Extracting, in sample"
    # In sample, three meetings and two cities left out in turn, each a task of its own.
    for _ in range(5):
        assert OrmQ.objects.order_by("pk").last().args() == (made.pk,)
        tasks.evaluate(made.pk)

    made.refresh_from_db()
    assert (made.status, made.done_count, made.part_count) == ("done", 6, 6)
    assert OrmQ.objects.count() == 6
    assert made.figures == by_command.figures
    assert made.calibration == by_command.calibration
    assert made.about == by_command.about
    order = made.figures["one meeting left out"]["order"]
    assert order and order == sorted(order)


def test_labels_that_change_meanwhile_stop_it(meetings, sam):
    made = evaluating.start("extraction", by=sam)
    work = evaluation_parts.Extraction(meetings)
    found = [{"rows": [], "unsure": [], "bar": 0.5, "digest": "other"}] * len(work.names)

    with pytest.raises(evaluation_parts.LabelsChanged, match="The labels were changed since it"):
        work.measured(found)
    with pytest.raises(evaluation_parts.LabelsChanged):
        work.measured(found[1:])
    assert made.status == "running"


# --- With a re-ranker ---------------------------------------------------------------------------


def test_a_re_ranker_is_asked_for_so_long_in_a_task(likes_leaks):
    asked = [Candidate("leakwise", "Finds leaks.")]
    need = Need("Leaks", "", "Need", ())
    with time_machine.travel(timezone.now(), tick=False):
        reranker = evaluation_parts.InTime(Likes(), seconds=-1)

        with pytest.raises(OutOfTime):
            reranker.judge(need, asked)

    assert evaluation_parts.InTime(Likes(), seconds=60).judge(need, asked)[0].grade == 3


@pytest.fixture
def likes_leaks(settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 3}, []


def test_what_cannot_be_graded_is_refused(sam, judged, labelled_needs, settings):
    with pytest.raises(evaluating.NotStarted, match="The site uses no re-ranker"):
        evaluating.start("matching", by=sam, reranks=True)
    settings.RERANKER = "tests.support.rerankers.Likes"
    with pytest.raises(evaluating.NotStarted, match="No re-ranker grades for “Matching, by our"):
        evaluating.start("judgements", by=sam, reranks=True)


def test_a_worker_measures_with_the_grades_it_was_asked_for(sam, labelled_needs, likes_leaks):
    made = evaluating.start("matching", by=sam, reranks=True)
    tasks.evaluate(made.pk)

    made.refresh_from_db()
    assert made.status == "done", made.trouble
    assert made.about["reranker"] == "Likes"
    assert made.about["graded"] == len(Likes.asked) > 0


def test_nobody_is_asked_any_more_for_one_that_was_cancelled(sam, labelled_needs, likes_leaks):
    made = evaluating.start("matching", by=sam, reranks=True)
    worker = evaluation_parts.work(made)
    evaluating.cancel(made, by=sam)

    with pytest.raises(OutOfTime):
        worker.find(0, evaluation_parts.evaluations.quietly)

    assert Likes.asked == []


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
