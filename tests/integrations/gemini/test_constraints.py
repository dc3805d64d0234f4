"""What the database itself refuses."""

import pytest
from django.db import IntegrityError

from integrations.models import ModelAnswer, ModelCall, ModelReading

CALL = {"model": "m", "purpose": "find", "prompt_version": "1", "digest": "d", "status": "answered"}


def test_a_cost_below_nothing_is_refused(db):
    with pytest.raises(IntegrityError, match="model_call_cost_not_negative"):
        ModelCall.objects.create(**CALL, cost_usd="-0.1")


def test_an_answer_from_memory_that_costs_is_refused(db):
    with pytest.raises(IntegrityError, match="model_call_from_memory_is_free"):
        ModelCall.objects.create(**CALL, cache_hit=True, cost_usd="0.1")


def test_more_parts_read_than_there_are_is_refused(db):
    with pytest.raises(IntegrityError, match="model_reading_within_its_parts"):
        ModelReading.objects.create(model="m", prompt_version="1", part_count=1, read_count=2)


def test_two_answers_to_one_question_are_refused(db):
    ModelAnswer.objects.create(digest="d", model="m", prompt_version="1", status="answered")

    with pytest.raises(IntegrityError, match="model_answer_once_per_question"):
        ModelAnswer.objects.create(digest="d", model="m", prompt_version="1", status="answered")
