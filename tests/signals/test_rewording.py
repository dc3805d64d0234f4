"""A quote that the extractor wrote a little differently: what was said is kept."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from signals import review
from signals.alignment import Change, changes
from signals.models import Evidence, Signal
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed

WROTE = MORNING[1].replace("three", "four")


@pytest.fixture
def stored(tmp_path, db, choose_extractor) -> Signal:
    choose_extractor("Rewords")
    make.jurisdiction()
    ingest(written(tmp_path, "council_2026-02-10.vtt", samples.vtt(*timed(MORNING))))
    return Signal.objects.order_by("pk")[0]


def test_evidence_is_verbatim_and_keeps_what_was_written(stored):
    piece = stored.evidence.get()

    assert (piece.quote, piece.written) == (MORNING[1], WROTE)
    assert [one for one in stored.rewording if not one.is_same] == [Change("four", "three")]


def test_a_quote_written_word_for_word_keeps_nothing(stored):
    other = Signal.objects.order_by("pk")[1]  # nothing in it was changed

    assert other.evidence.get().written == ""
    assert other.rewording == []


def test_staff_see_the_difference_on_the_review_page(stored, as_sam):
    page = as_sam.get(reverse("admin:review-signal", args=[stored.public_id])).text

    assert "The extractor wrote the quote a little differently." in page
    assert '<del><span class="sr-only">[not said: </span>four' in page
    assert '<ins><span class="sr-only">[said: </span>three' in page


def test_staff_find_and_see_it_in_the_admin(stored, as_sam):
    listed = as_sam.get(reverse("admin:signals_signal_changelist"), {"quote": "fuzzy"})
    page = as_sam.get(reverse("admin:signals_signal_change", args=[stored.pk])).text

    assert list(listed.context["cl"].queryset) == [stored]
    assert "<del>" in page
    assert "Word for word" not in page


def test_the_api_tells_staff_and_nobody_else(stored, as_sam, as_rita, sam):
    review.approve(stored, by=sam)
    address = f"/api/v1/signals/{stored.public_id}/"

    (to_staff,) = as_sam.get(address).json()["evidence"]
    (to_rita,) = as_rita.get(address).json()["evidence"]

    assert (to_staff["written"], to_staff["rewording"]) == (WROTE, "“four” became “three”")
    assert not {"written", "rewording"} & set(to_rita)
    assert "four" not in as_rita.get(f"/signals/{stored.public_id}/").text


def test_a_correction_that_makes_it_word_for_word_ends_the_difference(stored, tmp_path):
    said = (MORNING[0], WROTE, *MORNING[2:])

    ingest(written(tmp_path, "council_2026-02-10.vtt", samples.vtt(*timed(said))))

    piece = stored.evidence.get()
    assert (piece.quote, piece.written) == (WROTE, "")


def test_the_database_refuses_a_difference_that_is_none(stored):
    with pytest.raises(IntegrityError, match="differs_from_quote"), transaction.atomic():
        Evidence.objects.update(written=MORNING[1], quote=MORNING[1])


def test_changes_are_told_stretch_by_stretch():
    assert changes("a b c", "a x c d") == [
        Change("a", "a"),
        Change("b", "x"),
        Change("c", "c"),
        Change("", "d"),
    ]
