"""Evidence follows a corrected transcript, or staff are told that its quote is gone."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civstart.events.models import Event
from matching.models import Reason
from signals import alignment, review
from signals.models import Evidence, Segment, Signal, Transcript
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed

PUMPS, CULVERTS = MORNING[1], MORNING[4]


@pytest.fixture(autouse=True)
def marlow_falls(db, needs_heard):
    make.jurisdiction()


@pytest.fixture
def bring(tmp_path):
    """Ingest cues as a version of the morning's captions; return what was printed."""

    def bring(*cues: tuple[float, float, str]) -> str:
        name = f"water{Transcript.objects.count()}.vtt"
        return ingest(written(tmp_path, name, samples.vtt(*cues)), date="2026-06-11").out

    return bring


def morning(*, instead: dict[str, str] | None = None, start: float = 30.0):
    said = tuple((instead or {}).get(text, text) for text in MORNING)
    return timed(said, start=start)


def pumps() -> Signal:
    return Signal.objects.get(heard__contains="pumps")


def stands(piece: Evidence) -> bool:
    return piece.segment.text[piece.first : piece.last] == piece.quote


# --- Word for word ---------------------------------------------------------------------------


def test_a_quote_that_still_stands_moves_to_the_new_version_with_its_new_time(bring):
    bring(*morning())
    before = pumps()
    out = bring(*morning(start=130.0))

    after, piece = pumps(), pumps().evidence.get()
    assert piece.segment.transcript.version == 2
    assert (piece.start_seconds, piece.end_seconds) == (138.0, 145.0)
    assert (after.start_seconds, after.end_seconds) == (138.0, 145.0)
    assert before.start_seconds == 38.0
    assert (piece.anchor, piece.difference) == ("exact", "")
    assert stands(piece)
    assert "quotes     2 stand" in out


def test_of_two_places_the_one_nearest_in_time_is_taken(bring):
    bring(*morning())
    signal = pumps()
    again = (600, 607, PUMPS)
    bring(*morning(start=40.0), (590, 597, "We come back to the pumps."), again)

    assert signal.evidence.get().start_seconds < 100


def test_a_quote_of_two_segments_may_become_one(bring):
    bring(*morning())
    signal = pumps()
    piece = signal.evidence.get()
    half = piece.quote.index(" for the plant")
    rest = Segment.objects.create(
        transcript=piece.segment.transcript, index=90, start_seconds=45, end_seconds=50,
        text=piece.quote[half + 1 :],
    )  # fmt: skip
    Segment.objects.filter(pk=piece.segment_id).update(index=89)
    Evidence.objects.filter(pk=piece.pk).update(last=half, quote=piece.quote[:half])
    second = Evidence.objects.create(
        signal=signal, segment=rest, position=1, first=0, last=len(rest.text), quote=rest.text,
        start_seconds=45, end_seconds=50,
    )  # fmt: skip
    match = make.match(signal)
    Reason.objects.create(
        match=match, evidence=second, they_said="for the plant", profile_says="x", profile_part="y"
    )

    bring(*morning(start=60.0))

    kept = signal.evidence.get()
    assert kept.quote == PUMPS
    assert kept.anchor == "exact"
    assert Reason.objects.get().evidence == kept


def test_a_quote_of_one_segment_may_become_two(bring):
    bring(*morning())
    first, second = PUMPS.split(" before ")
    cues = morning()
    cues[1:2] = [(38, 41, first), (44.5, 46, f"Before {second}")]

    bring(*cues)

    signal = pumps()
    pieces = list(signal.evidence.order_by("position"))
    assert [piece.position for piece in pieces] == [0, 1]
    assert all(stands(piece) for piece in pieces)
    assert len({piece.segment_id for piece in pieces}) == 2
    assert {piece.anchor for piece in pieces} == {"fuzzy"}
    assert signal.heard == " ".join(piece.quote for piece in pieces)


def test_a_piece_that_was_put_in_keeps_the_order_of_the_others(bring):
    bring(*morning())
    signal = pumps()
    other = Signal.objects.get(heard=CULVERTS).evidence.get()
    other.pk, other.signal, other.position = None, signal, 3
    other.save()

    bring(*morning(start=90.0))

    assert signal.evidence.count() == 2
    assert {piece.quote for piece in signal.evidence.all()} == {PUMPS, CULVERTS}


# --- Corrected ---------------------------------------------------------------------------------


def test_a_corrected_word_is_followed_and_shown(bring, as_sam):
    bring(*morning())
    out = bring(*morning(instead={PUMPS: PUMPS.replace("Alder", "Elder")}))

    signal, piece = pumps(), pumps().evidence.get()
    assert piece.anchor == "fuzzy"
    assert piece.difference == "“Alder” became “Elder”"
    assert piece.segment.transcript.version == 2
    assert stands(piece)
    assert signal.heard == piece.quote == PUMPS.replace("Alder", "Elder")
    assert "quotes     1 stand, 1 corrected" in out
    page = as_sam.get(reverse("admin:review-signal", args=[signal.public_id])).content.decode()
    assert "The transcript was corrected: “Alder” became “Elder”." in page


