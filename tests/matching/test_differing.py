"""What a re-match changed: kept for each signal, with why, and who is told of it."""

import pytest
from django.utils import timezone

from civstart.notices.models import Notice
from matching import policies, rematching, suggesting
from matching.models import (
    Feedback,
    Match,
    MatchPolicy,
    MatchRun,
    Rematch,
    RematchedPair,
    RematchedSignal,
)
from signals.models import Signal
from startups.models import Startup
from tests import make
from tests.matching.test_policies import version
from tests.matching.test_rematching import finish

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaks(rita):
    """A need that Leakwise answers, and was told of."""
    signal = make.signal(status="approved")
    suggesting.for_signal(signal)
    return signal


def rematched(by=None, **fields):
    """Match all anew, by a new version of the policy if any field of it is given."""
    if fields:
        made = version(by, **fields)
        now = MatchPolicy.objects.current().version
        policies.put_in_use(made, instead_of=now, by=by)
    rematch = rematching.begin(by=by)
    finish(rematch)
    return rematch


def figures(rematch):
    names = ("changed", "added", "dropped", "moved", "answered", "unanswered", "told", "failed")
    return {name: count for name in names if (count := getattr(rematch, f"{name}_count"))}


def test_nothing_is_kept_of_what_stays_as_it_is(leaks):
    rematch = rematched()

    assert (rematch.done_count, figures(rematch)) == (1, {})
    assert not RematchedSignal.objects.exists()


def test_a_new_startup_is_told_and_the_one_that_knows_is_not_told_again(leaks, rita):
    told = Notice.objects.get(user=rita)
    founder = make.user("Paul Founder")
    make.membership(make.startup("Pipewise"), founder, role="founder")

    rematch = rematched()

    assert figures(rematch) == {"changed": 1, "added": 1, "told": 1}
    pair = RematchedPair.objects.get()
    assert (pair.startup.name, pair.kind, pair.told) == ("Pipewise", "added", "now")
    assert pair.why.startswith("It joined the directory on ")
    assert list(Notice.objects.filter(user=rita)) == [told]
    assert Notice.objects.get(user=founder).text.startswith("Marlow Falls, OH matched Pipewise")


def test_a_pair_that_comes_back_was_told_before_and_is_not_told_again(leaks, rita, sam):
    gone = rematched(by=sam, bar=99)
    back = rematched(by=sam, bar=40)

    assert figures(gone) == {"changed": 1, "dropped": 1, "unanswered": 1}
    dropped = gone.differences.get().pairs.get()
    assert dropped.told == "before"
    assert dropped.why.endswith("points are below the bar of 99.")
    assert figures(back) == {"changed": 1, "added": 1, "answered": 1}
    added = back.differences.get().pairs.get()
    assert (added.told, added.before, added.after) == ("before", None, dropped.before)
    assert added.why.startswith("None fitted before: The best score is ")
    assert back.differences.get().before_policy.bar == 99
    assert Notice.objects.filter(user=rita).count() == 1
    assert Match.objects.count() == 1


def test_what_a_startup_put_aside_is_marked_so_and_stays_aside(leaks, rita, sam):
    suggesting.dismiss(Match.objects.get(), by=rita, reason=Feedback.Reason.PRODUCT)

    rematched(by=sam, bar=99)
    back = rematched(by=sam, bar=40)

    assert back.differences.get().pairs.get().told == "aside"
    assert Match.objects.get().status == "dismissed"
    assert Notice.objects.filter(user=rita).count() == 1


def test_the_parts_that_moved_are_told_the_one_that_moved_most_first(leaks):
    before = Match.objects.get()
    Startup.objects.get().case_studies.all().delete()
    make.startup("Pipewise")
    Startup.objects.filter(slug="pipewise").update(is_active=False)

    rematch = rematched()

    pair = rematch.differences.get().pairs.get()
    assert (pair.kind, pair.before, pair.told) == ("moved", before.score, "before")
    assert pair.parts, "no part moved"
    moves = [abs(one["after"] - one["before"]) for one in pair.parts]
    assert moves == sorted(moves, reverse=True)
    assert pair.why.startswith(f"{pair.parts[0]['name']} ")
    whole = sum(one["after"] - one["before"] for one in pair.parts)
    assert round(pair.after - pair.before, 1) == round(whole, 1)
    assert figures(rematch) == {"changed": 1, "moved": 1}


def test_a_run_of_old_without_parts_is_helped_out_by_its_match(leaks):
    fitting = [{"startup": "leakwise", "score": Match.objects.get().score}]
    MatchRun.objects.update(fitting=fitting)
    Startup.objects.get().case_studies.all().delete()

    pair = rematched().differences.get().pairs.get()

    assert pair.parts
    assert pair.why.startswith(pair.parts[0]["name"])


def test_a_startup_that_left_is_gone_with_its_reason(leaks):
    Startup.objects.update(is_active=False)

    pair = rematched().differences.get().pairs.get()

    assert (pair.kind, pair.after, pair.why) == ("dropped", None, "It is not active any more.")


