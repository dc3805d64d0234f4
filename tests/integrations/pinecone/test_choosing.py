"""A key chooses Pinecone, no key PostgreSQL; what is wrong is said early, and staff see it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.core.checks import run_checks

from matching import embedders, embedding, ranking, tasks
from matching.models import IndexState
from tests import make
from tests.fakes.pinecone import overloaded

PINECONE = "integrations.pinecone.index.PineconeIndex"
LOCAL = "matching.indexes.PgvectorIndex"


def index_with(tmp_path, **environment):
    """Return settings.VECTOR_INDEX of a site started in this environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"VECTOR_INDEX", "PINECONE_API_KEY", "DJANGO_SETTINGS_MODULE"}
    }
    ran = subprocess.run(
        [sys.executable, "-c", "from civstart import settings; print(settings.VECTOR_INDEX)"],
        cwd=site.BASE_DIR,
        env=kept | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({"PINECONE_API_KEY": " \n"}, LOCAL),
        ({"PINECONE_API_KEY": "pcsk_some"}, PINECONE),
        ({"PINECONE_API_KEY": "pcsk_some", "VECTOR_INDEX": LOCAL}, LOCAL),
        ({"PINECONE_API_KEY": "", "VECTOR_INDEX": PINECONE}, PINECONE),
    ],
)
def test_a_key_in_the_environment_chooses_pinecone(tmp_path, environment, chosen):
    assert index_with(tmp_path, **environment) == chosen


def faults():
    return [fault.id for fault in run_checks() if str(fault.id).startswith("integrations.")]


def test_a_sound_site_has_no_faults(pinecone):
    assert faults() == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("PINECONE_API_KEY", "", "integrations.E005"),
        ("PINECONE_INDEX", "CivStart_Signals", "integrations.E006"),
        ("PINECONE_INDEX", "", "integrations.E006"),
        ("PINECONE_INDEX", "a" * 41, "integrations.E006"),
        ("PINECONE_CONTROLLER_HOST", "api.pinecone.io", "integrations.E007"),
        ("PINECONE_TIMEOUT_SECONDS", 0, "integrations.E008"),
        ("PINECONE_TIMEOUT_SECONDS", 600, "integrations.E008"),
    ],
)
def test_what_is_wrong_is_a_fault(pinecone, settings, name, value, fault):
    setattr(settings, name, value)

    assert faults() == [fault]


def test_without_pinecone_its_settings_do_not_matter(settings):
    settings.PINECONE_INDEX = "CivStart_Signals"

    assert faults() == []


# --- What staff see -------------------------------------------------------------------------


def part(as_sam):
    parts = {one.name: one for one in as_sam.get("/staff/").context["parts"]}
    return parts["Vectors"]


@pytest.mark.django_db
def test_the_start_page_says_that_vectors_are_searched_in_postgresql(as_sam):
    assert part(as_sam).choice == "pgvector, in PostgreSQL"
    assert not part(as_sam).is_stand_in


def test_the_start_page_says_which_index_is_in_use(index, as_sam):
    embedding.serving()
    assert part(as_sam).choice == "Pinecone, civstart-signals; not filled yet"

    tasks.fill_index()

    assert part(as_sam).choice == "Pinecone, civstart-signals"


def test_a_missing_index_is_told_where_staff_look(pinecone, as_sam):
    make.startup()
    ranking.prepare(embedders.wanted())
    tasks.fill_index()

    assert 'no index "civstart-signals"' in part(as_sam).choice
    page = as_sam.get("/staff/matching/indexstate/").content.decode()
    assert "verify_index --repair" in page
    state = IndexState.objects.get()
    assert as_sam.get(f"/staff/matching/indexstate/{state.pk}/change/").status_code == 200


def test_an_outage_is_told_and_that_it_is_over(index, pinecone, as_sam):
    embedding.serving()
    tasks.fill_index()
    IndexState.objects.update(filled_at=None)
    pinecone.always = overloaded()
    tasks.fill_index()
    assert "What it was not told is kept, and told later" in part(as_sam).choice

    pinecone.always = None
    tasks.fill_index()

    assert part(as_sam).choice == "Pinecone, civstart-signals"


def test_states_are_closed_to_startups(index, as_rita):
    assert as_rita.get("/staff/matching/indexstate/").status_code in {302, 403}