def test_a_signal_that_was_followed_is_known_and_not_found_again(bring):
    bring(*morning())
    out = bring(*morning(instead={PUMPS: PUMPS.replace("Alder", "Elder")}, start=400.0))

    assert "0 found, 2 heard before" in out
    assert Signal.objects.count() == 2


def test_a_decision_stays_when_the_words_are_corrected(bring, sam):
    bring(*morning())
    review.approve(pumps(), by=sam)

    bring(*morning(instead={PUMPS: PUMPS.replace("Alder", "Elder")}))

    assert pumps().status == "approved"


# --- Lost --------------------------------------------------------------------------------------


@pytest.fixture
def lost(bring, sam) -> Signal:
    bring(*morning())
    signal = pumps()
    review.approve(signal, by=sam)
    out = bring(*morning(instead={PUMPS: "The clerk reads the list of those who are excused."}))
    assert "quotes     1 stand, 1 no longer occur" in out
    signal.refresh_from_db()
    return signal


def test_a_lost_quote_stays_where_it_was(lost):
    piece = lost.evidence.get()

    assert piece.anchor == "lost"
    assert piece.segment.transcript.version == 1
    assert piece.quote == PUMPS
    assert stands(piece)
    assert lost.status == "approved"
    assert Transcript.objects.get(version=2).report["anchors"] == {"exact": 1, "lost": 1}


def test_a_lost_quote_is_an_event_and_listed_for_staff(lost, as_sam):
    event = Event.objects.get(type="signal.quote_lost")
    listed = as_sam.get(reverse("admin:signals_signal_changelist"), {"quote": "lost"})
    corrected = as_sam.get(reverse("admin:signals_signal_changelist"), {"quote": "corrected"})

    assert event.subject_id == str(lost.public_id)
    assert list(listed.context["cl"].queryset) == [lost]
    assert list(corrected.context["cl"].queryset) == []
    assert "Quote no longer occurs" in listed.content.decode()


def test_staff_are_warned_on_both_pages_and_startups_are_not(lost, as_sam, as_rita):
    page = reverse("signal", args=[lost.public_id])
    warning = "The quote no longer occurs in the newest version"

    review_page = as_sam.get(reverse("admin:review-signal", args=[lost.public_id]))

    assert warning in review_page.content.decode()
    assert warning in as_sam.get(page).content.decode()
    assert warning not in as_rita.get(page).content.decode()


def test_a_lost_quote_that_comes_back_is_followed_again(lost, bring):
    bring(*morning(start=35.0))

    piece = lost.evidence.get()
    assert (piece.anchor, piece.segment.transcript.version) == ("exact", 3)
    assert Event.objects.filter(type="signal.quote_lost").count() == 1


def test_another_format_of_the_meeting_moves_nothing(bring, tmp_path):
    bring(*morning())

    ran = ingest(written(tmp_path, "water.srt", samples.srt(*morning())), date="2026-06-11")

    assert "quotes" not in ran.out
    assert pumps().evidence.get().segment.transcript.format == "webvtt"


def test_nothing_moves_if_the_new_version_cannot_be_stored(bring, monkeypatch):
    bring(*morning())
    before = Evidence.objects.values_list("segment", "quote")

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bring(*morning(start=90.0))
        raise ZeroDivisionError

    assert list(Evidence.objects.values_list("segment", "quote")) == list(before)


@pytest.mark.parametrize("fields", [{"anchor": "fuzzy"}, {"difference": "“a” became “b”"}])
def test_a_difference_without_a_correction_is_refused(fields):
    make.signal()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Evidence.objects.update(**fields)

    name = caught.value.__cause__.diag.constraint_name
    assert name == "evidence_difference_if_corrected"


# --- The search itself ---------------------------------------------------------------------------

TALK = "So now. We need three new pumps for the plant before the floods come. Thank you all."


@pytest.mark.parametrize(
    ("quote", "found", "edits"),
    [
        ("We need three new pumps for the plant", "We need three new pumps for the plant", 0),
        ("we need three new pumps, for the plant", "We need three new pumps for the plant", 0),
        ("We need tree new pumps for the plant", "We need three new pumps for the plant", 1),
        ("We need three pumps for the plant", "We need three new pumps for the plant", 1),
        ("We really need three new pumps for the", "We need three new pumps for the", 1),
        ("Me need three new pumps for the plant", "We need three new pumps for the plant", 1),
    ],
)
def test_a_quote_is_found_with_few_words_changed(quote, found, edits):
    place = alignment.Text(TALK).near(quote)[0]

    assert TALK[place.first : place.last] == found
    assert place.edits == edits


@pytest.mark.parametrize(
    "quote",
    [
        "We want five old cars for the mayor before the floods",
        "Nothing of this was ever said by anyone here",
        "pumps",
        "",
    ],
)
def test_a_quote_that_differs_in_many_words_is_not_found(quote):
    assert alignment.Text(TALK).near(quote) == []


def test_words_inside_other_words_are_not_the_quote():
    assert alignment.Text("a catapult for the cat").exact("cat") == [alignment.Place(19, 22)]


def test_a_difference_is_told_in_words():
    assert alignment.difference("we need new pumps now", "we need pumps right now") == (
        "“new” left out, “right” put in"
    )
    assert alignment.difference("same", "same") == ""
