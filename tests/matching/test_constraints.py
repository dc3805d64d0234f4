"""What the database itself refuses, each by the name a person reads in the error."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching.models import Embedding, Match, MatchPolicy, Reason
from tests import make

pytestmark = pytest.mark.django_db


def refused_as(name, change):
    """Assert that the database refuses the change, naming the constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
    assert caught.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("match_clears_the_bar", {"score": 1}),
        ("match_dismissal_has_time", {"status": "dismissed"}),
        ("match_dismissal_has_time", {"dismissed_at": timezone.now()}),
    ],
)
def test_an_impossible_match_is_refused(name, fields):
    make.match()

    refused_as(name, lambda: Match.objects.update(**fields))


def test_a_pair_twice_is_refused():
    match = make.match()

    refused_as("match_pair_once", lambda: make.match(match.signal, match.startup))


def test_two_reasons_in_one_place_are_refused():
    match = make.match()
    piece = match.signal.evidence.get()
    Reason.objects.create(match=match, evidence=piece, they_said="a", profile_says="b")

    refused_as(
        "reason_position_unique",
        lambda: Reason.objects.create(match=match, evidence=piece, they_said="c", profile_says="d"),
    )


def test_two_current_policies_are_refused():
    refused_as(
        "match_policy_one_current",
        lambda: MatchPolicy.objects.create(version=9, weights={}, bar=50, is_current=True),
    )


def test_two_vectors_of_a_model_for_one_thing_are_refused():
    fields = {"subject": "startup", "subject_id": 1, "model": "m", "vector": [1.0, 0.0]}
    Embedding.objects.create(**fields)

    refused_as("embedding_once_per_model", lambda: Embedding.objects.create(**fields))


def test_the_parts_of_the_policy_add_up_to_a_hundred():
    assert sum(MatchPolicy.objects.get(is_current=True).weights.values()) == 100
