"""Vectors of spans: stored once for each text, and brought for all at once."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from civstart.lib import minilm
from civstart.schedules import EVERY_MINUTES
from matching import spans, suggesting, tasks
from matching.models import Reason, SpanVectors
from startups.models import Startup
from startups.profiles import changed as saved
from tests import make
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def encoded(monkeypatch):
    """A process that has just begun; return the texts it has to encode."""
    told = []
    encode = minilm.encode

    def listening(texts):
        told.extend(texts)
        return encode(texts)

    monkeypatch.setattr(spans, "_memory", spans.Memory(spans.REMEMBERED))
    monkeypatch.setattr(spans.minilm, "encode", listening)
    return told


def forget():
    """Be another process, which knows what is stored."""
    spans._memory = spans.Memory(spans.REMEMBERED)


def profile(startup):
    return Startup.objects.with_profile().get(pk=startup.pk)


def sentences(startup):
    return spans.of_profiles([profile(startup)])[startup.pk][0]


def test_what_is_stored_is_what_was_encoded(encoded):
    startup = make.startup()
    spans.keep([profile(startup)])
    fresh = spans.vectors(sentences(startup))
    forget()
    encoded.clear()

    spans.bring("startup", spans.of_profiles([profile(startup)]))

    assert np.array_equal(spans.vectors(sentences(startup)), fresh)
    assert np.allclose(fresh, minilm.encode(sentences(startup)), atol=1e-3)
    assert fresh.shape == (len(sentences(startup)), minilm.DIMENSIONS)


def test_a_match_encodes_nothing_of_a_profile_whose_spans_are_stored(encoded):
    startup = make.startup()
    spans.keep([profile(startup)])
    forget()
    encoded.clear()

    suggesting.for_signal(make.signal(status="approved"))

    assert Reason.objects.exists()
    assert not {*encoded} & {*sentences(startup)}


def test_a_match_stores_what_it_had_to_encode(encoded):
    startup, signal = make.startup(), make.signal(status="approved")

    suggesting.for_signal(signal)

    assert {*SpanVectors.objects.values_list("startup", "signal")} == {
        (startup.pk, None),
        (None, signal.pk),
    }


def test_a_sentence_that_changed_is_encoded_and_replaces_the_old_one(encoded):
    startup = make.startup()
    spans.keep([profile(startup)])
    Startup.objects.filter(pk=startup.pk).update(description="It counts the cars at a crossing.")

    spans.bring("startup", spans.of_profiles([profile(startup)]))

    assert "It counts the cars at a crossing." in encoded
    assert SpanVectors.objects.count() == 1
    forget()
    encoded.clear()
    spans.bring("startup", spans.of_profiles([profile(startup)]))
    assert encoded == []


def test_the_spans_of_an_older_model_are_not_used(encoded):
    startup = make.startup()
    spans.keep([profile(startup)])
    SpanVectors.objects.update(model="of-last-year")
    forget()
    encoded.clear()

    spans.bring("startup", spans.of_profiles([profile(startup)]))

    assert {*encoded} == {*sentences(startup)}
    assert SpanVectors.objects.get().model == minilm.MODEL


def test_many_profiles_are_brought_by_one_query():
    for number in range(5):
        make.startup(f"Leakwise {number}")
    found = list(Startup.objects.with_profile())
    spans.keep(found)
    forget()
    texts = spans.of_profiles(found)

    assert queries(lambda: spans.bring("startup", texts)) == 1
    assert queries(lambda: spans.bring("startup", texts)) == 0


def test_memory_holds_no_more_than_its_most():
    memory = spans.Memory(2)
    for text in ("one", "two", "three", "four"):
        memory.put([text], np.zeros((1, 384), dtype=np.float16))

    assert memory.get("one") is None
    assert memory.knows(("three", "four"))


# --- Kept in step -----------------------------------------------------------------------------


def test_a_profile_that_changed_is_kept_by_a_reaction(sam, react, encoded):
    startup = make.startup()
    saved(startup, by=sam, is_new=False)

    react()

    assert SpanVectors.objects.get().startup == startup
    encoded.clear()
    saved(startup, by=sam, is_new=False)
    react()
    assert not {*encoded} & {*sentences(startup)}


def test_the_clock_keeps_those_of_before(encoded):
    for number in range(3):
        make.startup(f"Leakwise {number}")
    make.startup("Asleep", is_active=False)
    assert EVERY_MINUTES["matching.tasks.keep_spans"]

    tasks.keep_spans()

    assert SpanVectors.objects.count() == 3
    encoded.clear()
    tasks.keep_spans()
    assert encoded == []


def test_the_clock_makes_those_of_an_older_model_anew(encoded, monkeypatch):
    startup = make.startup()
    Startup.objects.update(updated_at=timezone.now() - timedelta(days=1))
    with monkeypatch.context() as last_year:
        last_year.setattr(minilm, "MODEL", "of-last-year")
        tasks.keep_spans()
    encoded.clear()

    tasks.keep_spans()

    assert {*encoded} == {*sentences(startup)}
    assert SpanVectors.objects.get().model == minilm.MODEL


def test_what_changed_without_new_words_is_fresh_again(encoded):
    startup = make.startup()
    tasks.keep_spans()
    startup.save()
    encoded.clear()

    tasks.keep_spans()

    assert encoded == []
    assert not spans.stale().exists()


def test_a_slice_ends_when_its_time_is_over(monkeypatch):
    monkeypatch.setattr(spans, "BATCH", 1)
    for number in range(3):
        make.startup(f"Leakwise {number}")

    assert spans.refresh(seconds=0)
    assert not spans.refresh(seconds=60)
    assert SpanVectors.objects.count() == 3


def test_an_explainer_of_a_vendor_needs_none(settings, sam, react):
    settings.EXPLAINER = "tests.support.explainers.Repeats"
    saved(make.startup(), by=sam, is_new=True)

    react()
    tasks.keep_spans()
    suggesting.for_signal(make.signal(status="approved"))

    assert not SpanVectors.objects.exists()


def test_what_is_deleted_takes_its_spans_along():
    make.startup()
    tasks.keep_spans()

    Startup.objects.all().delete()

    assert not SpanVectors.objects.exists()
