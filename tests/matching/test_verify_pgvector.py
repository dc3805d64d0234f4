"""`manage.py verify_index` where vectors are searched in PostgreSQL."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from matching import embedders, ranking
from matching.models import Embedding
from tests import make

INDEX = "embedding_384_hnsw"


def verify(**options):
    out = io.StringIO()
    call_command("verify_index", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_a_sound_index_is_said_to_be_used():
    make.startup()
    ranking.prepare(embedders.wanted())

    said = verify()

    assert "1 passages" not in said
    assert "1 passage." in said
    assert f"The index {INDEX} is valid and used." in said


@pytest.mark.django_db
def test_a_missing_index_is_told():
    run(f"DROP INDEX {INDEX}")

    with pytest.raises(CommandError, match=f"The index {INDEX} is missing"):
        verify()


@pytest.mark.django_db
def test_an_index_the_planner_cannot_use_is_told():
    run(f"DROP INDEX {INDEX}")
    run(f"CREATE INDEX {INDEX} ON matching_embedding (subject_id)")

    with pytest.raises(CommandError, match="does not use the index"):
        verify()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_missing_index_is_built_anew():
    run(f"DROP INDEX {INDEX}")

    said = verify(repair=True)

    assert f"Built {INDEX} anew." in said
    assert f"The index {INDEX} is valid and used." in said


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_index_whose_building_was_cut_short_is_told_and_built_anew():
    for pk in (1, 2):
        Embedding.objects.create(subject="startup", subject_id=pk, model="some", text_digest="")
    run(f"DROP INDEX {INDEX}")
    with pytest.raises(IntegrityError):  # which leaves an index that is not valid
        run(f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} ON matching_embedding (subject)")

    with pytest.raises(CommandError, match="not valid: building it was cut short"):
        verify()

    assert "is valid and used" in verify(repair=True)
