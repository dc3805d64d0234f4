"""Vectors from Gemini: what is asked, what is refused, and what is never stored."""

import json

import numpy as np
import pytest

from civstart.events.models import Delivery
from integrations.gemini import client
from integrations.gemini.client import Gemini
from integrations.gemini.embedding import GeminiEmbedder
from integrations.models import ModelCall
from matching import embedders, suggesting, tasks
from matching.contract import EmbedderUnavailable
from matching.models import Embedding, Match, VectorModel
from signals import review
from startups import profiles
from tests import make
from tests.fakes.gemini import Answer, broken, overloaded, rate_limited
from tests.fakes.gemini_embedding import DIMENSIONS, vector

STATUS = ModelCall.Status
MODEL = "gemini-embedding-001"


@pytest.fixture
def embedder(db, gemini, clock):
    return GeminiEmbedder(lambda: Gemini.from_settings(sleep=clock.sleep, clock=clock))


@pytest.fixture
def in_use(embedder, settings, monkeypatch):
    """Gemini as the site's embedder, with time that passes only when told to."""
    settings.EMBEDDER = settings.EMBEDDERS[MODEL]
    kept = embedders.at
    embedders.at.cache_clear()
    monkeypatch.setattr(
        embedders, "at", lambda path: embedder if path == settings.EMBEDDER else kept(path)
    )
    return embedder


def requests(fake):
    return [one for asked in fake.asked for one in asked.body["requests"]]


def vectors(*values):
    return Answer(body={"embeddings": [{"values": list(one)} for one in values]})


def statuses():
    return list(ModelCall.objects.order_by("pk").values_list("status", flat=True))


def test_documents_and_queries_are_asked_for_as_such(embedder, gemini):
    embedder.documents(["Leak detection"])
    embedder.queries(["Leaks in mains"])

    assert [one["taskType"] for one in requests(gemini)] == [
        "RETRIEVAL_DOCUMENT",
        "RETRIEVAL_QUERY",
    ]
    assert {one["outputDimensionality"] for one in requests(gemini)} == {3072}


def test_a_vector_comes_back_for_each_text_in_order(embedder, gemini):
    texts = [f"Text number{number} of many" for number in range(230)]

    made = embedder.documents(texts)

    assert made.shape == (230, 3072)
    assert [len(asked.body["requests"]) for asked in gemini.asked] == [100, 100, 30]
    assert np.allclose(made[229], vector(texts[229]), atol=1e-6)


def test_vectors_are_brought_to_length_one(embedder, gemini):
    gemini.next(vectors([3.0, 4.0] + [0.0] * (DIMENSIONS - 2)))

    made = embedder.documents(["Leaks"])

    assert np.allclose(made[0][:2], [0.6, 0.8])


def test_a_text_without_a_letter_costs_nothing_and_is_zeros(embedder, gemini):
    made = embedder.documents(["", "  ", "Leaks"])

    assert len(requests(gemini)) == 1
    assert not made[:2].any()
    assert made[2].any()


def test_each_call_is_written_down_with_what_it_cost(embedder, gemini):
    embedder.documents(["Leaks in the mains " * 100])

    call = ModelCall.objects.get()
    assert (call.purpose, call.status, call.model) == ("embed", STATUS.ANSWERED, MODEL)
    assert call.prompt_tokens > 400
    assert call.cost_usd > 0


