"""What every vector index promises, whichever it is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civstart.lib import vectors
from integrations.pinecone.index import PineconeIndex
from matching import embedders, embedding, keeping, ranking, verifying
from matching.contract import VectorIndex
from matching.indexes import PgvectorIndex
from matching.keeping import Embedded
from startups.models import Startup
from tests import make

pytestmark = pytest.mark.django_db

MODEL = vectors.MINILM.model
LEAKS = "leaks in water mains"


@dataclass(frozen=True)
class Kind:
    """A vector index under test. fill brings it up to date with the vectors stored."""

    made: Callable[[], VectorIndex]
    fill: Callable[[], object] = lambda: None
    needs: str = ""  # a fixture


def fill_pinecone():
    for model in vectors.SPACES:
        verifying.fill(PineconeIndex(), model)


@pytest.fixture
def indexes_of_all_sizes(pinecone):
    pinecone.make_index("civstart-signals", 384)
    for size in (256, 3072):
        pinecone.make_index(f"civstart-signals-{size}", size)


KINDS = {
    "pgvector exact": Kind(PgvectorIndex),
    "pgvector hnsw": Kind(lambda: PgvectorIndex(exact_up_to=-1)),
    "pinecone": Kind(PineconeIndex, fill_pinecone, needs="indexes_of_all_sizes"),
}


@pytest.fixture(params=KINDS)
def nearest(request):
    """Ask the index, once it knows all that is stored, for names and cosines."""
    kind = KINDS[request.param]
    if kind.needs:
        request.getfixturevalue(kind.needs)

    def ask(vector, model=MODEL, **options):
        kind.fill()
        found = kind.made().nearest(vector, model, **{"most": 10} | options)
        names = dict(Startup.objects.values_list("pk", "name"))
        return [(names[one.startup_id], one.cosine) for one in found]

    return ask


def names(found):
    return [name for name, _ in found]


def need(words=LEAKS):
    return embedders.wanted().queries([words])[0]


def directory():
    """Store the vectors of all startups there are."""
    ranking.prepare(embedders.wanted())


def test_the_nearest_come_first_with_their_cosines(nearest):
    make.unrelated_startup()
    leakwise = make.startup()
    directory()
    text = embedding.profiles.text_of(leakwise)

    found = nearest(need())

    assert names(found) == ["Leakwise", "Shiftwell"]
    told = float(need() @ embedders.wanted().documents([text])[0])
    assert found[0][1] == pytest.approx(told, abs=0.002)
    assert found[0][1] > found[1][1]


def test_no_more_are_found_than_asked_for(nearest):
    for number in range(5):
        make.unrelated_startup(f"Shiftwell{number}")
    make.startup()
    directory()

    assert names(nearest(need(), most=1)) == ["Leakwise"]
    assert len(nearest(need(), most=3)) == 3
    assert len(nearest(need(), most=10)) == 6


def test_to_zeros_nothing_is_near(nearest):
    make.startup()
    directory()

    assert nearest(np.zeros(384, dtype=np.float32)) == []


def test_an_empty_index_finds_nothing(nearest):
    assert nearest(need()) == []


def test_the_inactive_and_those_whose_profile_says_nothing_are_not_found(nearest):
    make.startup("Leakwise")
    make.startup("Closed", slug="closed")
    Startup.objects.create(slug="mute", name="Mute", one_liner="Leaks", description="")
    directory()
    Startup.objects.filter(name="Closed").update(is_active=False)

    assert names(nearest(need())) == ["Leakwise"]


def test_a_region_leaves_out_those_that_serve_others_alone(nearest):
    everywhere = make.startup("Everywhere")
    here, there = make.startup("Here"), make.startup("There")
    everywhere.service_regions.clear()
    here.service_regions.set([make.region("OH"), make.region("TX")])
    there.service_regions.set([make.region("TX")])
    directory()

    assert set(names(nearest(need()))) == {"Everywhere", "Here", "There"}
    assert set(names(nearest(need(), region="OH"))) == {"Everywhere", "Here"}
    assert set(names(nearest(need(), region="TX"))) == {"Everywhere", "Here", "There"}
    assert set(names(nearest(need(), region="AK"))) == {"Everywhere"}


def test_few_of_a_region_are_found_behind_many_of_another(nearest):
    near = [make.startup(f"Near{number}") for number in range(60)]
    for one in near:
        one.service_regions.set([make.region("TX")])
    make.unrelated_startup("Far").service_regions.set([make.region("OH")])
    directory()

    assert names(nearest(need(), most=1, region="OH")) == ["Far"]


def test_a_startup_of_many_passages_is_found_once(nearest):
    long, short = make.startup("Long"), make.unrelated_startup("Short")
    directory()
    made = embedders.wanted().documents([LEAKS, "rotas for hairdressers", "leaks"])
    long.refresh_from_db()
    keeping.keep("startup", MODEL, [Embedded(long.pk, "new", long.updated_at, list(made))])

    found = nearest(need(), most=2)

    assert names(found) == ["Long", short.name]
    assert found[0][1] == pytest.approx(1, abs=0.002)


def test_each_model_is_searched_apart(nearest):
    make.startup()
    directory()
    second = embedders.of(vectors.WORDLLAMA.model)
    asked = second.queries([LEAKS])[0]

    assert names(nearest(asked, second.model)) == ["Leakwise"]
    assert nearest(np.eye(1, 3072, dtype=np.float32)[0], vectors.GEMINI.model) == []


def test_signals_are_no_neighbours(nearest):
    signal = make.signal(title="Leaks in water mains")
    embedding.embed_signals([signal], embedders.wanted())

    assert nearest(need()) == []


# --- pgvector alone -------------------------------------------------------------------------


def test_a_large_directory_is_searched_through_the_index_of_the_model():
    make.startup()
    directory()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        with CaptureQueriesContext(connection) as asked:
            PgvectorIndex(exact_up_to=0).nearest(need(), MODEL, most=1)
        (query,) = (one["sql"] for one in asked if "ORDER BY" in one["sql"])
        cursor.execute(f"EXPLAIN {query}")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "Index Scan using embedding_384_hnsw" in plan


def test_what_the_index_gives_up_on_is_found_by_looking_at_all(monkeypatch):
    """As while a vacuum mends its graph, which no test can time."""
    make.unrelated_startup()
    leakwise = make.startup()
    directory()
    monkeypatch.setattr("matching.indexes._by_index", lambda *asked: [])

    found = PgvectorIndex(exact_up_to=-1).nearest(need(), MODEL, most=1)

    assert [one.startup_id for one in found] == [leakwise.pk]
