"""What keeps matching quick in a large directory, and right all the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from civstart.lib.embedded.cluster import SUPERUSER
from matching import candidates, embedders, embedding, freshness, ranking, totals, wording
from matching.models import Freshness, MatchPolicy, ProfileTotals, WordCount
from startups.models import Startup
from tests import make
from tests.support.counting import queries

pytestmark = pytest.mark.django_db


def ranked(signal):
    embedder = embedders.wanted()
    ranking.prepare(embedder)
    policy = MatchPolicy.objects.get(is_current=True)
    return ranking.rank(signal, policy, embedder)


@pytest.fixture
def few(monkeypatch):
    """A site that looks at four startups for a signal, two of them in place."""
    monkeypatch.setattr(candidates, "MOST", 4)
    monkeypatch.setattr(candidates, "DEEPEST", 4)
    monkeypatch.setattr(candidates, "IN_PLACE", 2)


def serving(name, state, **fields):
    made = make.startup(name, **fields)
    made.service_regions.set([make.region(state)])
    return made


def test_no_more_startups_are_scored_than_the_most(few):
    for number in range(9):
        make.startup(f"Leakwise {number}")

    found = ranked(make.signal(status="approved"))

    assert len(found.scored) == 4
    assert found.directory == 9
    assert all(len(order) <= 4 for order in found.orders)


def test_those_out_of_place_do_not_crowd_out_the_eligible(few):
    for number in range(9):
        serving(f"Faraway {number}", "TX")
    serving("Nearby", "OH", one_liner="Listens for leaks")

    found = ranked(make.signal(status="approved"))

    assert [one.startup.name for one in found.scored] == ["Nearby"]
    assert found.barred  # and stay near misses
    assert len(found.scored) + len(found.barred) <= 4


def test_words_find_those_in_place_that_no_meaning_finds(few, monkeypatch):
    for number in range(9):
        serving(f"Faraway {number}", "TX")
    serving("Nearby", "OH")
    monkeypatch.setattr(embedding, "vector_of", lambda signal, by: by.queries([""])[0])

    found = ranked(make.signal(status="approved"))

    assert [one.startup.name for one in found.scored] == ["Nearby"]


def test_the_inactive_are_no_candidates():
    make.startup("Leakwise")
    signal = make.signal(status="approved")
    ranked(signal)
    Startup.objects.update(is_active=False)

    found = ranked(signal)

    assert (found.scored, found.barred, found.directory) == ([], [], 0)


# --- Words ----------------------------------------------------------------------------------


def test_words_are_counted_with_the_first_profiles():
    for number in range(3):
        make.startup(f"Leakwise {number}")

    wording.refresh()

    assert WordCount.objects.get(word="hydrant").profile_count == 3
    known = ProfileTotals.objects.get()
    assert (known.profile_count, known.matched_count, known.changed_count) == (3, 3, 0)
    assert known.mean_length > 10


def test_words_are_counted_anew_when_enough_changed(monkeypatch):
    monkeypatch.setattr(totals, "CHANGED_SHARE", 0.5)
    for number in range(4):
        make.startup(f"Leakwise {number}")
    wording.refresh()
    for number in range(2):
        make.startup(f"Late {number}")
    wording.refresh()
    assert WordCount.objects.get(word="hydrant").profile_count == 4

    make.startup("Latest")
    wording.refresh()

    assert WordCount.objects.get(word="hydrant").profile_count == 7


def test_what_was_deleted_is_counted_out_within_a_day(time_machine):
    for number in range(3):
        make.startup(f"Leakwise {number}")
    wording.refresh()
    Startup.objects.first().delete()
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1), tick=True)

    wording.refresh()

    assert WordCount.objects.get(word="hydrant").profile_count == 2


def test_only_words_in_few_profiles_choose_who_is_looked_at(monkeypatch):
    monkeypatch.setattr(wording, "MOST_LOOKED_AT", 5)
    for number in range(5):
        make.unrelated_startup(f"Shiftwell{number}")
    make.startup("Leakwise")
    wording.refresh()

    asked = wording.asked_by("Hydrants for salons")

    assert set(asked.worth) == {"hydrant", "salon"}
    assert set(asked.telling) == {"hydrant"}
    assert wording.nearest(asked) == [Startup.objects.get(name="Leakwise").pk]


def test_the_best_word_is_asked_for_even_if_it_is_everywhere(monkeypatch):
    monkeypatch.setattr(wording, "MOST_LOOKED_AT", 2)
    for number in range(5):
        make.unrelated_startup(f"Shiftwell{number}")
    wording.refresh()

    found = wording.nearest(wording.asked_by("Salons"))

    assert len(found) == 2


# --- Freshness ------------------------------------------------------------------------------


def test_what_was_fresh_long_ago_is_not_compared_again():
    startup = make.startup()
    old = timezone.now() - freshness.LONGEST_CHANGE * 3
    Startup.objects.filter(pk=startup.pk).update(updated_at=old)
    embedder = embedders.wanted()
    Freshness.objects.create(of=embedder.model, until=old + freshness.LONGEST_CHANGE)

    assert embedding.refresh_startups(embedder) == 0
    assert embedding.refresh_startups(embedder, thoroughly=True) == 1


def test_what_changed_since_is_found():
    startup = make.startup()
    embedder = embedders.wanted()
    embedding.refresh_startups(embedder)
    startup.save()

    assert embedding.refresh_startups(embedder) == 1


def test_all_is_known_to_be_fresh_up_to_a_minute_ago():
    began = timezone.now()

    until = freshness.look("words").until

    assert began - freshness.SLACK <= until <= timezone.now() - freshness.SLACK


@pytest.fixture
def other():
    """A transaction of another process that has begun and not ended."""
    another = connection.copy()
    try:
        with another.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT now()")
            yield cursor
    finally:
        another.close()


def test_what_another_process_has_not_committed_yet_is_looked_for_again(other):
    other.execute("SELECT pg_current_xact_id(), now()")
    _, written_at = other.fetchone()

    look = freshness.look("words")
    look.done()

    assert look.until <= written_at - freshness.SLACK
    assert Freshness.objects.get(of="words").until == look.until


def test_of_other_roles_that_write_nobody_knows_since_when():
    another = connection.copy()
    another.settings_dict = another.settings_dict | {"USER": SUPERUSER}
    try:
        with another.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")

            assert freshness.look("words").until <= timezone.now() - freshness.LONGEST_CHANGE
    finally:
        another.close()


def test_who_only_reads_for_long_holds_nothing_up(other):
    began = timezone.now()

    assert freshness.look("words").until >= began - freshness.SLACK


def test_the_time_is_not_moved_on_with_each_answer():
    freshness.look("words").done()
    before = Freshness.objects.get().until

    freshness.look("words").done()

    assert freshness.look("words").until is None
    assert Freshness.objects.get().until == before


def test_that_nothing_changed_is_known_by_one_query():
    startup = make.startup()
    long_ago = timezone.now() - timedelta(hours=1)
    Startup.objects.filter(pk=startup.pk).update(updated_at=long_ago)
    ranking.prepare(embedders.wanted())

    assert queries(lambda: ranking.prepare(embedders.wanted())) == 1
    startup.save()
    assert queries(lambda: ranking.prepare(embedders.wanted())) > 1


@pytest.mark.parametrize("missing", ["one", "all"])
def test_what_was_never_looked_at_is_not_known_to_be_fresh(missing):
    if missing == "one":
        freshness.look("words").done()

    assert not freshness.nothing_changed(["vectors", "words"])


def test_what_was_looked_at_long_ago_is_looked_at_again():
    Freshness.objects.create(of="words", until=timezone.now() - timedelta(hours=1))

    assert not freshness.nothing_changed(["words"])
