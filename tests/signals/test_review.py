import pytest

from civstart.events.models import Event
from signals import review
from signals.models import Review, Signal
from tests import make
from tests.support.threads import at_once


def test_approving_is_noted_on_the_signal(sam):
    signal = make.signal()

    review.approve(signal, by=sam)

    signal.refresh_from_db()
    assert signal.status == Signal.Status.APPROVED
    assert signal.decided_by == sam
    assert signal.decided_at is not None


def test_approving_is_kept_as_a_review_and_an_event(sam):
    signal = make.signal()

    review.approve(signal, by=sam)

    decision = Review.objects.get()
    event = Event.objects.get(type="signal.approved")
    assert (decision.decision, decision.by) == (Review.Decision.APPROVE, sam)
    assert (event.subject_id, event.actor) == (str(signal.public_id), sam)


def test_rejecting_keeps_reason_and_note(sam):
    signal = make.signal()

    review.reject(signal, reason=Review.Reason.AWARDED, note="Let in March.", by=sam)

    decision = Review.objects.get()
    assert signal.status == Signal.Status.REJECTED
    assert (decision.reason, decision.note) == (Review.Reason.AWARDED, "Let in March.")
    assert Event.objects.get(type="signal.rejected").data == {"reason": "awarded"}


@pytest.mark.parametrize("reason", ["", "boring", "a\0b", "x" * 5000])
def test_rejecting_needs_a_reason_of_the_list(sam, reason):
    signal = make.signal()

    with pytest.raises(review.ReasonMissing) as caught:
        review.reject(signal, reason=reason, by=sam)

    assert str(caught.value).startswith(
        f'"{reason}" is no reason to reject a signal. Choose one of'
    )
    assert Signal.objects.get().status == Signal.Status.PENDING
    assert not Review.objects.exists()


def test_a_very_long_note_is_cut_to_what_is_stored(sam):
    signal = make.signal()

    review.reject(signal, reason=Review.Reason.OTHER, note="x" * 1000, by=sam)

    assert len(Review.objects.get().note) == 300


def test_reopening_puts_the_signal_back_into_the_queue(sam):
    signal = make.signal()
    review.approve(signal, by=sam)

    review.reopen(signal, by=sam)

    assert (signal.status, signal.decided_at, signal.decided_by) == ("pending", None, None)
    assert list(Signal.objects.pending()) == [signal]
    assert Event.objects.filter(type="signal.reopened").count() == 1


def test_reopening_what_waits_is_refused(sam):
    signal = make.signal("New pumps for the plant")

    with pytest.raises(review.AlreadyDecided) as caught:
        review.reopen(signal, by=sam)

    assert str(caught.value) == '"New pumps for the plant" is waiting for review already.'
    assert not Review.objects.exists()


def test_the_second_to_decide_is_told_who_was_faster_and_when(sam, ana):
    signal = make.signal("New pumps for the plant")
    review.approve(signal, by=sam)

    with pytest.raises(review.AlreadyDecided) as caught:
        review.reject(signal, reason=Review.Reason.FAINT, by=ana)

    when = f"{signal.decided_at:%H:%M on %-d %b %Y}"
    assert str(caught.value) == (
        f'Sam Staffer approved "New pumps for the plant" at {when} UTC. Nothing was changed.'
    )
    assert Review.objects.count() == 1


def test_an_old_copy_of_the_signal_decides_nothing(sam, ana):
    signal = make.signal()
    old_copy = Signal.objects.get()
    review.reject(signal, reason=Review.Reason.FAINT, by=ana)

    with pytest.raises(review.AlreadyDecided, match="Ana Ruiz rejected"):
        review.approve(old_copy, by=sam)

    assert old_copy.status == Signal.Status.REJECTED


def test_a_signal_decided_and_reopened_meanwhile_is_said_to_be_reopened(db):
    signal = make.signal("New pumps for the plant")

    said = review.said_by_whom(signal)

    assert said == '"New pumps for the plant" was reopened this very moment. Look at it again.'


def test_a_reopened_signal_can_be_decided_again(sam, ana):
    signal = make.signal()
    review.reject(signal, reason=Review.Reason.FAINT, by=sam)
    review.reopen(signal, by=sam)

    review.approve(signal, by=ana)

    assert signal.decided_by == ana
    assert [one.decision for one in Review.objects.all()] == ["approve", "reopen", "reject"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_decide_at_once_exactly_one_wins():
    people = [make.user("Sam Staffer", is_staff=True), make.user("Ana Ruiz", is_staff=True)]
    signal = make.signal("New pumps for the plant")
    copies = [Signal.objects.get(pk=signal.pk) for _ in people]

    outcomes = at_once(
        lambda: review.approve(copies[0], by=people[0]),
        lambda: review.reject(copies[1], reason=Review.Reason.FAINT, by=people[1]),
    )

    decision = Review.objects.get()
    loser = next(said for said in outcomes if said)
    assert outcomes.count("") == 1
    assert loser.startswith(f"{decision.by} {decision.get_decision_display().lower()} ")
    assert loser.endswith("UTC. Nothing was changed.")
    assert Event.objects.filter(type__in=("signal.approved", "signal.rejected")).count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_approve_at_once_exactly_one_wins():
    people = [make.user(f"Person {letter}", is_staff=True) for letter in "ABCDEF"]
    signal = make.signal()

    outcomes = at_once(
        *(
            lambda person=person: review.approve(Signal.objects.get(pk=signal.pk), by=person)
            for person in people
        )
    )

    assert outcomes.count("") == 1
    assert Review.objects.count() == 1
    assert Event.objects.filter(type="signal.approved").count() == 1
