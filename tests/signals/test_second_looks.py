"""Second looks: drawn at random, blind, by somebody else, and without effect until settled."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civstart.events.models import Event
from signals import review, second_looks
from signals.measure import agreement
from signals.models import Review, SecondLook
from tests import make
from tests.conftest import signed_in
from tests.support.counting import queries
from tests.support.threads import at_once


@pytest.fixture
def drawn(settings):
    settings.SECOND_LOOK_SHARE = 1.0


@pytest.fixture
def zoe(db):
    return make.user("Zoe Third", is_staff=True, is_superuser=True)


def decided(by, decision="approve", **fields):
    signal = make.signal(**fields)
    if decision == "approve":
        review.approve(signal, by=by)
    else:
        review.reject(signal, reason="faint", by=by)
    return signal.second_looks.get()


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_the_share_of_decisions_is_drawn(settings, sam):
    settings.SECOND_LOOK_SHARE = 0.2
    for number in range(150):
        review.approve(make.signal(f"Need {number}"), by=sam)

    assert 10 <= SecondLook.objects.count() <= 55


def test_nothing_is_drawn_when_the_share_is_nought(settings, sam):
    settings.SECOND_LOOK_SHARE = 0.0
    review.approve(make.signal(), by=sam)

    assert not SecondLook.objects.exists()


def test_the_first_reviewer_never_gets_their_own(drawn, sam, ana):
    look = decided(sam)

    assert list(second_looks.waiting_for(ana)) == [look]
    assert not second_looks.waiting_for(sam).exists()
    with pytest.raises(second_looks.NotYours, match=r"decided on .* yourself"):
        second_looks.judge(look, decision="approve", by=sam)


def test_who_decided_on_the_signal_before_does_not_get_it_either(drawn, sam, ana):
    signal = make.signal()
    review.approve(signal, by=ana)
    review.reopen(signal, by=ana)
    review.approve(signal, by=sam)

    assert not second_looks.waiting_for(ana).exists()


def test_the_page_does_not_tell_the_first_decision(drawn, sam, ana):
    for decision in ("approve", "reject"):
        look = decided(sam, decision)
        shown = signed_in(ana).get(reverse("admin:trust-look", args=[look.public_id]))
        page = shown.content.decode()

        assert shown.status_code == 200
        assert make.QUOTE in page
        for telling in ("Sam Staffer", "Approved", "Rejected", "Too faint</b>", "Undo"):
            assert telling not in page.split("content-start")[-1].split("<select")[0], telling


def test_agreeing_is_noted_and_changes_nothing(drawn, sam, ana):
    look = decided(sam)
    url = reverse("admin:trust-look-decide", args=[look.public_id])

    response = signed_in(ana).post(url, {"decision": "approve"}, follow=True)

    look.refresh_from_db()
    assert (look.status, look.by, look.decision) == ("agreed", ana, "approve")
    assert said(response) == ["Noted. Sam Staffer decided the same."]
    assert look.signal.reviews.count() == 1


def test_disagreeing_changes_nothing_the_public_sees(drawn, sam, ana):
    look = decided(sam)
    before = Event.objects.filter(type__startswith="signal.").count()
    url = reverse("admin:trust-look-decide", args=[look.public_id])

    response = signed_in(ana).post(
        url, {"decision": "reject", "reason": "awarded", "note": "Let in May."}, follow=True
    )

    look.refresh_from_db()
    look.signal.refresh_from_db()
    assert look.status == "disagreed"
    assert look.signal.status == "approved"
    assert Event.objects.filter(type__startswith="signal.").count() == before
    assert "decided otherwise" in said(response)[0]
    page = signed_in(ana).get(reverse("admin:trust-looks")).content.decode()
    assert "Already awarded or finished".lower() in page.lower()
    assert "Let in May." in page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"decision": "perhaps"}, "is no decision"),
        ({}, "is no decision"),
        ({"decision": "reject"}, "no reason to reject"),
        ({"decision": "reject", "reason": "a\0b"}, "no reason to reject"),
    ],
)
def test_half_a_decision_is_refused(drawn, sam, ana, fields, why):
    look = decided(sam)
    url = reverse("admin:trust-look-decide", args=[look.public_id])

    response = signed_in(ana).post(url, fields, follow=True)

    look.refresh_from_db()
    assert why in said(response)[0]
    assert look.status == "waiting"


def test_a_third_settles_it_and_the_decision_follows(drawn, sam, ana, zoe):
    look = decided(sam)
    second_looks.judge(look, decision="reject", reason="faint", by=ana)
    url = reverse("admin:trust-look-settle", args=[look.public_id])

    response = signed_in(zoe).post(url, {"decision": "reject", "reason": "faint"}, follow=True)

    look.refresh_from_db()
    look.signal.refresh_from_db()
    assert (look.status, look.settled_by) == ("settled", zoe)
    assert (look.signal.status, look.signal.decided_by) == ("rejected", zoe)
    assert "The decision was changed." in said(response)[0]


def test_settled_as_it_was_nothing_changes(drawn, sam, ana, zoe):
    look = decided(sam)
    second_looks.judge(look, decision="reject", reason="faint", by=ana)

    assert second_looks.settle(look, decision="approve", by=zoe) is False

    look.signal.refresh_from_db()
    assert (look.signal.status, look.signal.decided_by) == ("approved", sam)


def test_the_two_do_not_settle_it_while_there_is_a_third(drawn, sam, ana, zoe):
    look = decided(sam)
    second_looks.judge(look, decision="reject", reason="faint", by=ana)

    for one in (sam, ana):
        with pytest.raises(second_looks.NotYours, match="Ask a third"):
            second_looks.settle(look, decision="approve", by=one)


def test_a_team_of_two_settles_it_between_themselves(drawn, sam, ana):
    look = decided(sam)
    second_looks.judge(look, decision="reject", reason="faint", by=ana)

    assert second_looks.settle(look, decision="approve", by=sam) is False


def test_taking_the_decision_back_overtakes_the_look(drawn, sam, ana):
    look = decided(sam)
    review.reopen(look.signal, by=sam)

    look.refresh_from_db()
    assert look.status == "overtaken"
    with pytest.raises(second_looks.NotYours, match="reopened meanwhile"):
        second_looks.judge(look, decision="approve", by=ana)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_look_at_once_one_is_told_who_was_faster(settings):
    settings.SECOND_LOOK_SHARE = 1.0
    first, *others = (make.user(f"Person {letter}", is_staff=True) for letter in "ABC")
    look = decided(first)

    outcomes = at_once(
        *(
            lambda one=one: second_looks.judge(
                SecondLook.objects.get(pk=look.pk), decision="approve", by=one
            )
            for one in others
        )
    )

    assert outcomes.count("") == 1
    assert any("before you" in one for one in outcomes)


def test_the_database_refuses_a_second_look_by_the_first(drawn, sam):
    look = decided(sam)

    with pytest.raises(IntegrityError, match="second_look_by_somebody_else"), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(
            by=sam, decision="approve", at=look.created_at, status="agreed"
        )


def test_kappa_is_cohens(sam, ana):
    table = agreement.Agreement(("A", "B"), 20, 5, 10, 15)

    assert table.percent == 70
    assert table.kappa == pytest.approx(0.4)
    assert agreement.Agreement(("A", "B"), 9, 0, 0, 0).kappa is None
    assert agreement.Agreement(("A", "B"), 0, 0, 0, 0).kappa is None


def test_a_pair_is_one_whoever_was_first(drawn, sam, ana):
    second_looks.judge(decided(sam), decision="approve", by=ana)
    second_looks.judge(decided(ana), decision="reject", reason="faint", by=sam)
    second_looks.judge(decided(ana, "reject"), decision="reject", reason="faint", by=sam)

    found = agreement.agreements()

    (pair,) = found.pairs
    assert set(pair.names) == {"Sam Staffer", "Ana Ruiz"}
    assert (pair.count, pair.both_approve, pair.both_reject) == (3, 1, 1)
    assert (pair.first_only, pair.second_only) in {(1, 0), (0, 1)}
    assert (found.overall.first_only, found.overall.second_only) == (1, 0)


def test_reviewers_see_how_many_wait_in_their_ordinary_flow(drawn, sam, ana):
    decided(sam)
    decided(sam)
    waiting = make.signal()
    part = reverse("admin:trust-looks-part")
    queue = signed_in(ana).get(reverse("admin:review-signal", args=[waiting.public_id]))

    assert part in queue.content.decode()
    assert "2 second looks wait for you" in signed_in(ana).get(part).content.decode()
    assert signed_in(sam).get(part).content.decode().strip() == ""
    assert second_looks.waiting_count(ana) == 2


def test_the_next_look_is_the_one_that_waited_longest(drawn, sam, ana):
    oldest = decided(sam)
    decided(sam)
    client = signed_in(ana)

    answer = client.get(reverse("admin:trust-look-next"))

    assert answer.url == reverse("admin:trust-look", args=[oldest.public_id])
    assert signed_in(sam).get(reverse("admin:trust-look-next")).url == reverse("admin:trust-looks")


def test_the_page_asks_as_often_for_many_looks(drawn, sam, ana, zoe):
    client = signed_in(zoe)

    def disputes(count):
        for number in range(count):
            look = decided(sam, title=f"Need {number}", place=make.jurisdiction(f"Town {number}"))
            second_looks.judge(look, decision="reject", reason="faint", by=ana)

    disputes(1)
    client.get(reverse("admin:trust-looks"))
    few = queries(lambda: client.get(reverse("admin:trust-looks")))
    disputes(6)

    assert queries(lambda: client.get(reverse("admin:trust-looks"))) == few <= 24


def test_an_automatic_reviews_constraint_needs_its_figures(sam):
    signal = make.signal()
    review.approve(signal, by=sam)

    with pytest.raises(IntegrityError, match="review_automatic"), transaction.atomic():
        Review.objects.filter(signal=signal).update(measured={"right": 1})
