import numpy as np
import pytest

from matching import embedders, embedding
from matching.embedders import MiniLmEmbedder, WordLlamaEmbedder
from matching.models import Embedding
from startups import profiles
from startups.models import Startup
from tests import make

pytestmark = pytest.mark.django_db


MINILM = "minilm-l6-v2-int8"


def stored(startup, model=MINILM):
    return Embedding.objects.of_startups(model).get(subject_id=startup.pk, passage=0)


def refresh(**options):
    return embedding.refresh_startups(embedders.wanted(), **options)


def vector_of(signal):
    return embedding.vector_of(signal, embedders.wanted()).tolist()


def test_a_new_startup_is_embedded(react):
    startup = make.startup()
    profiles.changed(startup, by=None, is_new=True)

    react()

    assert len(stored(startup).vector) == 384
    assert len(stored(startup, "wordllama-256").vector) == 256


def test_vectors_have_length_one():
    make.startup()

    refresh()

    assert np.linalg.norm(Embedding.objects.get().vector) == pytest.approx(1, abs=1e-5)


def test_an_edited_profile_is_embedded_anew(react):
    startup = make.startup()
    refresh()
    before = stored(startup)
    startup.description = "Rotas for hairdressers."
    startup.save()
    profiles.changed(startup, by=None)

    react()

    after = stored(startup)
    assert after.text_digest != before.text_digest
    assert list(after.vector) != list(before.vector)


def test_an_edited_product_is_embedded_anew(react):
    startup = make.startup()
    refresh()
    before = stored(startup)
    startup.products.update(description="A paper diary.")
    profiles.changed(startup, by=None)

    react()

    assert list(stored(startup).vector) != list(before.vector)


def test_a_profile_saved_without_a_change_keeps_its_vector(react):
    startup = make.startup()
    refresh()
    before = stored(startup)
    profiles.changed(startup, by=None)

    react()

    after = stored(startup)
    assert after.text_digest == before.text_digest
    assert list(after.vector) == list(before.vector)
    assert after.updated_at > before.updated_at
    assert not embedding.stale(MINILM).exists()


def test_what_is_fresh_is_left_alone():
    startup = make.startup()
    refresh()
    before = stored(startup)

    count = refresh()

    assert count == 0
    assert stored(startup).updated_at == before.updated_at


def test_inactive_startups_are_not_embedded():
    make.startup(is_active=False)

    assert refresh() == 0
    assert not Embedding.objects.exists()


def test_more_startups_than_a_batch_are_all_embedded():
    for number in range(7):
        make.unrelated_startup(f"Shiftwell{number}")

    assert refresh(batch=3) == 7
    assert Embedding.objects.count() == 7


def test_a_signal_is_embedded_once_as_long_as_its_words_stay():
    signal = make.signal()
    first = vector_of(signal)
    before = Embedding.objects.get()

    again = vector_of(signal)

    assert again == pytest.approx(first)
    assert Embedding.objects.get().updated_at == before.updated_at


def test_a_signal_whose_words_changed_is_embedded_anew():
    signal = make.signal()
    first = vector_of(signal)
    signal.title = "A new roof for the library"

    second = vector_of(signal)

    assert second != first
    assert Embedding.objects.count() == 1


STRANGE = ["", " ", ".", "漏水", "💧", "\u200b", "a" * 5000, "leak " * 20_000]


@pytest.mark.parametrize("embedder", [MiniLmEmbedder(), WordLlamaEmbedder()])
@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_any_text_gives_a_vector_of_numbers(text, embedder):
    vectors = embedder.documents([text, "leaks in water mains"])

    assert vectors.shape == (2, embedder.dimensions)
    assert np.isfinite(vectors).all()


def test_no_vector_that_is_stored_holds_nan():
    Startup.objects.create(slug="odd", name="Odd", one_liner="", description="")
    make.startup()

    refresh()

    vectors = list(Embedding.objects.values_list("vector", flat=True))
    assert vectors.count(None) == 1  # the empty profile: known, and never near to anything
    assert all(np.isfinite(vector).all() for vector in vectors if vector)
