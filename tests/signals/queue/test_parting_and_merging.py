"""One signal becomes two, two become one, or each joins a thread; and all of it undone."""

import pytest

from civstart.events.models import Event
from matching import embedding
from matching.models import Match
from signals import anchoring, review, threads
from signals.models import Change, Evidence, Merger, Review, Segment, Signal
from signals.queue import editing, merging, parting, quoting, undoing
from tests import make
from tests.signals.queue.conftest import FIRST, SECOND

SAME = "Acoustic leak detection for cast-iron water mains before winter"
TITLE = "Replacement of the billing system by June"


def types() -> list[str]:
    return [event.type for event in Event.objects.order_by("happened_at")]


# --- Splitting -----------------------------------------------------------------------------


def test_a_split_makes_a_second_signal_with_its_own_title_quote_and_amount(sam, spoken):
    second, made = parting.split(spoken, title=TITLE, quote=SECOND, by=sam)

    second.refresh_from_db()
    assert (second.title, second.heard, second.status) == (TITLE, SECOND, "pending")
    assert second.amount == 90_000
    assert (second.meeting, second.kind, second.strength) == (
        spoken.meeting,
        spoken.kind,
        spoken.strength,
    )
    assert second.start_seconds > 4460
    assert Signal.objects.get(pk=spoken.pk).heard == FIRST
    assert second.thread is not None
    assert [one.note for one in (made, second.reviews.get())] == [
        f"Into “{TITLE}”",
        f"From “{spoken.title}”",
    ]
    assert {"signal.split", "signal.found"} <= set(types())


@pytest.mark.parametrize(
    ("title", "quote", "error"),
    [
        ("Two words", SECOND, editing.BadTitle),
        (TITLE, "words nobody said in that meeting", quoting.NotAQuote),
        (TITLE, FIRST, quoting.NotAQuote),
        (
            "Acoustic leak detection for cast-iron water mains before winter",
            SECOND,
            editing.BadTitle,
        ),
    ],
)
def test_a_split_that_is_none_is_refused_and_changes_nothing(sam, spoken, title, quote, error):
    with pytest.raises(error):
        parting.split(spoken, title=title, quote=quote, by=sam)

    assert Signal.objects.count() == 1
    assert not Review.objects.exists()


def test_undoing_a_split_rejects_the_second_signal_as_a_duplicate_of_the_first(sam, spoken):
    second, made = parting.split(spoken, title=TITLE, quote=SECOND, by=sam)

    undoing.undo(made, by=sam)

    second.refresh_from_db()
    assert (second.status, second.decided_by) == ("rejected", sam)
    rejected = second.reviews.get(decision="reject")
    assert (rejected.reason, rejected.note) == (
        "duplicate",
        f"The split of “{spoken.title}” was undone",
    )
    assert second.changes.order_by("pk").last().note == rejected.note
    assert list(Signal.objects.pending()) == [spoken]
    assert types()[-1] == "signal.rejoined"


def test_a_split_cannot_be_undone_once_the_second_was_decided(sam, ana, spoken):
    second, made = parting.split(spoken, title=TITLE, quote=SECOND, by=sam)
    review.approve(second, by=ana)

    with pytest.raises(parting.CannotRejoin, match="Ana Ruiz approved “Replacement of"):
        undoing.undo(made, by=sam)

    assert Signal.objects.count() == 2
    made.refresh_from_db()
    assert made.undone_at is None


def test_the_last_decision_after_a_split_is_the_split_of_the_first_signal(sam, spoken):
    _, made = parting.split(spoken, title=TITLE, quote=SECOND, by=sam)

    assert undoing.latest(sam) == made


# --- Merging -------------------------------------------------------------------------------


@pytest.fixture
def pair(spoken):
    """Two signals of one government in one meeting, of different words."""
    other = make.signal("Billing system for the water office", at_meeting=spoken.meeting)
    return other, spoken


def test_the_merged_signal_points_to_the_survivor_which_carries_both_quotes(sam, pair):
    loser, survivor = pair

    made, _ = merging.merge(loser, into=survivor, by=sam)

    survivor.refresh_from_db()
    assert (loser.status, loser.merger.into, loser.decided_by) == ("rejected", survivor, sam)
    assert (made.decision, made.reason) == ("merge", "duplicate")
    assert [piece.quote for piece in survivor.evidence.all()] == [FIRST, make.QUOTE]
    assert loser.evidence.count() == 1
    assert survivor.quote == f"{FIRST} … {make.QUOTE}"
    assert make.QUOTE in survivor.heard
    merged = Event.objects.get(type="signal.merged")
    assert merged.data == {"into": str(survivor.public_id)}


def test_who_opens_the_merged_signal_is_told_where_it_went(as_sam, ana, pair, act):
    loser, survivor = pair
    merging.merge(loser, into=survivor, by=ana)

    answer = act(as_sam, "decide", loser, decision="approve")

    assert answer.status_code == 409
    assert f'Ana Ruiz merged "{loser.title}" into "{survivor.title}"' in answer.json()["said"]


