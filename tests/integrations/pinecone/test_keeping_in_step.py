"""Pinecone told of each change by the outbox, and matching that waits until it knows enough."""

import pytest
from django.test import Client

from civstart.events.models import Delivery, Event
from matching import embedders, embedding, keeping, mirroring, ranking, tasks, verifying
from matching.keeping import Embedded
from matching.models import Abstention, Embedding, IndexState, Match, MatchRun
from signals import review
from startups import profiles
from startups.models import Startup
from tests import make
from tests.fakes.pinecone import overloaded, rate_limited

pytestmark = pytest.mark.django_db

MODEL = "minilm-l6-v2-int8"
SPACE = f"startup.{MODEL}"


@pytest.fixture
def filled(index):
    """The index, on a site that uses it already and has no startups yet."""
    embedding.serving()
    tasks.fill_index()
    return index


def held(index):
    return index.vectors(SPACE)


def names_of(startup, count=1):
    return {f"{startup.public_id}#{number}" for number in range(count)}


def changed(startup, **fields):
    profiles.changed(startup, by=None, **fields)


def overdue():
    Delivery.objects.exclude(status="done").update(due_at="2026-01-01T00:00:00Z")


def test_a_new_startup_is_put(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)

    react()

    (one,) = held(filled).values()
    assert one["id"] == f"{startup.public_id}#0"
    row = Embedding.objects.of_startups(MODEL).get()
    assert one["values"] == pytest.approx(list(row.vector), abs=1e-7)
    assert one["metadata"] == {"active": True, "regions": ["any"], "digest": row.text_digest}


