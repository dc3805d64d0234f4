"""Floors under the quality of extraction, measured on the labelled meetings with their scorer."""

import pytest

from signals.extraction import measuring
from signals.extraction.local import LocalExtractor

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def labels(shared_data):
    return measuring.Labels.at(shared_data / "gold", shared_data / "transcripts")


def test_the_shipped_weights_keep_their_figures(labels):
    figures = measuring.figures(labels, measuring.extracted(labels, LocalExtractor()))

    assert figures["f1"] >= 0.40
    assert figures["quote_not_found"] == 0


def test_cities_never_seen_keep_a_floor(labels):
    models = measuring.held_out(labels, measuring.city)

    figures = measuring.figures(labels, measuring.predictions(labels, models))

    assert figures["f1"] >= 0.38
    assert figures["recall2"] >= 0.42
    assert figures["category_accuracy"] >= 0.55
    assert figures["quote_not_found"] == 0
