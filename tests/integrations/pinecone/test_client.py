"""Talking to Pinecone through its SDK: what is sent, what comes back, what goes wrong."""

import json

import numpy as np
import pytest

from integrations.pinecone.batches import Record
from integrations.pinecone.client import Missing, Pinecone, Refused, Unavailable
from tests.fakes.pinecone import Answer, broken, overloaded, rate_limited

SPACE = "startup.minilm-l6-v2-int8"
NAME = "civstart-signals"


def vector(number, size=384):
    made = np.zeros(size)
    made[number % size] = 1.0
    made[(number * 7 + 1) % size] += 0.5
    return (made / np.linalg.norm(made)).tolist()


def record(number, size=384, **metadata):
    metadata = {"active": True, "regions": ["any"], "digest": "d" * 64} | metadata
    return Record(f"startup-{number}#0", vector(number, size), metadata)


def opened(size=384):
    return Pinecone.from_settings().index_for(NAME, size)


def everything(index, number=0, most=10, **among):
    return index.nearest(SPACE, vector(number), most=most, among=among or {"active": True})


def test_what_is_put_is_found_again(index):
    with opened() as ours:
        ours.put(SPACE, [record(1), record(2)])

        found = everything(ours, 2)

    assert [one.id for one in found] == ["startup-2#0", "startup-1#0"]
    assert found[0].cosine == pytest.approx(1)
    assert set(index.spaces) == {SPACE}


def test_only_what_passes_the_filter_is_found(index):
    with opened() as ours:
        ours.put(
            SPACE,
            [
                record(1, regions=["OH", "TX"]),
                record(2, regions=["TX"]),
                record(3),
                record(4, active=False),
            ],
        )

        found = everything(ours, active={"$eq": True}, regions={"$in": ["OH", "any"]})

    assert {one.id for one in found} == {"startup-1#0", "startup-3#0"}


def test_large_vectors_go_in_requests_of_less_than_two_megabytes(pinecone):
    pinecone.make_index(NAME, 3072)
    rng = np.random.default_rng(5)
    many = [
        Record(f"s{number}#0", (rng.normal(size=3072) / 55).tolist(), {"active": True})
        for number in range(120)
    ]

    with opened(3072) as ours:
        ours.put(SPACE, many)

        assert ours.count(SPACE) == 120
    sizes = [one.size for one in pinecone.asked if one.path == "/vectors/upsert"]
    assert len(sizes) > 1
    assert max(sizes) < 2_000_000
    assert pinecone.refused == []


def test_no_request_carries_more_than_a_thousand_vectors(pinecone):
    pinecone.make_index(NAME, 3)

    with opened(3) as ours:
        ours.put(SPACE, [Record(f"s{number}#0", [0.6, 0.8, 0.0]) for number in range(1200)])

    assert [len(one.body["vectors"]) for one in pinecone.asked if one.body.get("vectors")] == [
        1000,
        200,
    ]


def test_ids_are_listed_to_the_last_page(index):
    with opened() as ours:
        ours.put(SPACE, [record(number) for number in range(230)])

        assert len(set(ours.ids(SPACE))) == 230
        assert list(ours.ids("startup.other")) == []


def test_what_is_held_comes_back_as_it_was_put(index):
    with opened() as ours:
        ours.put(SPACE, [record(number, regions=["OH"]) for number in range(150)])

        ids = [f"startup-{number}#0" for number in range(150)]
        held = ours.held(SPACE, [*ids, "unknown#0"], dimensions=384)

    assert {one.id for one in held} == set(ids)
    assert held[0].metadata["regions"] == ["OH"]
    assert np.allclose(sorted(held, key=lambda one: one.id)[0].values, vector(0), atol=1e-6)


def test_what_is_removed_is_gone_and_may_be_removed_again(index):
    with opened() as ours:
        ours.remove(SPACE, ["startup-1#0"])  # a namespace nothing was put into
        ours.put(SPACE, [record(1), record(2)])

        ours.remove(SPACE, ["startup-1#0", "never#0"])
        ours.remove(SPACE, ["startup-1#0"])

        assert list(ours.ids(SPACE)) == ["startup-2#0"]