def test_an_edited_profile_replaces_its_vector(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    before = held(filled)[f"{startup.public_id}#0"]
    startup.description = "Rotas for hairdressers, with the week planned by Monday."
    startup.save()
    changed(startup)

    react()

    after = held(filled)[f"{startup.public_id}#0"]
    assert after["values"] != before["values"]
    assert after["metadata"]["digest"] != before["metadata"]["digest"]


def test_a_startup_that_is_deactivated_is_not_found_and_found_again(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    Startup.objects.update(is_active=False)
    changed(startup)
    react()
    assert held(filled)[f"{startup.public_id}#0"]["metadata"]["active"] is False

    Startup.objects.update(is_active=True)
    changed(startup)
    react()

    assert held(filled)[f"{startup.public_id}#0"]["metadata"]["active"] is True


def test_regions_are_followed(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    startup.service_regions.set([make.region("TX"), make.region("OH")])
    changed(startup)

    react()

    assert held(filled)[f"{startup.public_id}#0"]["metadata"]["regions"] == ["OH", "TX"]


def test_a_startup_deleted_in_the_admin_is_removed(filled, react, as_sam: Client):
    startup, other = make.startup(), make.unrelated_startup()
    for one in (startup, other):
        changed(one, is_new=True)
    react()
    assert len(held(filled)) == 2

    as_sam.post(f"/staff/startups/startup/{startup.pk}/delete/", {"post": "yes"})
    react()

    assert set(held(filled)) == names_of(other)
    assert not Embedding.objects.filter(subject="startup", subject_id=startup.pk).exists()


def test_startups_deleted_by_the_action_are_removed(filled, react, as_sam: Client):
    startup, other = make.startup(), make.unrelated_startup()
    for one in (startup, other):
        changed(one, is_new=True)
    react()

    as_sam.post(
        "/staff/startups/startup/",
        {"action": "delete_selected", "_selected_action": [startup.pk, other.pk], "post": "yes"},
    )
    react()

    assert held(filled) == {}


def test_passages_that_are_gone_are_removed(filled, react):
    startup = make.startup()
    made = embedders.wanted().documents(["leaks", "mains", "frost"])
    keeping.keep("startup", MODEL, [Embedded(startup.pk, "long", startup.updated_at, list(made))])
    react()
    assert set(held(filled)) == names_of(startup, 3)

    keeping.keep("startup", MODEL, [Embedded(startup.pk, "short", startup.updated_at, [made[0]])])
    react()
    assert set(held(filled)) == names_of(startup, 1)

    keeping.keep("startup", MODEL, [Embedded(startup.pk, "", startup.updated_at, [])])
    react()
    assert held(filled) == {}


def test_a_batch_of_startups_is_one_event(filled, react):
    for number in range(7):
        make.unrelated_startup(f"Shiftwell{number}")

    embedding.refresh_startups(embedders.wanted(), batch=5)

    events = Event.objects.filter(type="vectors.changed")
    assert sorted(len(one.data["passages"]) for one in events) == [2, 5]
    react()
    assert len(held(filled)) == 7


def test_what_is_told_twice_or_late_ends_as_it_is_stored(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    Startup.objects.update(is_active=False)
    for event in Event.objects.filter(type="vectors.changed"):  # an older one runs last
        mirroring.follow(event.data["model"], event.data["passages"])
        mirroring.follow(event.data["model"], event.data["passages"])

    assert held(filled)[f"{startup.public_id}#0"]["metadata"]["active"] is False


def test_vectors_of_signals_are_not_told(filled, react):
    embedding.embed_signals([make.signal()], embedders.wanted())

    react()

    assert not Event.objects.filter(type="vectors.changed").exists()


def test_without_pinecone_nothing_is_recorded(db, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()

    assert Embedding.objects.of_startups(MODEL).exists()
    assert not Event.objects.filter(type="vectors.changed").exists()
    assert not IndexState.objects.exists()


# --- While it is away -----------------------------------------------------------------------


def test_what_it_could_not_be_told_is_told_later(filled, pinecone, react):
    startup = make.startup()
    changed(startup, is_new=True)
    pinecone.always = overloaded()
    react()
    assert Embedding.objects.of_startups(MODEL).exists()
    assert Delivery.objects.get(status="waiting").last_error
    assert "upstream connect error" in IndexState.objects.get().trouble

    pinecone.always = None
    overdue()
    react()

    assert set(held(filled)) == names_of(startup)
    assert IndexState.objects.get().trouble == ""
    assert not Delivery.objects.exclude(status="done").exists()


def test_a_limit_that_cuts_a_batch_short_is_made_good(filled, pinecone, react):
    for number in range(3):
        make.unrelated_startup(f"Shiftwell{number}")
    embedding.refresh_startups(embedders.wanted())
    pinecone.next(*[rate_limited("1")] * 4)  # as often as the SDK asks
    react()

    overdue()
    react()

    assert len(held(filled)) == 3


def test_deliveries_given_up_are_taken_up_by_the_clock(filled, pinecone, react):
    startup = make.startup()
    changed(startup, is_new=True)
    pinecone.always = overloaded()
    for _ in range(Delivery.MOST_ATTEMPTS):
        overdue()
        react()
    assert Delivery.objects.stuck().count() == 1
    tasks.fill_index()
    assert Delivery.objects.stuck().count() == 1  # while it is away nothing is tried

    pinecone.always = None
    tasks.fill_index()
    react()

    assert set(held(filled)) == names_of(startup)
    assert not Delivery.objects.exclude(status="done").exists()


def approved(sam):
    signal = make.signal()
    review.approve(signal, by=sam)
    return signal


def test_a_signal_waits_while_pinecone_is_away_and_is_matched_later(filled, pinecone, sam, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    pinecone.always = overloaded()
    approved(sam)
    react()
    assert not MatchRun.objects.exists()
    assert not Abstention.objects.exists()
    assert IndexState.objects.get().trouble

    pinecone.always = None
    overdue()
    react()

    assert Match.objects.get().startup == startup
    assert IndexState.objects.get().trouble == ""


def test_the_clock_matches_what_waited_too_long(filled, pinecone, sam, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    signal = make.signal(status="approved")
    type(signal).objects.update(decided_at="2026-01-01T00:00:00Z")
    pinecone.always = overloaded()
    assert tasks.catch_up() == 0

    pinecone.always = None

    assert tasks.catch_up() == 1
    assert Match.objects.get().startup == startup


def test_nothing_is_matched_by_an_index_that_was_never_filled(index, sam, react):
    startup = make.startup()
    ranking.prepare(embedders.wanted())
    approved(sam)
    react()
    assert not MatchRun.objects.exists()

    tasks.fill_index()
    overdue()
    react()

    assert Match.objects.get().startup == startup


def test_nothing_is_matched_while_the_index_is_missing(pinecone, sam, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    approved(sam)
    react()
    tasks.fill_index()
    assert not MatchRun.objects.exists()
    assert 'no index "civstart-signals"' in IndexState.objects.get().trouble

    pinecone.make_index("civstart-signals", 384)
    tasks.fill_index()
    overdue()
    react()

    assert Match.objects.get().startup == startup
    assert IndexState.objects.get().trouble == ""


def test_nothing_is_matched_by_an_index_for_vectors_of_another_size(pinecone, sam, react):
    pinecone.make_index("civstart-signals", 3072)
    make.startup()
    ranking.prepare(embedders.wanted())
    approved(sam)
    react()
    tasks.fill_index()

    assert not MatchRun.objects.exists()
    assert "takes vectors of 3072 numbers" in IndexState.objects.get().trouble
    assert pinecone.indexes["civstart-signals"].spaces == {}


def test_nothing_is_matched_by_an_index_that_was_emptied(filled, sam, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    filled.spaces.clear()
    IndexState.objects.update(filled_at="2026-01-01T00:00:00Z")
    Delivery.objects.filter(status="done").update(done_at="2026-01-01T00:00:00Z")
    approved(sam)
    react()
    assert not MatchRun.objects.exists()
    assert "is empty" in IndexState.objects.get().trouble

    tasks.fill_index()
    overdue()
    react()

    assert Match.objects.get().startup == startup


def test_the_first_match_waits_a_moment_for_the_first_vectors(filled, sam, react):
    startup = make.startup()
    ranking.prepare(embedders.wanted())
    told = Delivery.objects.get()
    approved(sam)
    Delivery.objects.filter(pk=told.pk).update(due_at="2036-01-01T00:00:00Z")
    react()
    assert not MatchRun.objects.exists()
    assert IndexState.objects.get().filled_at

    overdue()
    react()
    overdue()
    react()

    assert Match.objects.get().startup == startup


def test_a_startup_deactivated_a_moment_ago_is_not_found(filled, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    Startup.objects.update(is_active=False)
    asked = embedders.wanted().queries(["leaks in water mains"])[0]

    assert mirroring.nearest(asked, MODEL, most=5) == []


def test_while_it_is_behind_it_is_asked_all_the_same(filled, react):
    first = make.startup()
    changed(first, is_new=True)
    react()
    filled.is_behind = True
    second = make.unrelated_startup()
    changed(second, is_new=True)
    react()
    asked = embedders.wanted().queries(["leaks in water mains"])[0]

    assert [one.startup_id for one in mirroring.nearest(asked, MODEL, most=5)] == [first.pk]

    filled.catch_up()
    assert len(mirroring.nearest(asked, MODEL, most=5)) == 2


# --- Moving to another embedder -------------------------------------------------------------


def test_vectors_of_another_size_get_an_index_before_they_serve(filled, pinecone, settings, react):
    startup = make.startup()
    changed(startup, is_new=True)
    react()
    settings.EMBEDDER = settings.EMBEDDERS["wordllama-256"]

    tasks.reembed()

    other = pinecone.indexes["civstart-signals-256"]
    assert set(other.vectors("startup.wordllama-256")) == names_of(startup)
    assert embedding.serving().model == "wordllama-256"
    assert set(held(filled)) == names_of(startup)


def test_the_old_embedder_serves_on_if_pinecone_is_away(filled, pinecone, settings, react):
    settings.EMBEDDER = settings.EMBEDDERS["wordllama-256"]
    make.startup()
    pinecone.always = overloaded()

    with pytest.raises(Exception, match="Pinecone cannot answer now"):
        tasks.reembed()

    assert embedding.serving().model == MODEL


def test_what_is_filled_already_is_compared_and_not_sent_again(filled, pinecone, react):
    make.startup()
    ranking.prepare(embedders.wanted())
    react()
    before = pinecone.paths().count("/vectors/upsert")

    found = verifying.fill(mirroring.in_use(), MODEL)

    assert found.is_same
    assert pinecone.paths().count("/vectors/upsert") == before


# --- Rubbish --------------------------------------------------------------------------------


def test_a_profile_that_says_nothing_is_not_put_and_one_that_became_so_is_removed(filled, react):
    startup = make.startup()
    mute = Startup.objects.create(slug="mute", name="Mute", one_liner="", description="")
    for one in (startup, mute):
        changed(one, is_new=True)
    react()
    assert set(held(filled)) == names_of(startup)

    startup.products.all().delete()
    Startup.objects.filter(pk=startup.pk).update(one_liner="", description="")
    changed(startup)
    react()

    assert held(filled) == {}


def test_a_signal_of_two_words_asks_pinecone_nothing(filled, pinecone, sam, react):
    changed(make.startup(), is_new=True)
    react()
    before = pinecone.paths().count("/query")
    signal = make.signal("Water leaks", quote="Water leaks", summary="")

    review.approve(signal, by=sam)
    react()

    assert Abstention.objects.get().signal == signal
    assert pinecone.paths().count("/query") == before


def test_everything_that_was_sent_is_what_the_service_takes(filled, pinecone, sam, react):
    long = make.startup("Long")
    long.description = " ".join([long.description] * 40)
    long.service_regions.set([make.region(code) for code in ("OH", "TX", "AK")])
    long.save()
    changed(long, is_new=True)
    react()

    approved(sam)
    react()

    assert len(held(filled)) > 5
    assert Match.objects.get().startup == long
    assert pinecone.refused == []