def test_a_startup_that_serves_other_states_now_is_gone_for_that_reason(leaks):
    Startup.objects.get().service_regions.set([make.region("TX")])
    Startup.objects.get().save()

    pair = rematched().differences.get().pairs.get()

    assert pair.kind == "dropped"
    assert "Ohio" in pair.why


def test_a_startup_that_is_deleted_leaves_nothing_to_say(leaks):
    Startup.objects.all().delete()

    rematch = rematched()

    assert (rematch.done_count, rematch.abstained_count) == (1, 1)
    assert figures(rematch) == {}


def test_a_first_search_is_no_abstention_that_ended(rita):
    make.signal(status="approved")

    rematch = rematched()

    row = rematch.differences.get()
    assert (row.answer, row.before_policy) == ("first", None)
    assert row.pairs.get().why == "The signal was not matched before."
    assert rematch.answered_count == 0


def test_a_kill_before_the_row_moved_on_counts_each_difference_once(rita):
    signals = [make.signal(f"Leaks in water mains {n}", status="approved") for n in range(2)]
    rematch = rematching.begin(by=None)
    embedder = rematching.embedders.of(rematch.embedder)
    rematching.ranking.prepare(embedder)
    suggesting.against(signals[0], rematch.policy, embedder, rematch=rematch)

    finish(rematch)

    assert figures(rematch) == {"changed": 2, "added": 2, "told": 2}
    assert RematchedPair.objects.count() == 2


def test_a_signal_that_cannot_be_matched_is_written_down_and_passed_over(leaks, settings):
    after = make.signal("Leaks in the mains of the old town", status="approved")
    Signal.objects.filter(pk=leaks.pk).update(title="Broken")
    settings.RERANKER = "tests.matching.test_differing.BreaksOnBroken"

    rematch = rematched()

    assert (rematch.status, rematch.done_count, rematch.failed_count) == ("done", 2, 1)
    failure = rematch.failures.get()
    assert failure.signal == leaks
    assert failure.error == "KeyError: 'this signal is broken'"
    assert after.matches.exists()


class BreaksOnBroken:
    """A re-ranker with a fault that shows on one signal alone."""

    name = "breaks"

    def judge(self, need, candidates):
        if need.title == "Broken":
            raise KeyError("this signal is broken")
        raise suggesting.reranking.NotJudged("It grades nothing.")


def test_a_policy_put_in_use_meanwhile_pauses_the_re_match(leaks, sam):
    rematch = rematching.begin(by=None)

    policies.put_in_use(version(sam, bar=99), instead_of=2, by=sam)

    assert not rematching.run_slice(rematch, seconds=9)
    assert (rematch.state, rematch.done_count, rematch.paused_by) == ("Paused", 0, sam)
    with pytest.raises(rematching.NotRunning, match=r"Version 3 .* in use, and this .* version 2"):
        rematching.resume(rematch, by=sam)
    policies.put_in_use(rematch.policy, instead_of=3, by=sam)
    rematching.resume(rematch, by=sam)
    finish(rematch)
    assert rematch.status == "done"


def test_a_pause_holds_until_it_is_resumed(leaks, sam):
    make.signal("Leaks in the mains of the old town", status="approved")
    rematch = rematching.begin(by=sam)
    assert rematching.run_slice(rematch, seconds=0)

    rematching.pause(rematch, by=sam)

    assert not rematching.run_slice(rematch, seconds=9)
    assert rematch.done_count == 1
    with pytest.raises(rematching.NotRunning, match="is paused already"):
        rematching.pause(rematch, by=sam)
    with pytest.raises(rematching.AlreadyRunning):
        rematching.begin(by=sam)
    rematching.resume(rematch, by=sam)
    with pytest.raises(rematching.NotRunning, match="is not paused"):
        rematching.resume(rematch, by=sam)
    finish(rematch)
    assert (rematch.status, rematch.done_count) == ("done", 2)


def test_a_pause_while_a_worker_matches_a_signal_loses_and_repeats_nothing(leaks, sam, rita):
    other = make.signal("Leaks in the mains of the old town", status="approved")
    rematch = rematching.begin(by=sam)
    stale = Rematch.objects.select_related("policy").get()  # as a worker holds it
    rematching.pause(rematch, by=sam)
    embedder = rematching.embedders.of(rematch.embedder)
    run = suggesting.against(leaks, stale.policy, embedder, rematch=stale)
    assert not rematching._note(stale, leaks, run, "")

    rematching.resume(rematch, by=sam)
    rematch.refresh_from_db()
    finish(rematch)

    assert (rematch.done_count, rematch.told_count) == (2, 1)
    assert Notice.objects.filter(user=rita).count() == 2
    assert other.matches.count() == 1


def test_one_that_is_paused_can_be_cancelled(leaks, sam):
    rematch = rematching.begin(by=sam)
    rematching.pause(rematch, by=sam)

    rematching.stop(rematch, by=sam)

    rematch.refresh_from_db()
    assert (rematch.state, rematch.stopped_by, rematch.paused_at) == ("Stopped", sam, None)
    assert rematch.finished_at <= timezone.now()