GOOD = vector("leaks")
BAD = {
    "the wrong number of numbers": vectors(GOOD[:768], GOOD[:768]),
    "not a number": vectors(["NaN", *GOOD[1:]], GOOD),
    "infinity": vectors(["Infinity", *GOOD[1:]], GOOD),
    "only zeros": vectors([0.0] * DIMENSIONS, GOOD),
    "half a batch": vectors(GOOD),
    "nothing": Answer(body={}),
    "no JSON": Answer(body="<html>Bad gateway</html>"),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_what_is_no_vector_is_asked_for_again(embedder, gemini, answer):
    gemini.next(answer)

    made = embedder.documents(["leaks", "mains"])

    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert statuses()[-1] == STATUS.ANSWERED
    assert len(statuses()) == 2


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_what_is_no_vector_is_never_stored(in_use, gemini, answer):
    make.startup("Leakwise")
    make.startup("Leaksure")
    gemini.vectors = lambda asked: answer

    with pytest.raises(EmbedderUnavailable):
        suggesting.for_signal(make.signal(status="approved"))

    assert not Embedding.objects.filter(model=MODEL).exists()
    assert VectorModel.objects.get(model=MODEL).trouble


def test_the_wait_the_service_asks_for_is_kept(embedder, gemini, clock):
    gemini.next(rate_limited("29s"))

    embedder.documents(["Leaks"])

    assert clock.slept == [29]


@pytest.mark.parametrize("answer", [overloaded(), broken()])
def test_a_service_that_stays_away_is_unavailable(embedder, gemini, answer):
    gemini.vectors = lambda asked: answer

    with pytest.raises(EmbedderUnavailable, match="Try again later"):
        embedder.documents(["Leaks"])

    assert statuses() == [STATUS.UNAVAILABLE] * client.ATTEMPTS


def test_a_service_that_says_nothing_is_unavailable(embedder, gemini, settings):
    settings.GEMINI_TIMEOUT_SECONDS = 0.2
    gemini.vectors = lambda asked: Answer(delay=3)

    with pytest.raises(EmbedderUnavailable, match="gave no answer within"):
        embedder.documents(["Leaks"])


def test_a_wrong_key_is_an_error_and_says_so(embedder, gemini, settings):
    settings.GEMINI_API_KEY = "AIza-mistyped"

    with pytest.raises(client.Refused, match="GEMINI_API_KEY"):
        embedder.documents(["Leaks"])


def test_what_an_outage_left_behind_is_finished_later(in_use, gemini, sam, react):
    startup = make.startup()
    profiles.changed(startup, by=None, is_new=True)
    healthy, gemini.vectors = gemini.vectors, lambda asked: overloaded()
    review.approve(make.signal(), by=sam)
    react()
    assert set(Delivery.objects.values_list("status", flat=True)) >= {Delivery.Status.WAITING}
    assert "overloaded" in VectorModel.objects.get(model=MODEL).trouble

    gemini.vectors = healthy
    Delivery.objects.update(due_at="2026-01-01T00:00:00Z")
    react()

    assert Match.objects.get().startup == startup
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()
    assert VectorModel.objects.get(model=MODEL).trouble == ""


def test_the_clock_brings_back_what_deliveries_gave_up(in_use, gemini):
    startup = make.startup()
    signal = make.signal(status="approved")
    type(signal).objects.update(decided_at="2026-01-01T00:00:00Z")

    assert tasks.catch_up() == 1

    assert Match.objects.get().startup == startup
    assert tasks.catch_up() == 0


def test_one_profile_that_cannot_be_embedded_now_does_not_stop_a_match(in_use, gemini):
    make.startup()
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)
    make.startup("Leaksure")
    healthy = gemini.vectors
    gemini.vectors = lambda asked: overloaded() if "DOCUMENT" in str(asked.body) else healthy(asked)

    run = suggesting.for_signal(make.signal("Leaks in cast-iron water mains", status="approved"))

    assert run.suggested_count >= 1
    assert VectorModel.objects.get(model=MODEL).trouble


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"taskType": "SOMETHING"}, "taskType"),
        ({"outputDimensionality": 4000}, "outputDimensionality"),
        ({"model": "models/other"}, "model"),
        ({"content": {"parts": [{"text": ""}]}}, "content is empty"),
        ({"colour": "blue"}, "Unknown name"),
    ],
)
def test_the_fake_refuses_what_the_service_would(gemini, change, says):
    sound = {
        "model": f"models/{MODEL}",
        "content": {"parts": [{"text": "Leaks"}]},
        "taskType": "RETRIEVAL_QUERY",
    }
    answer = gemini.respond(
        f"/v1beta/models/{MODEL}:batchEmbedContents",
        {"x-goog-api-key": gemini.key, "content-type": "application/json"},
        json.dumps({"requests": [sound | change]}).encode(),
    )

    assert answer.status == 400
    assert says in answer.body["error"]["message"]
