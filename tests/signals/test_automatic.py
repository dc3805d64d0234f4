"""Automatic approval: earned by measure, never for what is in doubt, and lost by itself."""

import pytest
from django.urls import reverse

from civstart.events import outbox
from civstart.events.models import Event
from civstart.notices.models import Notice
from signals import automatic, review, second_looks, standin
from signals.measure import precision
from signals.models import AutoRule, Review, Signal
from tests import make
from tests.conftest import signed_in
from tests.support.counting import queries
from tests.support.threads import at_once


@pytest.fixture
def source(db):
    return make.source()


@pytest.fixture
def small(settings):
    """Bars that few decisions reach, and each automatic approval checked."""
    settings.AUTO_APPROVAL_DECISIONS = 5
    settings.AUTO_APPROVAL_PRECISION = 0.5
    settings.AUTO_APPROVAL_CHECK_SHARE = 1.0


def history(source, by, *, right, wrong=0, confidence=0.95, **fields):
    for number in range(right + wrong):
        signal = make.brought(source, f"Need {number}", confidence=confidence, **fields)
        if number < right:
            review.approve(signal, by=by)
        else:
            review.reject(signal, reason="faint", by=by)


def arrive(signal):
    """Have the worker hear that the upload of the signal's transcript was read."""
    upload = signal.run.transcript.uploads.get()
    return automatic.approve_found(str(upload.public_id))


def said(response):
    return [str(message) for message in response.context["messages"]]


def unlock_by_post(client, source, confidence="0.9"):
    fields = {"source": str(source.public_id), "confidence": confidence}
    return client.post(reverse("admin:trust-automatic-unlock"), fields, follow=True)


# --- Unlocking -----------------------------------------------------------------------------------


def test_below_the_bar_unlocking_is_refused_with_the_figure(as_sam, sam, source):
    history(source, sam, right=49, wrong=1)

    response = unlock_by_post(as_sam, source)

    (text,) = said(response)
    assert "49 of 50 decisions in 180 days were approvals, at least 0.895 for sure" in text
    assert "the bar is 0.9 on 50 decisions" in text
    assert not AutoRule.objects.exists()


def test_few_decisions_do_not_unlock_however_good(as_sam, sam, source):
    history(source, sam, right=49)

    assert "49 of 49 decisions" in said(unlock_by_post(as_sam, source))[0]
    assert not AutoRule.objects.exists()


def test_at_the_bar_it_is_unlocked_and_the_figure_kept(as_sam, sam, source):
    history(source, sam, right=50)

    response = unlock_by_post(as_sam, source)

    rule = AutoRule.objects.get()
    assert said(response)[0].startswith("Unlocked.")
    assert (rule.unlocked_by, rule.confidence, rule.measured["right"]) == (sam, 0.9, 50)
    assert Event.objects.filter(type="autoapproval.unlocked").count() == 1


def test_only_those_with_the_permission_unlock(sam, source):
    history(source, sam, right=50)
    clerk = make.user("Clara Clerk", is_staff=True)

    response = unlock_by_post(signed_in(clerk), source)

    assert "Clara Clerk may not unlock" in said(response)[0]
    assert not AutoRule.objects.exists()


@pytest.mark.parametrize("confidence", ["", "x", "nan", "2", "-1", "0.1", "inf"])
def test_an_odd_confidence_is_refused(as_sam, sam, source, confidence):
    history(source, sam, right=1)

    assert "is not between 0.5 and 1" in said(unlock_by_post(as_sam, source, confidence))[0]


