"""Labels of people's decisions: in the scorer's own form, without residents, all or nothing."""

import json
import shutil
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from signals import labels, review, second_looks
from signals.extraction import labelled
from signals.models import Segment, Signal
from tests import make

FIELDS = [
    *("file", "id", "start_seconds", "end_seconds", "quote_seconds", "quote", "title", "summary"),
    *("kind", "category", "strength", "amount_usd", "timeframe", "speaker_role"),
]


def approved(by, **fields):
    signal = make.signal(**fields)
    review.approve(signal, by=by)
    return signal


def exported(folder, *options):
    call_command("export_labels", "--out", str(folder), *options)
    return [
        [json.loads(line) for line in (folder / name).read_text().splitlines()]
        for name in (labels.GOLD, labels.NEGATIVES)
    ]


def test_an_approved_signal_is_a_gold_row(sam, tmp_path):
    signal = approved(sam)

    (gold,), negatives = exported(tmp_path / "out")

    assert list(gold) == FIELDS
    assert (gold["quote"], gold["quote_seconds"]) == (make.QUOTE, [4450.0, 4457.0])
    assert (gold["title"], gold["amount_usd"], gold["strength"]) == (signal.title, 412000.0, 3)
    assert gold["id"].endswith(str(signal.public_id))
    assert (tmp_path / "out" / "transcripts" / gold["file"]).is_file()
    assert negatives == []


def test_a_rejected_signal_is_a_hard_negative_with_its_reason(sam, tmp_path):
    review.reject(make.signal(), reason="awarded", note="Jane Doe told me.", by=sam)

    gold, (negative,) = exported(tmp_path / "out")

    assert gold == []
    assert (negative["why_not"], negative["reason"]) == (
        "Already awarded or finished.",
        "awarded",
    )
    assert {"file", "start_seconds", "end_seconds", "quote"} < set(negative)
    assert "Jane Doe" not in json.dumps(negative)


def test_the_last_decision_is_the_label(sam, ana, tmp_path):
    signal = approved(sam)
    review.reopen(signal, by=ana)
    review.reject(signal, reason="quote", by=ana)
    reopened = approved(sam)
    review.reopen(reopened, by=sam)

    gold, negatives = exported(tmp_path / "out")

    assert (len(gold), [row["reason"] for row in negatives]) == (0, ["quote"])


def test_residents_are_withheld_in_quotes_and_transcripts_unless_asked_for(sam, tmp_path):
    quote = "My name is Pat Doe and we need the leaks in our street found before winter"
    signal = approved(sam, title="Pat Doe asks for a leak survey", quote=quote)
    piece = signal.evidence.get()
    at = quote.index("Pat Doe")
    piece.hidden = [[at, at + 7, "name"]]
    piece.save()
    Segment.objects.filter(pk=piece.segment_id).update(hidden=piece.hidden)
    Signal.objects.filter(pk=signal.pk).update(hidden={"title": [[0, 7, "name"]]})

    exported(tmp_path / "out")
    shown = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.json*"))
    (row,), _ = exported(tmp_path / "full", "--in-full")

    assert "Pat Doe" not in shown
    assert "[name withheld]" in shown
    assert row["quote"] == quote


def test_only_decisions_since_the_day_are_written(sam, tmp_path):
    old = approved(sam, title="Old")
    approved(sam, title="New")
    Signal.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=9))
    day = f"{timezone.now() - timedelta(days=3):%Y-%m-%d}"

    (row,), _ = exported(tmp_path / "out", "--since", day)

    assert row["title"] == "New"


def test_what_people_disagree_on_is_no_label(settings, sam, ana, tmp_path, capsys):
    settings.SECOND_LOOK_SHARE = 1.0
    signal = approved(sam)
    second_looks.judge(signal.second_looks.get(), decision="reject", reason="faint", by=ana)

    gold, negatives = exported(tmp_path / "out")

    assert (gold, negatives) == ([], [])
    assert "Left out 1: two people disagree on it." in capsys.readouterr().out


def test_a_lost_or_too_short_quote_is_left_out(sam, tmp_path, capsys):
    approved(sam).evidence.update(anchor="lost")
    approved(sam, quote="we need pumps")

    assert exported(tmp_path / "out") == [[], []]
    said = capsys.readouterr().out
    assert "its quote no longer occurs" in said
    assert "its quote has not 6 to 80 words" in said


def test_an_earlier_export_is_replaced_and_nothing_else(sam, tmp_path):
    approved(sam)
    exported(tmp_path / "out")
    approved(sam)
    assert len(exported(tmp_path / "out")[0]) == 2

    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("Mine.")
    with pytest.raises(CommandError, match="holds something else than labels"):
        exported(foreign)

    assert (foreign / "thesis.txt").read_text() == "Mine."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["foreign", "out"]


def test_what_fails_midway_leaves_the_earlier_export_whole(sam, tmp_path, monkeypatch):
    approved(sam)
    exported(tmp_path / "out")
    approved(sam)
    monkeypatch.setattr(labels, "_turns", _fails)

    with pytest.raises(CommandError, match="The disk is full"):
        call_command("export_labels", "--out", str(tmp_path / "out"))

    assert len((tmp_path / "out" / labels.GOLD).read_text().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _fails(*args, **options):
    raise OSError("The disk is full.")


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", ""])
def test_a_wrong_day_is_refused(db, day):
    with pytest.raises(CommandError, match="is no date"):
        call_command("export_labels", "--since", day)


# The labels' own program leaves its files for Python to close.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.shared_data
def test_the_scorers_own_loader_takes_what_was_written(sam, shared_data, tmp_path):
    for number, words in enumerate(
        (
            make.QUOTE,
            "the council wants a new permitting system that residents can use from home",
            "our fire trucks are past their age & we must lease two of them next spring",
        )
    ):
        approved(sam, title=f"Need {number}", quote=words, at_meeting=make.meeting())
    review.reject(
        make.signal(quote="thank you all for a very good evening"), reason="faint", by=sam
    )
    folder = tmp_path / "out"
    gold, _ = exported(folder)
    for name in ("score_extraction.py", "meeting_text.py"):
        shutil.copy(shared_data / "gold" / name, folder / name)

    read = labelled.Labels.at(folder, folder / labels.TRANSCRIPTS)

    assert read.scorer.load(str(folder / labels.GOLD)) == gold
    found = read.score(gold)
    assert (found["f1"], found["hits"], found["quote_not_found"]) == (1.0, 3, 0)
    for file in read.files:
        assert read.meeting(file).heard
        assert read.meeting(file).lesson.hits.max() > 0