def test_what_is_written_is_seen_later(index):
    index.is_behind = True
    with opened() as ours:
        ours.put(SPACE, [record(1)])
        assert everything(ours) == []

        index.catch_up()

        assert len(everything(ours)) == 1


# --- Finding the index ----------------------------------------------------------------------


def test_an_index_that_is_missing_says_how_to_make_it(pinecone):
    with pytest.raises(Missing, match=r"no index \"civstart-signals\".*verify_index --repair"):
        opened()


def test_an_index_for_vectors_of_another_size_says_both_sizes(index):
    with pytest.raises(Missing, match=r"takes vectors of 384 numbers.* have 3072.*-3072"):
        opened(3072)


def test_vectors_of_another_size_have_an_index_beside_it(index):
    with Pinecone.from_settings() as ours:
        assert ours.make(NAME, 3072) == "civstart-signals-3072"

        assert ours.index_for(NAME, 3072).name == "civstart-signals-3072"
        assert ours.index_for(NAME, 384).name == NAME


def test_an_index_is_made_as_the_service_wants_it(pinecone):
    with Pinecone.from_settings() as ours:
        assert ours.make(NAME, 384) == NAME

    made = pinecone.indexes[NAME]
    assert (made.dimension, made.metric) == (384, "cosine")
    (asked,) = (one for one in pinecone.asked if one.method == "POST")
    assert asked.body["deployment"]["region"] == "us-east-1"


def test_an_index_that_is_still_being_made_is_waited_for(index):
    index.is_ready = False

    with pytest.raises(Unavailable, match=r"not ready.*Initializing"):
        opened()


def test_an_index_that_compares_otherwise_is_refused(pinecone):
    pinecone.make_index(NAME, 384, metric="dotproduct")

    with pytest.raises(Refused, match=r"compares by dotproduct"):
        opened()


# --- What goes wrong ------------------------------------------------------------------------


def test_the_wait_the_service_asks_for_is_kept(index, pinecone, waited):
    with opened() as ours:
        pinecone.next(rate_limited("7"))

        ours.put(SPACE, [record(1)])

    assert len(waited) == 1
    assert 7 <= waited[0] <= 10.5


def test_a_limit_that_lasts_says_how_long(index, pinecone):
    with opened() as ours:
        pinecone.always = rate_limited("30")

        with pytest.raises(Unavailable, match="Too many requests") as caught:
            ours.put(SPACE, [record(1)])

    assert caught.value.wait_seconds == 30


def test_a_limit_without_a_wait_names_none(index, pinecone, waited):
    with opened() as ours:
        pinecone.always = rate_limited()

        with pytest.raises(Unavailable) as caught:
            everything(ours)

    assert caught.value.wait_seconds is None
    assert len(waited) == 3


@pytest.mark.parametrize("answer", [overloaded(), broken()])
def test_a_failure_that_passes_is_asked_again(index, pinecone, answer):
    with opened() as ours:
        pinecone.next(answer, answer)

        ours.put(SPACE, [record(1)])

        assert ours.count(SPACE) == 1


@pytest.mark.parametrize("answer", [overloaded(), broken()])
def test_a_service_that_stays_away_is_unavailable(pinecone, answer):
    pinecone.always = answer

    with pytest.raises(Unavailable, match="Try again later"):
        opened()


def test_a_service_that_says_nothing_is_unavailable(index, pinecone, settings):
    settings.PINECONE_TIMEOUT_SECONDS = 0.1
    with opened() as ours:
        pinecone.always = Answer(delay=1)

        with pytest.raises(Unavailable, match="no answer in time"):
            everything(ours)