@pytest.mark.parametrize("case", ["itself", "elsewhere", "rejected", "merged"])
def test_what_cannot_be_merged_is_refused_with_the_reason(sam, pair, case):
    loser, survivor = pair
    if case == "itself":
        survivor = loser
    if case == "elsewhere":
        survivor = make.signal(place=make.jurisdiction("Fenwick Heights", "WA"))
    if case == "rejected":
        review.reject(survivor, reason="faint", by=sam)
    if case == "merged":
        third = make.signal("A third of these", at_meeting=survivor.meeting)
        merging.merge(third, into=loser, by=sam)
    said = {
        "itself": "into itself",
        "elsewhere": "Only signals of one government",
        "rejected": "was rejected by Sam Staffer",
        "merged": "Merge in the other direction",
    }

    with pytest.raises(merging.CannotMerge, match=said[case]):
        merging.merge(loser, into=survivor, by=sam)

    loser.refresh_from_db()
    assert loser.status == "pending"


def test_undoing_a_merge_takes_the_two_apart(sam, pair):
    loser, survivor = pair
    made, _ = merging.merge(loser, into=survivor, by=sam)

    undoing.undo(made, by=sam)

    loser.refresh_from_db()
    survivor.refresh_from_db()
    assert (loser.status, loser.decided_by) == ("pending", None)
    assert not Merger.objects.exists()
    assert [piece.quote for piece in survivor.evidence.all()] == [FIRST]
    assert survivor.heard == FIRST
    last, unmerged = Event.objects.order_by("-pk")[:2]
    assert (last.type, unmerged.type) == ("signal.reopened", "signal.unmerged")
    assert (unmerged.subject_id, unmerged.actor) == (str(loser.public_id), sam)
    assert unmerged.data == {"from": str(survivor.public_id)}


def test_a_merger_that_is_undone_has_the_survivor_matched_by_its_own_words(sam, pair, react):
    loser, survivor = pair
    review.approve(survivor, by=sam)
    react()
    made, _ = merging.merge(loser, into=survivor, by=sam)
    react()

    undoing.undo(made, by=sam)
    react()

    assert survivor.match_runs.count() == 3
    assert embedding.unembedded(embedding.serving().model) == []


def test_merging_an_approved_signal_takes_back_its_matches_and_matches_the_survivor(
    sam, rita, pair, react
):
    loser, survivor = pair
    for signal in pair:
        review.approve(signal, by=sam)
        react()
    assert Match.objects.count() == 2

    _, told = merging.merge(loser, into=survivor, by=sam)
    react()

    assert told.told_count == 1  # it was mailed: tests hold no mail
    assert {(m.signal.pk, m.status) for m in Match.objects.all()} == {
        (loser.pk, "withdrawn"),
        (survivor.pk, "suggested"),
    }


def test_reopening_a_merged_signal_forgets_the_merge(sam, pair):
    loser, survivor = pair
    merging.merge(loser, into=survivor, by=sam)

    review.reopen(loser, by=sam)

    assert not Merger.objects.exists()
    assert Signal.objects.get(pk=loser.pk).status == "pending"


def test_the_page_of_the_survivor_shows_what_was_said_elsewhere(as_sam, sam, pair):
    loser, survivor = pair
    merging.merge(loser, into=survivor, by=sam)

    page = as_sam.get(f"/staff/review/{survivor.public_id}/").content.decode()

    assert "Said elsewhere too" in page
    assert make.QUOTE in page


# --- Threads -------------------------------------------------------------------------------


def test_joining_a_thread_keeps_both_signals_and_can_be_undone(sam, pair):
    one, other = pair
    for signal in pair:
        threads.split(signal, by=sam)
    thread = other.thread
    assert one.thread != thread

    made = merging.join(one, thread=thread, by=sam)
    one.refresh_from_db()
    assert (one.thread, one.status) == (thread, "pending")

    undoing.undo(made, by=sam)
    one.refresh_from_db()
    assert one.thread not in (None, thread)


def test_what_a_decision_changed_can_be_read(sam, pair):
    loser, survivor = pair
    made, _ = merging.merge(loser, into=survivor, by=sam)

    change = Change.objects.get(review=made)

    assert change.before["status"] == "pending"
    assert change.after["into"] == str(survivor.public_id)
    assert Evidence.objects.filter(pk__in=change.after["copies"], signal=survivor).count() == 1


def test_a_correction_of_the_transcript_keeps_the_quotes_of_both_apart(sam, pair):
    loser, survivor = pair
    merging.merge(loser, into=survivor, by=sam)
    old = survivor.evidence.first().segment.transcript
    new = make.transcript(survivor.meeting, format=old.format, version=old.version + 5)
    halves = ("I have four hundred and twelve thousand in the request", "so we can find the leaks")
    for index, text in enumerate((*halves, "before the ground freezes.", f"{make.QUOTE}.")):
        Segment.objects.create(
            transcript=new,
            index=index,
            start_seconds=4450 + 4 * index,
            end_seconds=4454 + 4 * index,
            text=text,
        )

    anchoring.follow(new)

    survivor.refresh_from_db()
    own = [piece.quote for piece in survivor.evidence.all() if piece.number == 0]
    assert " ".join(own) == FIRST
    assert survivor.quote.startswith(f"{FIRST} … {make.QUOTE}")
