"""What the database itself refuses, each by the name a person reads in the error."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from signals.models import Body, Evidence, Meeting, Review, Segment, Signal, Speaker, Transcript
from tests import make


def refused_as(name, change):
    """Assert that the database refuses the change, naming the constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
    assert caught.value.__cause__.diag.constraint_name == name


def edit(**fields):
    return lambda: Signal.objects.update(**fields)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("signal_decision_has_person_and_time", edit(status="approved")),
        ("signal_decision_has_person_and_time", edit(decided_at=timezone.now())),
        ("signal_confidence_is_share", edit(confidence=1.01)),
        ("signal_confidence_is_share", edit(confidence=-0.1)),
        ("signal_strength_1_to_3", edit(strength=4)),
        ("signal_amount_not_negative", edit(amount=-1)),
        ("signal_ends_after_start", edit(end_seconds=1)),
    ],
)
def test_an_impossible_signal_is_refused(db, name, change):
    make.signal()

    refused_as(name, change)


def test_a_decision_without_a_person_is_refused(sam):
    make.signal(status="approved", decided_by=sam)

    refused_as("signal_decision_has_person_and_time", edit(decided_by=None))


def test_a_rejection_without_a_reason_is_refused(sam):
    signal = make.signal()

    refused_as(
        "review_rejection_has_reason",
        lambda: Review.objects.create(signal=signal, decision="reject", by=sam),
    )


def test_an_empty_quote_is_refused(db):
    make.signal()

    refused_as("evidence_not_empty", lambda: Evidence.objects.update(last=0))


def test_two_pieces_of_evidence_in_one_place_are_refused(db):
    piece = make.signal().evidence.get()
    piece.pk = None

    refused_as("evidence_position_unique", piece.save)


def test_a_second_body_of_a_name_is_refused(db):
    place = make.meeting().body.jurisdiction

    refused_as(
        "body_unique_in_jurisdiction",
        lambda: Body.objects.create(jurisdiction=place, name="City Council"),
    )


def test_a_second_meeting_of_a_day_and_title_is_refused(db):
    meeting = make.meeting(title="Regular meeting")

    refused_as(
        "meeting_once_a_day_by_title",
        lambda: Meeting.objects.create(
            body=meeting.body, title="Regular meeting", held_on=meeting.held_on
        ),
    )


def test_a_file_twice_in_a_meeting_is_refused(db):
    text = make.transcript()

    refused_as(
        "transcript_file_once_per_meeting",
        lambda: make.transcript(text.meeting, digest=text.digest, version=2, is_current=False),
    )


def test_two_current_texts_of_a_format_are_refused(db):
    text = make.transcript()

    refused_as(
        "transcript_one_current_per_format", lambda: make.transcript(text.meeting, version=2)
    )


def test_a_version_twice_is_refused(db):
    text = make.transcript()

    refused_as("transcript_version_unique", lambda: make.transcript(text.meeting, is_current=False))


def test_a_speaker_twice_in_a_meeting_is_refused(db):
    meeting = make.meeting()
    Speaker.objects.create(meeting=meeting, name="Ann Lee")

    refused_as(
        "speaker_once_per_meeting", lambda: Speaker.objects.create(meeting=meeting, name="Ann Lee")
    )


def test_two_segments_in_one_place_are_refused(db):
    make.signal()

    refused_as("segment_index_unique", lambda: Segment.objects.update(index=0))


def test_a_segment_that_ends_before_it_starts_is_refused(db):
    make.signal()

    refused_as("segment_ends_after_start", lambda: Segment.objects.update(end_seconds=0))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signal_without_evidence_is_refused_at_commit():
    text = make.transcript()
    fields = {
        "meeting": text.meeting,
        "jurisdiction": text.meeting.body.jurisdiction,
        "title": "New pumps for the plant",
        "kind": "need",
        "category": "water-utilities",
        "strength": 2,
        "confidence": 0.5,
        "start_seconds": 1,
        "end_seconds": 2,
        "heard": "We need pumps.",
    }

    refused_as("signal_has_evidence", lambda: Signal.objects.create(**fields))

    assert not Signal.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_taking_the_last_evidence_from_a_signal_is_refused_at_commit():
    make.signal()

    refused_as("signal_has_evidence", lambda: Evidence.objects.all().delete())

    assert Evidence.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_giving_the_last_evidence_to_another_signal_is_refused_at_commit():
    make.signal()
    another = make.signal("Another need")

    refused_as(
        "signal_has_evidence",
        lambda: Evidence.objects.exclude(signal=another).update(signal=another, position=1),
    )

    assert another.evidence.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_of_two_pieces_of_evidence_may_go():
    piece = make.signal().evidence.get()
    Evidence.objects.create(
        signal=piece.signal,
        segment=piece.segment,
        position=1,
        first=0,
        last=4,
        quote=piece.quote[:4],
        start_seconds=1,
        end_seconds=2,
    )

    piece.delete()

    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signal_may_go_with_its_evidence():
    signal = make.signal()

    signal.delete()

    assert not Evidence.objects.exists()
    assert Transcript.objects.exists()