def test_a_service_that_is_not_there_is_unavailable(pinecone, settings):
    settings.PINECONE_CONTROLLER_HOST = "http://127.0.0.1:9"

    with pytest.raises(Unavailable, match="could not be reached"):
        opened()


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "{", '{"matches": 5}', ""])
def test_an_answer_that_is_none_is_unavailable(index, pinecone, body):
    with opened() as ours:
        pinecone.next(Answer(200, body))

        with pytest.raises(Unavailable, match="could not be read"):
            everything(ours)


def test_a_wrong_key_is_refused_and_never_shown(pinecone, settings):
    settings.PINECONE_API_KEY = "pcsk_mistyped"

    with pytest.raises(Refused, match="PINECONE_API_KEY") as caught:
        opened()

    assert "mistyped" not in str(caught.value)


@pytest.mark.parametrize("status", [403, 402])
def test_a_key_that_may_not_is_refused(pinecone, status):
    pinecone.always = Answer(status, {"error": {"code": "FORBIDDEN", "message": "no"}, "status": 4})

    with pytest.raises(Refused):
        opened()


@pytest.mark.parametrize("key", ["", "has space", "ümlaut", "new\nline"])
def test_what_is_no_key_is_never_sent(pinecone, settings, key):
    settings.PINECONE_API_KEY = key

    with pytest.raises(Refused, match="PINECONE_API_KEY"):
        Pinecone.from_settings()
    assert pinecone.asked == []


# --- The fake is strict ---------------------------------------------------------------------

GOOD = {"id": "a#0", "values": vector(1), "metadata": {"active": True}}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": [1.0, 0.0]}, "Vector dimension 2 does not match the dimension of the index"),
        ({"values": [0.0] * 384}, "non-zero"),
        ({"values": [None, *vector(1)[1:]]}, "finite"),
        ({"id": ""}, "Vector ID"),
        ({"id": "ü"}, "Vector ID"),
        ({"id": "a" * 513}, "Vector ID"),
        ({"metadata": {"place": None}}, "Metadata value"),
        ({"metadata": {"place": {"a": 1}}}, "Metadata value"),
        ({"metadata": {"$place": "a"}}, "metadata key"),
        ({"metadata": {"words": "a" * 41_000}}, "metadata size"),
        ({"colour": "blue"}, "Cannot find field"),
    ],
)
def test_the_fake_refuses_what_the_service_would(index, change, says):
    with pytest.raises(Exception, match=says):
        index.post("/vectors/upsert", {"vectors": [GOOD | change]}, 100)


@pytest.mark.parametrize(
    ("path", "body", "size", "says"),
    [
        ("/vectors/upsert", {"vectors": [GOOD] * 1001}, 100, "1 to 1000"),
        ("/vectors/upsert", {"vectors": [GOOD]}, 2_200_000, "length too large"),
        ("/query", {"topK": 0, "vector": vector(1)}, 9, "topK"),
        ("/query", {"topK": 10_001, "vector": vector(1)}, 9, "topK"),
        ("/query", {"topK": 1, "vector": vector(1), "filter": {"a": {"$has": 1}}}, 9, "\\$has"),
        ("/query", {"topK": 1, "vector": vector(1), "filter": {"a": {"$gt": "b"}}}, 9, "numbers"),
        ("/query", {"topK": 1, "vector": [1.0]}, 9, "dimension"),
        ("/vectors/delete", {"ids": ["a"], "deleteAll": True}, 9, "Exactly one"),
        ("/vectors/delete", {"ids": ["a"], "namespace": "none"}, 9, "Namespace not found"),
        ("/describe_index_stats", {"filter": {"a": 1}}, 9, "Serverless"),
        ("/vectors/upload", {}, 9, "Not Found"),
    ],
)
def test_the_fake_refuses_requests_the_service_would(index, path, body, size, says):
    with pytest.raises(Exception, match=says):
        index.post(path, json.loads(json.dumps(body)), size)


def test_nan_never_reaches_the_index(index):
    with opened() as ours:
        with pytest.raises(Refused, match="finite"):
            ours.put(SPACE, [Record("a#0", [float("nan")] * 384)])

        assert ours.count(SPACE) == 0
