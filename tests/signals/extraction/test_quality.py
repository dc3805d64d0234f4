"""Floors under the quality of extraction, measured on the labelled meetings with their scorer."""

import pytest

from signals.extraction import labelled, measuring
from signals.extraction.local import LocalExtractor
from signals.measure import calibration, evaluations

# One worker describes the meetings for all of these tests, which takes most of a minute.
pytestmark = [
    pytest.mark.drill,
    pytest.mark.shared_data,
    pytest.mark.xdist_group("labelled meetings"),
]


@pytest.fixture(scope="module")
def labels(shared_data):
    return labelled.Labels.at(shared_data / "gold", shared_data / "transcripts")


def test_the_shipped_weights_keep_their_figures(labels):
    figures = measuring.figures(labels, measuring.extracted(labels, LocalExtractor()))

    assert figures["f1"] >= 0.40
    assert figures["quote_not_found"] == 0


def test_cities_never_seen_keep_a_floor(labels):
    figures = evaluations.extraction(labels, ["one city left out"]).figures["one city left out"]

    assert figures["f1"] >= 0.38
    assert figures["recall2"] >= 0.42
    assert figures["category_accuracy"] >= 0.55
    assert figures["quote_not_found"] == 0


def test_what_is_below_the_bar_is_calibrated_too(labels):
    model = LocalExtractor().model
    rows = measuring.predictions(labels, dict.fromkeys(labels.files, model), below_bar=True)

    bins = calibration.bins(calibration.kept(evaluations.told(labels, rows))["bins"])

    assert bins[0].last <= model.bar
    assert sum(one.share.of for one in bins) == len(rows)
    shares = [one.share.share for one in bins if not one.share.is_few]
    assert shares[0] < shares[-1]


def test_a_meeting_left_out_takes_its_further_labels_with_it(labels):
    whole = labels.lessons(labelled.same_meeting)
    half = labels.lessons(labelled.same_meeting, without="neworleans_2023-03-23")
    city = labels.lessons(labelled.city, without="fairfax")

    assert {one.group for one in whole} - {one.group for one in half} == {"neworleans_2023-03-23"}
    assert len(whole) - len(half) == 2
    assert not any(one.group.startswith("fairfax") for one in city)
    assert len(whole) - len(city) == 3
