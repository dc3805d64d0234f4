"""What staff think of matches, and that the evaluation runs on it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from matching import fitting, judging, measuring, suggesting
from matching.models import Judgement
from signals.models import Evaluation, Signal
from tests import make

pytestmark = pytest.mark.django_db


def export(folder, **options):
    said = StringIO()
    call_command("export_judgements", out=folder, stdout=said, **options)
    lines = (folder / judging.NEEDS).read_text().splitlines()
    return {row["title"]: row for row in map(json.loads, lines)}, said.getvalue()


def test_judgements_are_written_in_the_form_of_judged_needs(judged, tmp_path):
    rows, said = export(tmp_path / "gold")

    leaks = rows[judged[0].title]
    assert leaks["judgements"] == {"leakwise": 3}
    assert (leaks["abstain"], leaks["kind"], leaks["state"]) == (False, "budget", "OH")
    assert leaks["quote"] == judged[0].heard
    fair = rows["Barbers for the annual fair in May"]
    assert (fair["judgements"], fair["abstain"]) == ({"leakwise": 0, "shiftwell": 0}, True)
    assert "2 needs and 2 startups written to" in said


def test_the_evaluation_ranks_and_decides_what_was_written(judged, tmp_path):
    rows, _ = export(tmp_path)

    said = []

    rankings, policy = measuring.rank(
        tmp_path / judging.NEEDS, tmp_path / judging.STARTUPS, said.append
    )

    answers = {one.id: one.row(policy, fitting.stored()) for one in rankings}
    leaks = answers[str(judged[0].public_id)]
    assert leaks["ranking"][0]["slug"] == "leakwise"
    assert set(answers) == {row["id"] for row in rows.values()}
    assert leaks["abstain"] is False
    assert said == [
        "Reading the companies",
        "Turning 2 companies into vectors",
        "Need 1 of 2",
        "Need 2 of 2",
    ]


@pytest.mark.shared_data
def test_evaluate_matching_scores_the_sites_own_judgements(judged, sam, tmp_path, shared_data):
    for signal, grade in ((judged[0], 3), (judged[1], 0)):
        alike = make.signal(
            f"{signal.title} again", quote=signal.heard, summary="", status="approved"
        )
        suggesting.for_signal(alike)
        for one in signal.judgements.all():
            judging.judge(alike, one.startup, grade=grade, by=sam)
    export(tmp_path)
    (tmp_path / "score_matching.py").write_bytes(
        (shared_data / "gold" / "score_matching.py").read_bytes()
    )
    said = StringIO()

    call_command(
        "evaluate_matching",
        gold=tmp_path,
        startups=tmp_path / judging.STARTUPS,
        keep=True,
        stdout=said,
    )

    first = json.loads(said.getvalue().splitlines()[0].partition(": ")[2])
    assert (first["answerable"], first["ndcg10"]) == (2, 1.0)
    kept = Evaluation.objects.get()
    assert (kept.what, kept.about["labels"]) == ("matching", 4)
    assert sum(one["of"] for one in kept.calibration["bins"]) == 4


def test_a_need_without_answer_counts_once_all_that_came_near_are_judged(judged, tmp_path, sam):
    Judgement.objects.filter(signal=judged[1], startup__slug="shiftwell").delete()

    rows, said = export(tmp_path)

    assert set(rows) == {judged[0].title}
    assert "Left out 1: no answer was found, and not all that came near are judged." in said


def test_where_staff_differ_by_one_the_lower_grade_counts_and_by_more_none(judged, tmp_path, ana):
    startup = judged[0].judgements.get().startup
    judging.judge(judged[0], startup, grade=2, by=ana)
    assert export(tmp_path)[0][judged[0].title]["judgements"] == {"leakwise": 2}

    judging.judge(judged[0], startup, grade=0, by=ana)
    rows, said = export(tmp_path)

    assert judged[0].title not in rows
    assert "Left out 1: staff disagree on every startup." in said


def test_a_later_word_replaces_the_earlier_of_the_same_person(judged, sam):
    startup = judged[0].judgements.get().startup

    judging.judge(judged[0], startup, grade="1", by=sam, note=" Too  big ")

    kept = judged[0].judgements.get()
    assert (kept.grade, kept.note) == (1, "Too big")


def test_names_of_residents_are_withheld_unless_asked_for(judged, tmp_path):
    Signal.objects.filter(pk=judged[0].pk).update(
        title="Ask Jane Doe", hidden={"title": [[4, 12, "name"]]}
    )

    withheld, _ = export(tmp_path / "a")
    in_full, _ = export(tmp_path / "b", in_full=True)

    assert "Ask Jane Doe" not in withheld
    assert "Ask Jane Doe" in in_full


def test_a_folder_of_something_else_is_left_alone(judged, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")

    with pytest.raises(CommandError, match="holds something else than judgements"):
        export(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_staff_judge_on_the_page_of_the_signal(as_sam, judged):
    address = reverse("admin:matching-judge", args=[judged[0].public_id])

    done = as_sam.post(
        address, {"startup": "shiftwell", "grade": "1", "note": "Salons alone"}, follow=True
    )

    assert "Shiftwell: Weak." in done.text
    assert 'required><option value="">How good?</option>' in done.text  # no grade by oversight
    assert "Salons alone" in done.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"grade": "4"}, "There is no grade"),
        ({"grade": ""}, "There is no grade"),
        ({"grade": "2", "note": "x" * 501}, "Say why in at most 500 characters."),
    ],
)
def test_a_judgement_that_cannot_be_is_told(as_sam, judged, fields, said):
    before = Judgement.objects.count()
    address = reverse("admin:matching-judge", args=[judged[0].public_id])

    answer = as_sam.post(address, {"startup": "shiftwell", **fields}, follow=True)

    assert said in answer.text
    assert Judgement.objects.count() == before
