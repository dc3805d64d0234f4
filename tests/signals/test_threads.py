"""The same need over meetings: joined, moved on, closed, watched, and put right by staff."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civstart.events.models import Event
from signals import alikeness, review, threads
from signals.alikeness import Need
from signals.models import Signal, Thread, ThreadStep
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.talk import EVENING, MORNING, timed

LEAKS = "Acoustic leak detection for water mains"
STAGES = {
    "exploring": "We sat down with two utilities about leak detection for water mains.",
    "budget-request": "I have money in the request for acoustic leak detection for water mains.",
    "rfp-out": "The RFP for leak detection for water mains closes Friday.",
    "award": "I move to award the three-year contract for leak detection for water mains.",
}


def heard(stage: str, day: date, *, place=None, title: str = LEAKS, **fields) -> Signal:
    """A signal of that stage, heard that day and attached."""
    quote = STAGES.get(stage, STAGES["exploring"])
    meeting = make.meeting(place, held_on=day)
    signal = make.signal(title, at_meeting=meeting, quote=quote, stage=stage, **fields)
    threads.Joiner(signal.jurisdiction).attach(signal)
    return signal


@pytest.fixture
def explored(db) -> Signal:
    return heard("exploring", date(2026, 3, 9))


# --- Joining -----------------------------------------------------------------------------------


def test_the_same_need_in_a_later_meeting_joins_the_thread(explored):
    later = heard("budget-request", date(2026, 11, 12))

    assert later.thread == explored.thread
    assert Thread.objects.count() == 1


def test_another_need_begins_another_thread(explored):
    other = make.signal(
        "Barbers for the annual fair",
        quote="we want barbers at the annual fair",
        summary="The fair asks for barbers.",
        category="economic-workforce",
    )

    threads.Joiner(other.jurisdiction).attach(other)

    assert other.thread != explored.thread


def test_another_government_is_never_joined(explored):
    other = heard("exploring", date(2026, 4, 1), place=make.jurisdiction("Fenwick Heights"))

    assert other.thread != explored.thread


def test_a_rejected_signal_joins_nobody(explored, sam):
    review.reject(explored, reason="faint", by=sam)

    assert heard("exploring", date(2026, 4, 1)).thread != explored.thread


def test_two_needs_told_apart_in_one_meeting_need_more_to_be_one():
    pool = alikeness.Pool([Need(LEAKS, STAGES["exploring"])])

    (alike,) = pool.alike(Need("Leak alarms for water meters", "We want leak alarms for meters."))

    assert alikeness.SAME_NEED < alikeness.SAME_NEED_IN_MEETING
    assert alike < alikeness.SAME_NEED_IN_MEETING


@pytest.mark.parametrize(
    ("a", "b", "is_same"),
    [
        (
            Need(LEAKS, "find the leaks before the ground freezes", "", "water-utilities"),
            Need(
                "RFP for leak detection", "The RFP for leak detection is out", "", "water-utilities"
            ),
            True,
        ),
        (
            Need("Replace the fire truck of Green Hill", "the fire truck is thirty years old"),
            Need("New fire truck for Green Hill", "a fire truck from donations for Green Hill"),
            True,
        ),
        (
            Need("New pumps for the water plant", "three new pumps before the floods"),
            Need("Water meters that read themselves", "replace nine thousand water meters"),
            False,
        ),
        (
            Need("City budget for next year", "the city council needs money for the program"),
            Need("City plan for the community", "the city council needs a plan for the program"),
            False,
        ),
        (Need("", ""), Need("", ""), False),
    ],
)
def test_needs_are_alike_by_what_they_are_about(a, b, is_same):
    pool = alikeness.Pool([a])
    pool.add(Need("Barbers for the fair", "we want barbers at the fair"))

    assert (pool.alike(b)[0] >= alikeness.SAME_NEED) == is_same


def test_found_signals_are_threaded_when_they_are_stored(tmp_path, db, needs_heard):
    make.jurisdiction()
    ingest(written(tmp_path, "a.vtt", samples.vtt(*timed(MORNING))), date="2026-03-09")
    said = (*EVENING, "As we said, we need three new pumps for the plant on Alder Street.")
    ingest(written(tmp_path, "b.vtt", samples.vtt(*timed(said))), date="2026-06-11")

    first, again = Signal.objects.filter(heard__contains="pumps").order_by("pk")
    assert first.thread == again.thread
    assert not Signal.objects.filter(thread=None).exists()


# --- Stages ------------------------------------------------------------------------------------


def test_a_thread_goes_as_far_as_its_signals(explored):
    heard("budget-request", date(2026, 11, 12))
    heard("exploring", date(2026, 12, 1))

    thread = Thread.objects.get()
    assert (thread.stage, thread.stage_since) == ("budget-request", date(2026, 11, 12))
    assert list(thread.steps.values_list("stage", "reached_on")) == [
        ("exploring", date(2026, 3, 9)),
        ("budget-request", date(2026, 11, 12)),
    ]


def test_a_move_is_an_event(explored):
    later = heard("budget-request", date(2026, 11, 12))

    event = Event.objects.get(type="signal.stage_changed")
    assert event.subject_id == str(later.public_id)
    assert (event.data["from"], event.data["to"]) == ("exploring", "budget-request")


def test_the_same_stage_again_is_no_event(explored):
    heard("exploring", date(2026, 5, 1))

    assert not Event.objects.filter(type="signal.stage_changed").exists()


def test_what_waits_for_review_does_not_move_an_approved_thread(explored, sam):
    review.approve(explored, by=sam)
    later = heard("rfp-out", date(2026, 11, 12))
    assert Thread.objects.get().stage == "exploring"

    review.approve(later, by=sam)

    assert Thread.objects.get().stage == "rfp-out"
    assert Event.objects.get(type="signal.stage_changed").actor == sam


def test_a_rejected_signal_moves_nothing(explored, sam):
    later = heard("rfp-out", date(2026, 11, 12))

    review.reject(later, reason="faint", by=sam)

    assert Thread.objects.get().stage == "exploring"


def test_an_award_closes_the_thread_and_dates_the_renewal(explored):
    heard("award", date(2026, 11, 12))

    thread = Thread.objects.get()
    assert thread.closed_at is not None
    assert thread.renewal_on == date(2029, 11, 12)
    assert not Thread.objects.open().exists()


def test_a_need_after_the_award_is_a_new_one(explored):
    awarded = heard("award", date(2026, 11, 12))
    renewed = heard("renewal", date(2029, 9, 1))
    Signal.objects.filter(pk=renewed.pk).delete()
    threads.settle(awarded.thread)

    fresh = heard("exploring", date(2027, 3, 1))

    assert fresh.thread != awarded.thread


def test_a_renewal_comes_back_to_the_thread_and_opens_it(explored):
    heard("award", date(2026, 11, 12))
    renewed = heard("renewal", date(2029, 9, 1))

    thread = Thread.objects.get()
    assert renewed.thread == thread
    assert (thread.stage, thread.closed_at) == ("renewal", None)
    assert thread.renewal_on == date(2029, 11, 12)


# --- Staff put it right --------------------------------------------------------------------------


def test_staff_move_a_signal_to_another_thread(explored, sam):
    other = heard("rfp-out", date(2026, 5, 1), title="Barbers for the fair, by tender")
    other = threads.split(other, by=sam).signals.get() if other.thread == explored.thread else other

    threads.move(other, explored.thread, by=sam)

    assert Thread.objects.get().stage == "rfp-out"
    assert Event.objects.filter(type="signal.thread_changed", actor=sam).exists()


def test_staff_split_a_signal_from_its_thread(explored, as_sam):
    later = heard("rfp-out", date(2026, 5, 1))
    url = reverse("admin:signals_signal_changelist")

    as_sam.post(url, {"action": "split", "_selected_action": [later.pk]})
    again = as_sam.post(url, {"action": "split", "_selected_action": [later.pk]}, follow=True)

    later.refresh_from_db()
    assert later.thread != explored.thread
    assert later.thread.stage == "rfp-out"
    assert Thread.objects.get(pk=explored.thread_id).stage == "exploring"
    assert "is alone in its thread already" in again.content.decode()


def test_staff_choose_a_thread_on_the_signals_page(explored, as_sam, sam):
    later = heard("rfp-out", date(2026, 5, 1))
    threads.split(later, by=sam)
    form = {
        name: getattr(later, name) for name in ("title", "summary", "kind", "category", "strength")
    }
    inlines = {
        f"{name}-{part}": "0"
        for name in ("evidence", "reviews")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    url = reverse("admin:signals_signal_change", args=[later.pk])
    chosen = {"thread": explored.thread_id, "stage": "award"}

    assert as_sam.post(url, {**form, **inlines, **chosen}).status_code == 302

    later.refresh_from_db()
    assert later.thread == explored.thread
    assert Thread.objects.get().stage == "award"

    as_sam.post(url, {**form, **inlines, "thread": "", "stage": "need"})

    later.refresh_from_db()
    assert later.thread != explored.thread
    assert Thread.objects.get(pk=explored.thread_id).stage == "exploring"


def test_a_signal_does_not_go_to_another_government(explored, sam):
    other = heard("exploring", date(2026, 4, 1), place=make.jurisdiction("Fenwick Heights"))

    with pytest.raises(threads.WrongThread, match="Choose a thread of the same government"):
        threads.move(other, explored.thread, by=sam)


def test_a_signal_does_not_move_to_where_it_is(explored, sam):
    with pytest.raises(threads.WrongThread, match="is in that thread already"):
        threads.move(explored, explored.thread, by=sam)


# --- Shown ---------------------------------------------------------------------------------------


@pytest.fixture
def moved(explored, sam) -> Signal:
    later = heard("budget-request", date(2026, 11, 12))
    review.approve(explored, by=sam)
    review.approve(later, by=sam)
    return later


def test_the_page_shows_how_the_need_has_moved(moved, as_rita):
    page = as_rita.get(reverse("signal", args=[moved.public_id])).content.decode()

    assert "How this need has moved" in page
    assert "2 meetings, 1 speaker, 8 months" in page
    assert '<li class="stage" data-state="done"><h3>Exploring</h3><time>9 Mar 2026</time>' in page
    assert 'data-state="now" aria-current="step"><h3>Budget request</h3>' in page
    assert '<li class="stage" data-state="ahead"><h3>Award</h3><p>Not yet</p>' in page


def test_a_need_heard_once_has_not_moved(explored, sam, as_rita):
    review.approve(explored, by=sam)

    page = as_rita.get(reverse("signal", args=[explored.public_id])).content.decode()

    assert "How this need has moved" not in page


def test_startups_do_not_see_what_waits_for_review(explored, sam, as_rita, as_sam):
    review.approve(explored, by=sam)
    heard("rfp-out", date(2026, 11, 12))
    url = reverse("signal", args=[explored.public_id])

    assert "closes Friday" not in as_rita.get(url).content.decode()
    assert "closes Friday" in as_sam.get(url).content.decode()


def test_the_page_tells_when_the_award_will_be_up(moved, sam, as_rita):
    award = heard("award", date(2026, 12, 1))
    review.approve(award, by=sam)

    page = as_rita.get(reverse("signal", args=[award.public_id])).content.decode()

    assert "What was awarded will be up on" in page
    assert "1 Dec 2029" in page


def test_the_api_names_thread_and_stage(moved, as_rita):
    row = as_rita.get(f"/api/v1/signals/{moved.public_id}/").json()

    assert row["stage"] == "budget-request"
    assert row["thread"] == str(moved.thread.public_id)


def test_a_signal_without_a_thread_has_none_in_the_api(sam, as_rita):
    signal = make.signal(status="approved", decided_by=sam)

    assert as_rita.get(f"/api/v1/signals/{signal.public_id}/").json()["thread"] is None


def test_the_page_asks_the_same_however_long_the_thread(
    moved, sam, as_rita, django_assert_max_num_queries
):
    url = reverse("signal", args=[moved.public_id])
    as_rita.get(url)
    with django_assert_max_num_queries(17) as few:
        as_rita.get(url)
    for month in range(1, 6):
        review.approve(heard("budget-request", date(2027, month, 1)), by=sam)

    with django_assert_max_num_queries(len(few.captured_queries)):
        as_rita.get(url)


# --- What the database refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("thread_closed_by_award", {"stage": "award"}),
        ("thread_renewal_after_award", {"renewal_on": date(2029, 1, 1)}),
    ],
)
def test_an_impossible_thread_is_refused(explored, name, fields):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Thread.objects.update(**fields)

    assert caught.value.__cause__.diag.constraint_name == name


def test_a_stage_twice_in_a_thread_is_refused(explored):
    step = ThreadStep.objects.get()
    step.pk = None

    with pytest.raises(IntegrityError, match="thread_stage_once"), transaction.atomic():
        step.save()
