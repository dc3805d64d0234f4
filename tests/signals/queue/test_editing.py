"""Correcting the title and the quote: what stands in the record, and what is refused and why."""

import pytest
from django.urls import reverse

from civstart.events.models import Event
from signals import review
from signals.models import Evidence, Review, Segment, Signal, Transcript
from signals.queue import editing, merging, quoting, undoing
from tests import make
from tests.signals.queue.conftest import FIRST, LINES, SECOND


def test_an_edited_title_is_stored_with_who_and_what_was_before(sam, spoken):
    before = spoken.title

    made = editing.title(spoken, "  Leak detection   for old iron mains ", by=sam)

    spoken.refresh_from_db()
    assert spoken.title == "Leak detection for old iron mains"
    assert (made.decision, made.by) == ("edit", sam)
    assert made.change.before == {"title": before}
    assert made.change.after == {"title": "Leak detection for old iron mains"}
    assert Event.objects.get(type="signal.edited").data == {"fields": ["title"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "The title has 0 words; write 6 to 14."),
        ("Leaks", "The title has 1 word; write 6 to 14."),
        ("Five words are too few", "The title has 5 words; write 6 to 14."),
        ("word " * 15, "The title has 15 words; write 6 to 14."),
        (" ".join(letter * 40 for letter in "uvwxyz"), "has 245 characters; write at most 200."),
    ],
)
def test_a_title_that_is_none_is_refused_with_what_is_wrong(sam, spoken, words, said):
    with pytest.raises(editing.BadTitle) as caught:
        editing.title(spoken, words, by=sam)

    assert said in str(caught.value)
    assert not Review.objects.exists()


def test_a_quote_may_run_over_segments_and_its_times_and_rows_follow(sam, spoken):
    words = "before the ground freezes. The second thing is the billing system"

    editing.quote(spoken, words, by=sam)

    spoken.refresh_from_db()
    first, second = spoken.evidence.order_by("position")
    assert (first.quote, second.quote) == (
        "before the ground freezes.",
        "The second thing is the billing system",
    )
    for piece in (first, second):
        assert piece.segment.text[piece.first : piece.last] == piece.quote
    assert spoken.heard == words
    assert 4455 < spoken.start_seconds < 4460
    assert 4460 < spoken.end_seconds < 4466
    assert spoken.start_seconds == pytest.approx(first.start_seconds)


def test_a_shorter_quote_leaves_no_row_behind(sam, spoken):
    editing.quote(spoken, "ground freezes. The second thing is the billing system", by=sam)

    editing.quote(spoken, SECOND, by=sam)

    assert [piece.quote for piece in spoken.evidence.all()] == [SECOND]


def test_spaces_and_curly_marks_do_not_matter_and_case_does(sam, spoken):
    editing.quote(spoken, "  " + SECOND.replace(" ", "\n ", 2) + " ", by=sam)
    assert Evidence.objects.get().quote == SECOND

    with pytest.raises(quoting.NotAQuote):
        editing.quote(spoken, FIRST.upper(), by=sam)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "The quote is empty."),
        ("find the leaks before", "The quote has 4 words; it needs at least 6."),
        ("word " * 81, "The quote has 81 words; at most 80 are allowed."),
        (
            "in the request so we can buy a thousand drones",
            "After “request so we can” the transcript does not go on with “buy a thousand drones”",
        ),
        (
            "nobody ever said these seven strange words",
            "“nobody ever said these seven strange ...” was not said in this meeting.",
        ),
        ("So before we \0go on, drop table signals", "does not go on with “drop table signals”"),
    ],
)
def test_words_that_are_no_quote_are_refused_and_the_quote_stays(sam, spoken, words, said):
    with pytest.raises(quoting.NotAQuote) as caught:
        editing.quote(spoken, words, by=sam)

    assert said in str(caught.value)
    assert Evidence.objects.get().quote == FIRST


def test_of_two_places_with_the_same_words_the_nearest_is_quoted(sam, spoken):
    transcript = spoken.evidence.get().segment.transcript
    for index, at in ((9, 9000), (10, 9100)):
        Segment.objects.create(
            transcript=transcript, index=index, start_seconds=at, end_seconds=at + 9,
            text=LINES[2][2],
        )  # fmt: skip

    editing.quote(spoken, SECOND, by=sam)

    assert Evidence.objects.get().segment.index == 2


