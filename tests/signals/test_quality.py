"""How good a transcript is, and where staff see why."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from signals import quality
from signals.models import Transcript
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.reading.samples import reading, turns, vtt

SAID = (
    "We need three new pumps for the water plant, and we need them soon.",
    "The old ones failed twice this winter, on April third and again in May.",
    "Staff will bring a request for proposals to this council in the fall.",
)


def spoken(*, speaker: str = "Ann Lee", seconds: float = 5.5) -> list[tuple]:
    return [(speaker, 6 * n, 6 * n + seconds, said) for n, said in enumerate(SAID * 4)]


def points(content: str | bytes) -> dict[str, int]:
    return {part.name: part.points for part in quality.of(reading(content)).parts}


def test_a_transcript_with_nothing_wrong_is_worth_a_hundred():
    grade = quality.of(reading(turns(*spoken())))

    assert grade.points == 100
    assert sum(part.most for part in grade.parts) == 100


def test_the_score_is_the_sum_of_its_parts():
    for content in samples.every_format().values():
        grade = quality.of(reading(content))

        assert grade.points == sum(part.points for part in grade.parts)
        assert all(0 <= part.points <= part.most for part in grade.parts)
        assert all(part.why.endswith(".") for part in grade.parts)


@pytest.mark.parametrize(
    ("part", "worse", "most"),
    [
        ("Speakers", turns(*spoken(speaker="")), 0),
        ("Speakers", turns(*spoken(speaker="Speaker 3")), 8),
        ("Exact times", "\n".join(SAID), 0),
        ("Pace", "\n".join(SAID), 0),
        ("Capitals", turns(*[(*row[:3], row[3].upper()) for row in spoken()]), 0),
        ("Capitals", turns(*[(*row[:3], row[3].lower()) for row in spoken()]), 1),
        ("Punctuation", turns(*[(*row[:3], row[3].rstrip(".")) for row in spoken()]), 0),
        ("Gaps", turns(("Ann", 0, 5, SAID[0]), ("Ann", 400, 405, SAID[1])), 0),
        ("Pace", turns(*spoken(seconds=1.2)), 0),
        ("Cues kept", vtt(*((n, n + 1, "" if n % 2 else SAID[0]) for n in range(8))), 0),
        ("Exact times", vtt(*((3 * n, 3 * n, said) for n, said in enumerate(SAID * 3))), 0),
    ],
)
def test_what_is_wrong_takes_points_from_its_part(part, worse, most):
    assert points(worse)[part] == most


def test_marks_that_are_harmless_take_nothing():
    marked = [(*row[:3], f">> {row[3]} &amp; more.") for row in spoken()]

    assert points(turns(*marked))["Cues kept"] == 20


def test_the_quality_is_stored_printed_and_shown(tmp_path, as_sam, needs_heard):
    make.jurisdiction()
    ran = ingest(written(tmp_path, "a.json", turns(*spoken(speaker=""))), date="2026-06-11")

    transcript = Transcript.objects.get()
    row = as_sam.get(reverse("admin:signals_transcript_change", args=[transcript.pk]))
    listed = as_sam.get(reverse("admin:signals_transcript_changelist"))
    today = as_sam.get(reverse("admin:index"))

    assert transcript.quality == 85
    assert "quality    85 of 100 (cues kept 20/20, exact times 25/25" in ran.out
    assert "seen       nothing" in ran.out
    assert "Speakers: 0 of 15. 0% of the words have a name" in row.content.decode()
    assert "Seen and put in order" in row.content.decode()
    assert ">85<" in listed.content.decode()
    assert '<td class="num" data-head="quality">85</td>' in today.content.decode()


def test_a_transcript_of_before_was_never_judged(as_sam):
    make.transcript()

    assert "Not judged" in as_sam.get(reverse("admin:index")).content.decode()


def test_more_than_a_hundred_is_refused(db):
    make.transcript()

    with pytest.raises(IntegrityError, match="transcript_quality_to_100"), transaction.atomic():
        Transcript.objects.update(quality=101)


@pytest.mark.shared_data
def test_every_real_file_is_judged(shared_data):
    grades = {
        path.name: quality.of(samples.read(path.read_bytes(), path.name)).points
        for path in sorted((shared_data / "transcripts").iterdir())
    }

    assert len(grades) == 16
    assert max(grades, key=grades.__getitem__).startswith("fairfax")
    assert min(grades, key=grades.__getitem__) == "seattle_schools_sentences.tsv"
    assert all(40 <= points <= 100 for points in grades.values())
