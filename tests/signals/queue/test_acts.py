"""Acts over HTTP as the open page sends them, and the parts it asks for."""

from uuid import uuid4

import pytest
from django.urls import reverse

from signals import review
from signals.models import Review, Signal
from tests import make
from tests.signals.queue.conftest import SECOND


def test_a_decision_is_answered_with_what_was_done_and_how_to_undo_it(as_sam, act):
    answer = act(as_sam, "decide", make.signal("Valve survey"), decision="reject", reason="faint")

    assert answer.json() == {
        "said": "Rejected “Valve survey”: too faint.",
        "undo": Review.objects.get().pk,
        "then": "/staff/review/",
    }


def test_a_conflict_is_answered_with_who_was_faster_and_when(as_sam, ana, act):
    signal = make.signal("Valve survey")
    review.approve(signal, by=ana)

    answer = act(as_sam, "decide", signal, decision="approve")

    assert answer.status_code == 409
    assert answer.json()["kind"] == "AlreadyDecided"
    assert answer.json()["said"].startswith('Ana Ruiz approved "Valve survey" at ')


def test_a_decision_on_what_was_deleted_is_answered_with_a_sentence(as_sam, act):
    signal = make.signal()
    Signal.objects.filter(pk=signal.pk).delete()

    answer = act(as_sam, "decide", signal, decision="approve")

    assert answer.status_code == 404
    assert "deleted meanwhile" in answer.json()["said"]


def test_splitting_over_http_stays_at_the_signal(as_sam, spoken, act):
    answer = act(
        as_sam,
        "split",
        spoken,
        second_title="A new billing system by next June",
        second_quote=SECOND,
    )

    assert (
        answer.json()["said"] == "Split: “A new billing system by next June” waits for review too."
    )
    assert answer.json()["then"] == f"/staff/review/{spoken.public_id}/"
    assert Signal.objects.count() == 2


def test_a_refused_split_without_javascript_keeps_both_fields(as_sam, spoken):
    page = as_sam.post(
        reverse("admin:review-split", args=[spoken.public_id]),
        {
            "second_title": "My thoughtful title of the second need",
            "second_quote": "never said by anyone at all here",
        },
    )

    shown = page.content.decode()
    assert page.status_code == 422
    assert 'value="My thoughtful title of the second need"' in shown
    assert "never said by anyone at all here</textarea>" in shown
    assert "was not said in this meeting" in shown


@pytest.mark.parametrize("into", ["", "x", "0193f2a1-7c1e-7b2a-9c55-0a1b2c3d4e5f"])
def test_merging_into_nothing_is_refused(as_sam, act, into):
    answer = act(as_sam, "merge", make.signal(), into=into)

    assert answer.status_code == 422
    assert "is not there any more" in answer.json()["said"]


def test_merging_goes_on_to_the_next_signal_without_javascript(as_sam, spoken):
    other = make.signal("The same again", at_meeting=spoken.meeting, confidence=0.5)

    page = as_sam.post(
        reverse("admin:review-merge", args=[other.public_id]), {"into": spoken.public_id},
        follow=True,
    )  # fmt: skip

    assert page.redirect_chain[-1][0] == f"/staff/review/{spoken.public_id}/"
    assert "Merged “The same again” into" in page.content.decode()


def test_what_is_likely_the_same_is_offered_with_a_number(as_sam, spoken):
    same = make.signal(
        "Acoustic leak detection for the old cast-iron mains", at_meeting=spoken.meeting
    )
    make.signal("Lease of four electric buses", quote="We want four electric buses now", summary="")
    rejected = make.signal("Acoustic leak detection, rejected", at_meeting=spoken.meeting)
    Signal.objects.filter(pk=rejected.pk).update(
        status="rejected", decided_at=spoken.created_at, decided_by=make.user("Dora")
    )

    part = as_sam.get(reverse("admin:review-alike-part", args=[spoken.public_id])).content.decode()

    assert same.title in part
    assert 'data-merge-into="1"' in part
    assert "buses" not in part
    assert rejected.title not in part


def test_another_signal_of_the_government_is_found_by_words(as_sam, spoken):
    make.signal("Lease of four electric buses", quote="We want four electric buses now", summary="")
    make.signal(
        "Electric buses elsewhere", place=make.jurisdiction("Fenwick Heights", "WA"),
        quote="They want four electric buses over there soon",
    )  # fmt: skip
    address = reverse("admin:review-alike-part", args=[spoken.public_id])

    found = as_sam.get(address, {"words": "buses"}).content.decode()
    nothing = as_sam.get(address, {"words": '"; DROP \0'}).content.decode()

    assert "Lease of four" in found
    assert "elsewhere" not in found
    assert "has these words" in nothing


@pytest.mark.parametrize(
    "name", ["title", "quote", "split", "merge", "thread", "here", "decide", "undo", "bulk"]
)
def test_acts_need_a_post_and_are_closed_to_members(as_sam, as_rita, client, name):
    ids = [] if name in ("undo", "bulk") else [make.signal().public_id]
    address = reverse(f"admin:review-{name}", args=ids)

    assert as_sam.get(address).status_code == 405
    assert as_rita.post(address).status_code == 403
    assert client.post(address).status_code == 302


@pytest.mark.parametrize("name", ["next", "more-part", "alike-part"])
def test_parts_are_closed_to_members_and_know_no_strange_ids(as_sam, as_rita, client, name):
    address = reverse(f"admin:review-{name}", args=[make.signal().public_id])

    assert as_rita.get(address).status_code == 403
    assert client.get(address).status_code == 302
    assert as_sam.get(reverse(f"admin:review-{name}", args=[uuid4()])).status_code == 404


def test_words_of_the_queue_are_escaped_everywhere(as_sam, spoken):
    Signal.objects.update(title='"><script>alert(1)</script>')
    other = make.signal("<img src=x>", at_meeting=spoken.meeting)

    for name in ("signal", "alike-part", "queue-part"):
        page = as_sam.get(reverse(f"admin:review-{name}", args=[spoken.public_id])).content.decode()
        assert "<script>alert" not in page
        assert other.title not in page


# --- The recording -------------------------------------------------------------------------


def test_a_recording_that_can_be_embedded_is_offered_as_a_player(as_sam, spoken):
    page = as_sam.get(reverse("admin:review-signal", args=[spoken.public_id])).content.decode()

    assert 'data-player="https://www.youtube-nocookie.com/embed/mRw7Fa1Lsk0?start=' in page
    assert "<iframe" not in page


def test_without_a_recording_there_is_no_box(as_sam):
    signal = make.signal(at_meeting=make.meeting(video_url=""))

    page = as_sam.get(reverse("admin:review-signal", args=[signal.public_id])).content.decode()

    assert "data-player" not in page
    assert 'id="recording"' not in page
