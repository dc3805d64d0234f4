"""The review page over HTTP: what staff see, decide, and are told when somebody was faster."""

from uuid import uuid4

import pytest
from django.urls import reverse

from civstart.events.models import Event
from signals import review
from signals.models import Review, Signal
from tests import make


def page_of(signal: Signal) -> str:
    return reverse("admin:review-signal", args=[signal.public_id])


def decide(client, signal: Signal, decision: str, query: str = "", **fields: str):
    url = reverse("admin:review-decide", args=[signal.public_id]) + query
    return client.post(url, {"decision": decision, **fields}, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def part(client, name: str, signal: Signal) -> str:
    url = reverse(f"admin:review-{name}-part", args=[signal.public_id])
    return client.get(url, headers={"HX-Request": "true"}).content.decode()


# --- Opening -------------------------------------------------------------------------------


def test_review_opens_the_surest_signal(as_sam):
    make.signal("Unsure", confidence=0.2)
    sure = make.signal("Sure", confidence=0.95)

    assert as_sam.get(reverse("admin:review")).url == page_of(sure)


def test_review_opens_the_surest_of_the_chosen_strength(as_sam):
    make.signal("Sure", confidence=0.95, strength=3)
    faint = make.signal("Faint", confidence=0.2, strength=1)

    url = as_sam.get(reverse("admin:review"), {"strength": "1"}).url

    assert url == f"{page_of(faint)}?strength=1"


def test_review_says_when_nothing_waits(as_sam, sam):
    review.approve(make.signal("Valve survey"), by=sam)

    page = as_sam.get(reverse("admin:review")).content.decode()

    assert "Nothing waits for review" in page
    assert "Sam Staffer approved" in page
    assert "Valve survey" in page


def test_review_offers_the_others_when_none_of_a_strength_waits(as_sam):
    make.signal(strength=3)

    page = as_sam.get(reverse("admin:review"), {"strength": "1"}).content.decode()

    assert "No signal of this strength waits" in page
    assert "Review all" in page


def test_the_page_shows_the_words_around_the_quote_with_the_quote_marked(as_sam):
    signal = make.signal()

    page = as_sam.get(page_of(signal)).content.decode()

    marked = make.QUOTE.replace(
        "four hundred and twelve thousand",
        '<b class="said-amount">four hundred and twelve thousand</b>',
    ).replace("before the ground freezes", '<b class="said-time">before the ground freezes</b>')
    assert f"<mark>{marked}</mark>, not after." in page
    assert make.BEFORE in page
    assert make.AFTER in page
    assert "1:14:10" in page
    assert "https://video.example/watch#t=4450" in page
    assert "Renee Castellano" in page
    assert "$412,000" in page


def test_words_are_escaped(as_sam):
    signal = make.signal("<b>Title</b>", quote="<script>alert(1)</script>")

    page = as_sam.get(page_of(signal)).content.decode()

    assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark>" in page
    assert "<b>Title</b>" not in page


def test_a_signal_of_the_same_minutes_is_shown_as_likely_the_same(as_sam):
    meeting = make.meeting()
    signal = make.signal("Leak survey", at_meeting=meeting)
    make.signal("Leaks downtown", at_meeting=meeting)
    make.signal("An hour later", at_meeting=meeting, start_seconds=8000, end_seconds=8010)

    response = as_sam.get(page_of(signal))

    assert [near.title for near in response.context["near"]] == ["Leaks downtown"]


def test_a_recording_nobody_knows_is_said_to_be_unknown(as_sam):
    signal = make.signal(at_meeting=make.meeting(video_url=""))

    page = as_sam.get(page_of(signal)).content.decode()

    assert "Nobody knows where the recording is" in page


@pytest.mark.parametrize(("around", "seconds"), [("60", 60), ("5000", 20), ("999", 120), ("x", 20)])
def test_more_words_can_be_asked_for_within_bounds(as_sam, around, seconds):
    response = as_sam.get(page_of(make.signal()), {"around": around})

    assert response.context["seconds"] == seconds


def test_review_pages_are_closed_to_members_and_strangers(as_rita, client):
    signal = make.signal()
    for name in ("signal", "queue-part", "decision-part"):
        url = reverse(f"admin:review-{name}", args=[signal.public_id])
        assert as_rita.get(url).status_code == 403
        assert client.get(url).status_code == 302

    assert decide(as_rita, signal, "approve").status_code == 403
    signal.refresh_from_db()
    assert signal.status == "pending"


@pytest.mark.parametrize("name", ["signal", "queue-part", "decision-part"])
def test_the_id_of_nothing_is_not_found(as_sam, name):
    assert as_sam.get(reverse(f"admin:review-{name}", args=[uuid4()])).status_code == 404


def test_deciding_on_nothing_is_not_found_and_needs_a_post(as_sam):
    url = reverse("admin:review-decide", args=[uuid4()])

    assert as_sam.post(url, {"decision": "approve"}).status_code == 404
    assert as_sam.get(url).status_code == 405


# --- Deciding ------------------------------------------------------------------------------


def test_approving_goes_to_the_next_signal_with_an_undo(as_sam, sam):
    signal = make.signal("Valve survey", confidence=0.9)
    following = make.signal("Next", confidence=0.5)

    response = decide(as_sam, signal, "approve")

    signal.refresh_from_db()
    assert (signal.status, signal.decided_by) == ("approved", sam)
    assert response.redirect_chain[-1][0] == page_of(following)
    assert said(response) == ["Approved “Valve survey”. Startups are being matched."]
    page = response.content.decode()
    assert f'action="{reverse("admin:review-undo")}"' in page
    assert f'name="review" value="{Review.objects.get().pk}"' in page


def test_the_last_decision_leads_to_the_empty_page(as_sam):
    response = decide(as_sam, make.signal(), "approve")

    assert "Nothing waits for review" in response.content.decode()
    assert "Undo" in response.content.decode()


def test_a_decision_stays_within_the_chosen_strength(as_sam):
    signal = make.signal(strength=1, confidence=0.5)
    make.signal(strength=3, confidence=0.9)
    faint = make.signal(strength=1, confidence=0.4)

    response = decide(as_sam, signal, "approve", "?strength=1")

    assert response.redirect_chain[-1][0] == f"{page_of(faint)}?strength=1"


def test_rejecting_keeps_the_reason(as_sam):
    signal = make.signal("Repaving of Alder Street")

    response = decide(as_sam, signal, "reject", reason="awarded")

    decision = Review.objects.get()
    assert (decision.decision, decision.reason) == ("reject", "awarded")
    assert said(response) == ["Rejected “Repaving of Alder Street”: already awarded or finished."]


@pytest.mark.parametrize("reason", ["", "bored"])
def test_rejecting_without_a_known_reason_changes_nothing(as_sam, reason):
    signal = make.signal()

    response = decide(as_sam, signal, "reject", reason=reason)

    signal.refresh_from_db()
    assert signal.status == "pending"
    assert response.redirect_chain[-1][0] == page_of(signal)
    assert "is no reason to reject a signal. Choose one of: Not something" in said(response)[0]


def test_an_unknown_decision_changes_nothing(as_sam):
    signal = make.signal()

    response = decide(as_sam, signal, "burn")

    signal.refresh_from_db()
    assert signal.status == "pending"
    assert said(response) == ["'burn' is no decision. Approve, reject or reopen the signal."]


def test_who_comes_second_is_told_who_was_first(as_sam, ana):
    signal = make.signal("Valve survey")
    review.reject(signal, reason="faint", by=ana)

    response = decide(as_sam, signal, "approve")

    signal.refresh_from_db()
    assert (signal.status, signal.decided_by) == ("rejected", ana)
    assert said(response)[0].startswith('Ana Ruiz rejected "Valve survey" at ')
    assert said(response)[0].endswith("Nothing was changed.")
    assert Review.objects.count() == 1


def test_reopening_comes_back_to_the_signal(as_sam, ana):
    signal = make.signal("Valve survey")
    make.signal("Another")
    review.approve(signal, by=ana)

    response = decide(as_sam, signal, "reopen")

    signal.refresh_from_db()
    assert (signal.status, signal.decided_by) == ("pending", None)
    assert response.redirect_chain[-1][0] == page_of(signal)
    assert said(response) == ["“Valve survey” waits for review again."]
    assert Event.objects.filter(type="signal.reopened").count() == 1


def test_reopening_what_waits_is_refused(as_sam):
    response = decide(as_sam, make.signal("Valve survey"), "reopen")

    assert said(response) == ['"Valve survey" is waiting for review already.']


# --- Parts ---------------------------------------------------------------------------------


def test_the_decision_of_another_is_shown_with_a_way_back_and_on(as_sam, ana):
    signal = make.signal("Valve survey")
    assert 'value="approve"' in part(as_sam, "decision", signal)

    review.reject(signal, reason="faint", by=ana)

    shown = part(as_sam, "decision", signal)
    assert "<b>Ana Ruiz</b> rejected this at" in shown
    assert "too faint" in shown
    assert 'value="reopen"' in shown
    assert reverse("admin:review-next", args=[signal.public_id]) in shown
    assert 'value="approve"' not in shown


def test_the_decision_part_brings_the_history_along(as_sam, ana):
    signal = make.signal()
    review.approve(signal, by=ana)

    assert 'id="history" hx-swap-oob="true"' in part(as_sam, "decision", signal)
    assert "hx-swap-oob" not in as_sam.get(page_of(signal)).content.decode()


def test_the_queue_part_follows_what_happens(as_sam, ana):
    signal, other = make.signal("Valve survey"), make.signal("Other need", strength=2)
    shown = part(as_sam, "queue", signal)
    assert "Other need" in shown
    assert "2 wait" in shown

    review.approve(other, by=ana)

    shown = part(as_sam, "queue", signal)
    assert "Other need" not in shown
    assert "1 waits" in shown


# --- Queries -------------------------------------------------------------------------------


def test_the_page_asks_the_same_for_a_long_queue(as_sam, django_assert_max_num_queries):
    meeting = make.meeting()
    signal = make.signal(at_meeting=meeting)
    make.signal("Close by", at_meeting=meeting)
    for number in range(10):
        make.signal(f"Need {number}", place=make.jurisdiction(f"Town {number}"))

    with django_assert_max_num_queries(20):
        as_sam.get(page_of(signal))
    with django_assert_max_num_queries(7):
        part(as_sam, "queue", signal)
    with django_assert_max_num_queries(7):
        part(as_sam, "decision", signal)
