"""Matching everything anew: in slices, resumable, and nobody is told twice."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from civstart.notices.models import Notice
from matching import rematching, suggesting, tasks
from matching.contract import EmbedderUnavailable
from matching.embedders import MiniLmEmbedder
from matching.models import Match, MatchPolicy, MatchRun, Rematch
from signals.models import Signal
from tests import make

pytestmark = pytest.mark.django_db


class Away(MiniLmEmbedder):
    """MiniLM on a day it does not answer."""

    def queries(self, texts):
        raise EmbedderUnavailable("The embedder is away. Try again later.")


@pytest.fixture
def needs():
    """Three approved signals of which none was matched, and one that waits for review."""
    found = [make.signal(f"Leaks in water mains {n}", status="approved") for n in range(3)]
    make.signal("Leaks in old water mains")
    return found


def finish(rematch):
    """Run slices as the workers would; return how many it took."""
    count = 1
    while rematching.run_slice(rematch, seconds=0):
        count += 1
    return count


def test_every_approved_signal_is_matched_once(needs, rita, sam):
    rematch = rematching.begin(by=sam)

    slices = finish(rematch)

    assert slices == 3  # of one signal each
    assert (rematch.status, rematch.done_count, rematch.total_count) == ("done", 3, 3)
    assert rematch.finished_at and rematch.by == sam
    assert sorted(run.signal_id for run in rematch.runs.all()) == [one.pk for one in needs]
    assert rematch.told_count == Match.objects.count() == 3
    assert Notice.objects.filter(user=rita).count() == 3


def test_the_vectors_of_a_batch_are_read_by_one_query(needs, rita):
    finish(rematching.begin(by=None))

    with CaptureQueriesContext(connection) as captured:
        rematching.run_slice(rematching.begin(by=None), seconds=60)

    own = [one for one in captured if "'signal'" in one["sql"] and "_embedding" in one["sql"]]
    assert len(own) == 1


def test_nobody_is_told_of_a_pair_again(needs, rita):
    finish(rematching.begin(by=None))
    before = list(Match.objects.order_by("pk").values())

    again = rematching.begin(by=None)
    finish(again)

    assert (again.done_count, again.told_count, again.abstained_count) == (3, 0, 0)
    assert list(Match.objects.order_by("pk").values()) == before
    assert Notice.objects.filter(user=rita).count() == 3


def test_what_a_startup_dismissed_stays_dismissed(needs, rita):
    suggesting.for_signal(needs[0])
    suggesting.dismiss(Match.objects.get(), by=rita)

    finish(rematching.begin(by=None))

    assert Match.objects.get(signal=needs[0]).status == "dismissed"


def test_a_startup_that_is_new_is_told(needs):
    finish(rematching.begin(by=None))
    assert not Match.objects.exists()
    make.startup()

    rematch = rematching.begin(by=None)
    finish(rematch)

    assert rematch.told_count == 3


def test_it_keeps_who_fitted_so_that_two_can_be_compared(needs):
    make.startup()
    first = rematching.begin(by=None)
    finish(first)
    policy = MatchPolicy.objects.get(is_current=True)
    stricter = MatchPolicy.objects.create(
        version=99, weights=policy.weights, bar=99.5, fit_bar=policy.fit_bar
    )

    second = rematching.begin(by=None, policy=stricter)
    finish(second)

    before, after = (one.runs.get(signal=needs[0]) for one in (first, second))
    assert [one["startup"] for one in before.fitting] == ["leakwise"]
    assert before.fitting[0]["score"] == before.best_score
    assert (after.policy, after.fitting) == (stricter, [])
    assert second.abstained_count == 3
    assert Match.objects.count() == 3  # what was told stays told


def test_a_kill_between_two_steps_repeats_nothing(needs, rita):
    rematch = rematching.begin(by=None)
    embedder = rematching.embedders.of(rematch.embedder)
    rematching.ranking.prepare(embedder)
    rematching.run_slice(rematch, seconds=0)
    # The run of the second signal is stored, and the worker is killed before it says so.
    suggesting.against(needs[1], rematch.policy, embedder, rematch=rematch)
    Rematch.objects.update(claimed_at=timezone.now() - rematching.SILENCE * 2)

    finish(rematch)

    assert MatchRun.objects.filter(rematch=rematch).count() == 3
    assert Notice.objects.filter(user=rita).count() == 3
    assert (rematch.status, rematch.done_count, rematch.told_count) == ("done", 3, 3)


def test_two_workers_are_not_at_it_at_once(needs):
    rematch = rematching.begin(by=None)
    Rematch.objects.update(claimed_at=timezone.now())

    assert not rematching.run_slice(rematch, seconds=9)

    rematch.refresh_from_db()
    assert (rematch.status, rematch.done_count) == ("running", 0)
    assert rematch.claimed_at


def test_a_worker_that_is_silent_is_replaced(needs):
    rematching.begin(by=None)
    silent = timezone.now() - rematching.SILENCE - timedelta(seconds=1)
    Rematch.objects.update(claimed_at=silent)

    tasks.rematch()

    assert Rematch.objects.get().status == "done"


def test_an_embedder_that_is_away_is_waited_for(needs, settings):
    make.startup()
    rematch = rematching.begin(by=None)
    settings.EMBEDDERS = settings.EMBEDDERS | {
        MiniLmEmbedder.model: "tests.matching.test_rematching.Away"
    }

    assert not rematching.run_slice(rematch, seconds=9)

    rematch.refresh_from_db()
    assert (rematch.status, rematch.done_count) == ("running", 0)
    assert rematch.trouble == "The embedder is away. Try again later."
    with pytest.raises(CommandError, match=r"is away.*0 of 3 signals"):
        call_command("rematch")


def test_it_goes_on_when_the_embedder_is_back(needs):
    rematch = rematching.begin(by=None)
    Rematch.objects.update(trouble="The embedder is away.")

    tasks.rematch()

    rematch.refresh_from_db()
    assert (rematch.status, rematch.done_count, rematch.trouble) == ("done", 3, "")


def test_only_one_runs(needs, sam):
    rematching.start(by=sam)

    with pytest.raises(rematching.AlreadyRunning, match=r"under way already: 0 of 3 signals"):
        rematching.start(by=sam)

    assert Rematch.objects.count() == 1


def test_a_worker_takes_over_what_was_started(needs, sam):
    rematching.start(by=sam)

    assert [task.func() for task in OrmQ.objects.all()] == ["matching.tasks.rematch"]
    tasks.rematch()
    assert Rematch.objects.get().done_count == 3


def test_what_is_left_of_a_slice_is_queued_behind_the_rest(needs, sam, monkeypatch):
    monkeypatch.setattr(rematching, "SLICE_SECONDS", 0)
    rematching.begin(by=sam)

    tasks.rematch()

    assert Rematch.objects.get().done_count == 1
    assert [task.func() for task in OrmQ.objects.all()] == ["matching.tasks.rematch"]


def test_one_that_is_stopped_goes_no_further(needs):
    rematch = rematching.begin(by=None)
    rematching.run_slice(rematch, seconds=0)

    rematching.stop(rematch)

    assert not rematching.run_slice(rematch, seconds=9)
    assert (rematch.status, rematch.done_count) == ("stopped", 1)
    assert rematch.finished_at
    with pytest.raises(rematching.NotRunning, match="is over already"):
        rematching.stop(rematch)


def test_without_signals_it_is_done_at_once():
    rematch = rematching.begin(by=None)

    assert not rematching.run_slice(rematch, seconds=9)

    assert (rematch.status, rematch.total_count) == ("done", 0)


def test_signals_approved_meanwhile_are_left_to_their_own_matching(needs):
    rematch = rematching.begin(by=None)
    late = make.signal("Leaks again", status="approved")
    Signal.objects.filter(pk=needs[2].pk).update(status="rejected")

    finish(rematch)

    assert rematch.done_count == 2
    assert not late.match_runs.exists()


# --- The command and the page ---------------------------------------------------------------


def test_the_command_says_what_it_came_to(needs, capsys):
    make.startup()

    call_command("rematch")

    told = capsys.readouterr().out
    assert "3 of 3 signals: 3 new matches told, 0 signals that no startup fits, " in told
    assert "3 answered otherwise, 0 failed." in told


def test_the_command_goes_on_with_what_was_cut_short(needs, capsys):
    rematching.run_slice(rematching.begin(by=None), seconds=0)

    call_command("rematch")

    assert "Going on after 1 of 3 signals." in capsys.readouterr().out
    assert Rematch.objects.get().status == "done"


def test_the_command_leaves_a_paused_one_alone(needs, sam):
    rematching.pause(rematching.begin(by=sam), by=sam)

    for background in (False, True):
        with pytest.raises(CommandError, match=r"paused after 0 of 3 signals\. Resume or cancel"):
            call_command("rematch", background=background)


def test_the_command_can_leave_it_to_the_workers(needs, capsys):
    call_command("rematch", background=True)

    assert "The workers are at it: 0 of 3 signals." in capsys.readouterr().out
    assert OrmQ.objects.count() == 1


def test_staff_see_how_far_it_is(needs, as_sam, as_rita):
    rematching.run_slice(rematching.begin(by=None), seconds=0)

    page = as_sam.get("/staff/matching/rematch/").content.decode()

    assert "1 of 3" in page
    assert as_rita.get("/staff/matching/rematch/").status_code == 403
