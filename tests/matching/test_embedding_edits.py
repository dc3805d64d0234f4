"""Signals whose words are edited: embedded anew by a reaction, and only if they are new."""

import pytest

from civstart.events.models import Delivery
from matching import embedders, meaning, suggesting, tasks
from matching.models import Embedding, VectorModel
from signals import editing, review
from signals.models import Review
from signals.queue import editing as corrections
from signals.queue import undoing
from tests import make
from tests.support.embedders import Spoiling, first_number

pytestmark = pytest.mark.django_db

ROOF = "A new slate roof for the old library"
MODEL = Spoiling.model


@pytest.fixture
def counting(settings):
    """The embedder of the site, which tells what it was asked."""
    path = "tests.support.embedders.Spoiling"
    settings.EMBEDDER = path
    settings.EMBEDDERS = settings.EMBEDDERS | {MODEL: path}
    embedders.at.cache_clear()
    yield embedders.at(path)
    embedders.at.cache_clear()


@pytest.fixture
def approved(counting, sam, react):
    """An approved signal with its vector; what was embedded for it is forgotten."""
    signal = make.signal()
    review.approve(signal, by=sam)
    react()
    signal.refresh_from_db()
    counting.texts.clear()
    return signal


def stored(signal):
    return Embedding.objects.get(subject="signal", subject_id=signal.pk, model=MODEL)


def found_by(words):
    return [pk for pk, _ in meaning.nearest(words, most=5)]


def test_a_new_title_is_found_by_its_meaning(approved, sam, react):
    before = stored(approved)
    assert found_by("library roof slates") == []

    corrections.title(approved, ROOF, by=sam)
    react()

    after = stored(approved)
    assert after.text_digest != before.text_digest
    assert list(after.vector) != list(before.vector)
    assert found_by("library roof slates") == [approved.pk]


def test_a_new_title_from_the_page_of_review_is_embedded(approved, react, as_sam, counting):
    url = f"/staff/review/{approved.public_id}/title/"
    answer = as_sam.post(url, {"title": ROOF})
    assert answer.status_code in {200, 204, 302}, answer.content[:300]
    react()

    assert any(ROOF in text for text in counting.texts)


def test_a_new_summary_is_embedded(approved, sam, react, counting):
    editing.edit(approved, {"summary": "The library asks for a slate roof."}, by=sam)
    react()

    assert any("slate roof" in text for text in counting.texts)
    assert stored(approved).text_digest


def test_a_new_quote_is_embedded(approved, sam, react, counting):
    corrections.quote(approved, "so we can find the leaks before the ground freezes", by=sam)
    react()

    assert any(text.endswith("before the ground freezes") for text in counting.texts)


def test_what_is_no_word_of_it_leads_to_no_embedding(approved, sam, react, counting):
    before = stored(approved)

    editing.edit(approved, {"strength": 1}, by=sam)
    react()

    assert counting.texts == []
    assert list(stored(approved).vector) == list(before.vector)


def test_a_title_that_was_put_back_is_not_embedded_again(approved, sam, react, counting):
    before = stored(approved)
    corrections.title(approved, ROOF, by=sam)
    undoing.undo(Review.objects.latest("pk"), by=sam)

    react()

    assert counting.texts == []
    assert stored(approved).text_digest == before.text_digest


def test_a_pending_signal_is_not_embedded(counting, sam, react):
    signal = make.signal()

    corrections.title(signal, ROOF, by=sam)
    react()

    assert counting.texts == []


def test_an_edit_while_the_embedder_is_away_is_embedded_later(approved, sam, react, counting):
    counting.spoil = first_number(float("nan"))
    corrections.title(approved, ROOF, by=sam)
    react()
    assert VectorModel.objects.get(model=MODEL).trouble

    counting.spoil = lambda made: made
    Delivery.objects.exclude(status="done").update(due_at="2026-01-01T00:00:00Z")
    react()

    assert found_by("library roof slates") == [approved.pk]
    assert VectorModel.objects.get(model=MODEL).trouble == ""


def test_the_clock_embeds_an_edit_that_was_given_up(approved, sam, counting):
    corrections.title(approved, ROOF, by=sam)  # no worker is there

    tasks.embed_signals()

    assert found_by("library roof slates") == [approved.pk]


def test_later_matching_sees_the_new_words(approved, sam, react):
    make.startup()
    before = suggesting.for_signal(approved)
    changes = {"title": ROOF, "summary": "The library asks for a slate roof before winter."}
    editing.edit(approved, changes, by=sam)
    react()

    after = suggesting.for_signal(approved)

    assert after.best_score < before.best_score