def test_a_quote_lost_to_a_correction_is_found_anew_in_the_newest_version(sam, spoken):
    old = spoken.evidence.get().segment.transcript
    Evidence.objects.update(anchor=Evidence.Anchor.LOST)
    new = make.transcript(spoken.meeting, format=old.format, version=old.version + 1)
    text = "I have a request for four hundred thousand so we can find leaks before the frost."
    Segment.objects.create(transcript=new, index=0, start_seconds=4451, end_seconds=4460, text=text)

    editing.quote(spoken, text, by=sam)

    piece = Evidence.objects.get()
    assert (piece.segment.transcript, piece.anchor) == (new, "exact")


def test_the_speaker_follows_the_quote(sam, spoken):
    editing.quote(spoken, LINES[3][2], by=sam)

    spoken.refresh_from_db()
    assert (spoken.speaker_name, spoken.speaker_role) == ("Tom Abernathy", "council")


def test_undoing_an_edit_puts_quote_times_and_speaker_back(sam, spoken):
    was = (spoken.heard, spoken.start_seconds, spoken.end_seconds, spoken.speaker_name)
    made = editing.quote(spoken, LINES[3][2], by=sam)

    said = undoing.undo(made, by=sam)

    spoken.refresh_from_db()
    assert (spoken.heard, spoken.start_seconds, spoken.end_seconds, spoken.speaker_name) == was
    assert Evidence.objects.get().quote == FIRST
    assert said == f"Undid the edit of “{spoken.title}”."


def test_an_edit_without_javascript_keeps_what_was_typed_and_says_why_not(as_sam, spoken):
    typed = "in the request so we can buy a thousand drones"

    page = as_sam.post(reverse("admin:review-quote", args=[spoken.public_id]), {"quote": typed})

    assert page.status_code == 422
    assert f"data-quote>{typed}</textarea>" in page.content.decode()
    assert "does not go on with “buy a thousand drones”" in page.content.decode()


def test_an_edit_from_the_open_page_is_answered_with_the_error_alone(as_sam, spoken, act):
    answer = act(as_sam, "quote", spoken, quote="too short")

    assert answer.status_code == 422
    assert answer.json()["said"].startswith("The quote has 2 words")


def test_editing_what_was_merged_says_where_it_went(sam, ana, spoken):
    other = make.signal("Leaks of old mains", at_meeting=spoken.meeting)
    merging.merge(spoken, into=other, by=ana)

    with pytest.raises(editing.ChangedMeanwhile, match=r'Ana Ruiz merged ".*" into "Leaks of old'):
        editing.title(spoken, "Some other title of seven words here", by=sam)


def test_editing_what_was_deleted_says_so_and_shows_what_was_typed(as_sam, act):
    signal = make.signal()
    typed = "A title somebody thought about for long"
    address = reverse("admin:review-title", args=[signal.public_id])
    signal.delete()

    page = as_sam.post(address, {"title": typed})
    answer = as_sam.post(address, {"title": typed}, headers={"X-Queue": "1"})

    assert page.status_code == answer.status_code == 404
    assert typed in page.content.decode()
    assert "no longer there" in answer.json()["said"]


def test_deciding_on_a_quote_that_changed_since_it_was_read_is_refused(as_sam, ana, spoken, act):
    seen = as_sam.get(reverse("admin:review-signal", args=[spoken.public_id])).context["seen"]
    editing.quote(spoken, SECOND, by=ana)

    answer = act(as_sam, "decide", spoken, decision="approve", seen=seen)

    assert answer.status_code == 409
    assert "changed while you looked at it" in answer.json()["said"]
    assert Signal.objects.get(pk=spoken.pk).status == "pending"


def test_a_signal_extracted_anew_is_decided_only_as_it_reads_now(as_sam, spoken, act):
    seen = as_sam.get(reverse("admin:review-signal", args=[spoken.public_id])).context["seen"]
    Evidence.objects.filter(signal=spoken).update(anchor=Evidence.Anchor.LOST)

    answer = act(as_sam, "decide", spoken, decision="reject", reason="quote", seen=seen)

    assert answer.status_code == 409
    assert Transcript.objects.exists()


def test_an_approved_signal_can_still_be_edited(sam, spoken):
    review.approve(spoken, by=sam)

    editing.title(spoken, "Leak detection for old iron mains", by=sam)

    spoken.refresh_from_db()
    assert (spoken.status, spoken.title) == ("approved", "Leak detection for old iron mains")