@pytest.mark.parametrize("name", ["", "x", "0", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_source_or_rule_is_not_found(as_sam, name):
    url = reverse("admin:trust-automatic-unlock")
    assert as_sam.post(url, {"source": name, "confidence": "0.9"}).status_code == 404
    assert as_sam.post(reverse("admin:trust-automatic-lock"), {"rule": name}).status_code == 404


def test_decisions_of_another_source_extractor_or_age_do_not_count(sam, source):
    history(make.source(address="https://other.example/feed.xml"), sam, right=3)
    history(source, sam, right=3)
    old, elsewise, _ = automatic.decided(source).order_by("pk")
    Signal.objects.filter(pk=old.pk).update(decided_at="2020-01-01T00:00Z")
    elsewise.run.extractor_version = "older"
    elsewise.run.save()

    assert automatic.figure(source, 0.5).share.of == 1


def test_the_page_tells_what_would_have_been_approved_and_what_was_wrong(as_sam, sam, source):
    history(source, sam, right=3, confidence=0.95)
    history(source, sam, right=0, wrong=1, confidence=0.92)
    history(source, sam, right=0, wrong=2, confidence=0.61)

    response = as_sam.get(reverse("admin:trust-automatic"), {"from": "0.9"})

    ladder = {step.confidence: step.share for step in response.context["ladder"]}
    assert (ladder[0.5].of, ladder[0.5].wrong) == (6, 3)
    assert (ladder[0.9].of, ladder[0.9].wrong) == (4, 1)
    assert (ladder[0.95].of, ladder[0.95].wrong) == (3, 0)
    assert [one.confidence for one in response.context["wrong"]] == [0.92]
    assert "50 decisions needed" in response.content.decode()


# --- Approving -----------------------------------------------------------------------------------


@pytest.fixture
def unlocked(small, source, sam):
    history(source, sam, right=6)
    return automatic.unlock(source, confidence=0.9, by=sam)


def test_what_the_source_brings_is_approved_with_rule_and_figure(unlocked, source, sam, react):
    signal = make.brought(source, confidence=0.93)

    assert arrive(signal) == 1

    signal.refresh_from_db()
    decision = signal.reviews.get()
    assert (signal.status, signal.decided_by) == ("approved", standin.user())
    assert (decision.rule, decision.measured["right"]) == (unlocked, 6)
    assert "measured 6 right of 6" in _history(signal, sam)
    assert Event.objects.filter(type="signal.approved", data={"automatic": True}).count() == 1


def _history(signal, sam):
    url = reverse("admin:signal-history", args=[signal.public_id])
    return signed_in(sam).get(url).content.decode()


def test_the_reaction_to_a_finished_upload_approves(unlocked, source, react):
    signal = make.brought(source, confidence=0.93)
    outbox.record("upload.finished", subject=signal.run.transcript.uploads.get())

    react()

    signal.refresh_from_db()
    assert signal.status == "approved"


def test_what_is_less_sure_or_of_another_source_waits(unlocked, source):
    faint = make.brought(source, confidence=0.89)
    other = make.brought(make.source(address="https://x.example/f"), confidence=0.99)

    assert (arrive(faint), arrive(other)) == (0, 0)


@pytest.mark.parametrize(
    "doubt", ["lost", "fuzzy", "plea", "community", "hidden", "hidden quote", "lifted"]
)
def test_what_is_in_doubt_waits_for_people(unlocked, source, sam, doubt):
    signal = make.brought(source, confidence=0.99)
    piece = signal.evidence.get()
    match doubt:
        case "lost":
            piece.anchor = "lost"
        case "fuzzy":
            piece.anchor, piece.difference = "fuzzy", "“leak” became “leek”"
        case "plea":
            signal.speaker_role = "public"
        case "community":
            signal.speaker_role, signal.kind = "public", "community"
        case "hidden":
            signal.hidden = {"title": [[0, 4, "name"]]}
        case "hidden quote":
            piece.hidden = [[0, 4, "name"]]
        case "lifted":
            signal.redaction_lifted_at, signal.redaction_lifted_by = piece.signal.created_at, sam
    piece.save()
    signal.save()

    assert arrive(signal) == 0
    signal.refresh_from_db()
    assert signal.status == "pending"


def test_what_another_extractor_found_waits(unlocked, source):
    signal = make.brought(source, confidence=0.99)
    signal.run.extractor_version = "next"
    signal.run.save()

    assert arrive(signal) == 0


def test_while_checks_pile_up_nothing_is_approved(unlocked, source, monkeypatch):
    monkeypatch.setattr(automatic, "MOST_UNCHECKED", 2)
    signals = [make.brought(source, f"More {n}", confidence=0.95) for n in range(3)]

    assert [arrive(signal) for signal in signals] == [1, 1, 0]


def test_automatic_approvals_do_not_prove_themselves(unlocked, source, ana):
    before = precision.measure().overall.of
    signal = make.brought(source, confidence=0.95)
    arrive(signal)

    assert precision.measure().overall.of == before
    second_looks.judge(signal.second_looks.get(), decision="approve", by=ana)
    assert precision.measure().overall.of == before + 1


# --- Checking and locking ------------------------------------------------------------------------


def test_it_locks_itself_when_checks_fall_below_the_bar(unlocked, source, sam, ana):
    looks = []
    for number in range(3):
        signal = make.brought(source, f"More {number}", confidence=0.95)
        arrive(signal)
        looks.append(signal.second_looks.get())

    second_looks.judge(looks[0], decision="approve", by=ana)
    second_looks.judge(looks[1], decision="reject", reason="faint", by=ana)
    unlocked.refresh_from_db()
    assert unlocked.locked_at is None  # one of two is the bar, not below it

    second_looks.judge(looks[2], decision="reject", reason="faint", by=ana)

    unlocked.refresh_from_db()
    assert unlocked.locked_by is None
    assert unlocked.locked_why == (
        "of 3 approvals that people checked 2 were wrong; the bar is 0.5."
    )
    assert Event.objects.filter(type="autoapproval.locked").count() == 1
    told = set(Notice.objects.values_list("user__name", flat=True))
    assert {"Sam Staffer", "Ana Ruiz"} <= told
    assert arrive(make.brought(source, "Late", confidence=0.99)) == 0


def test_rejecting_what_it_approved_locks_it_too(unlocked, source, sam, react):
    signal = make.brought(source, confidence=0.95)
    arrive(signal)
    review.reopen(signal, by=sam)
    review.reject(signal, reason="faint", by=sam)

    react()

    unlocked.refresh_from_db()
    assert unlocked.locked_at is not None


def test_settled_in_its_favour_an_approval_counts_as_right(unlocked, source, sam, ana, settings):
    signal = make.brought(source, confidence=0.95)
    arrive(signal)
    settings.AUTO_APPROVAL_PRECISION = 0.0
    look = signal.second_looks.get()
    second_looks.judge(look, decision="reject", reason="faint", by=ana)
    assert automatic.checked(unlocked).right == 0

    second_looks.settle(look, decision="approve", by=sam)

    assert (automatic.checked(unlocked).right, automatic.checked(unlocked).of) == (1, 1)


def test_staff_lock_it_by_hand(unlocked, as_sam, sam):
    fields = {"rule": str(unlocked.public_id)}

    response = as_sam.post(reverse("admin:trust-automatic-lock"), fields, follow=True)
    again = as_sam.post(reverse("admin:trust-automatic-lock"), fields, follow=True)

    unlocked.refresh_from_db()
    assert (unlocked.locked_by, unlocked.locked_why) == (sam, "Sam Staffer locked it.")
    assert said(response)[0].startswith("Locked.")
    assert said(again) == ["It was locked already."]


def test_a_check_is_drawn_for_at_least_a_tenth(settings, unlocked, source):
    settings.AUTO_APPROVAL_CHECK_SHARE = 0.1
    for number in range(80):
        arrive(make.brought(source, f"More {number}", confidence=0.95))

    checks = Review.objects.filter(rule=unlocked, second_look__isnull=False).count()
    assert 1 <= checks <= 24


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_unlock_at_once_one_is_told(small):
    source = make.source()
    people = [make.user(f"Person {n}", is_staff=True, is_superuser=True) for n in "AB"]
    history(source, people[0], right=6)

    outcomes = at_once(
        *(lambda one=one: automatic.unlock(source, confidence=0.9, by=one) for one in people)
    )

    assert sorted(bool(one) for one in outcomes) == [False, True]
    assert "unlocked already" in "".join(outcomes)
    assert AutoRule.objects.filter(locked_at=None).count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_approved_after_a_lock_however_close(small):
    source = make.source()
    person = make.user("Person", is_staff=True, is_superuser=True)
    history(source, person, right=6)
    rule = automatic.unlock(source, confidence=0.9, by=person)
    signal = make.brought(source, confidence=0.99)

    at_once(
        lambda: automatic.lock(AutoRule.objects.get(pk=rule.pk), why="Enough.", by=person),
        lambda: arrive(Signal.objects.select_related("run__transcript").get(pk=signal.pk)),
        lambda: arrive(Signal.objects.select_related("run__transcript").get(pk=signal.pk)),
    )

    rule.refresh_from_db()
    decisions = Review.objects.filter(rule=rule)
    assert decisions.count() <= 1
    assert all(one.at <= rule.locked_at for one in decisions)


def test_the_page_asks_as_often_for_much_history(as_sam, sam, source):
    history(source, sam, right=1, wrong=1)
    url = reverse("admin:trust-automatic")
    as_sam.get(url)
    few = queries(lambda: as_sam.get(url))
    history(source, sam, right=5, wrong=5)

    assert queries(lambda: as_sam.get(url)) == few <= 16
