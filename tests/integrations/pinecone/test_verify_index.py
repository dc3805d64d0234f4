"""`manage.py verify_index`: what Pinecone has, against what is stored."""

import io

import pytest
from django.core.management import CommandError, call_command

from matching import embedders, mirroring, ranking, tasks
from matching.models import Embedding, IndexState
from startups.models import Startup
from tests import make
from tests.fakes.pinecone import overloaded

pytestmark = pytest.mark.django_db

MODEL = "minilm-l6-v2-int8"
SPACE = f"startup.{MODEL}"


def verify(**options):
    out = io.StringIO()
    call_command("verify_index", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def three(index):
    """The index with three startups, as they are stored."""
    made = [make.startup(), make.unrelated_startup("Shiftwell"), make.unrelated_startup("Rotawell")]
    ranking.prepare(embedders.wanted())
    tasks.fill_index()
    assert len(index.vectors(SPACE)) == 3
    return made


def spoil(index, three):
    """Have one missing, one that is not stored, another vector, and other regions."""
    held = index.vectors(SPACE)
    names = [f"{one.public_id}#0" for one in three]
    held["somebody-else#0"] = held[names[0]] | {"id": "somebody-else#0"}
    del held[names[0]]
    held[names[1]]["values"] = [*reversed(held[names[1]]["values"])]
    held[names[2]]["metadata"]["regions"] = ["TX"]


def test_an_index_in_step_is_said_to_be(three):
    said = verify()

    assert "3 passages are stored" in said
    assert "0 missing" in said


def test_what_differs_is_counted_and_named(three, index):
    spoil(index, three)

    out = io.StringIO()
    with pytest.raises(CommandError, match=r"They differ. Run `manage.py verify_index --repair`"):
        call_command("verify_index", stdout=out, stderr=io.StringIO())

    said = out.getvalue()
    assert "1 missing" in said
    assert f"{three[0].public_id}#0 Leakwise" in said
    assert "1 not stored any more\n    somebody-else#0\n" in said
    assert f"1 with another vector\n    {three[1].public_id}#0 Shiftwell" in said
    assert "1 with other regions, activity or text" in said


def test_what_differs_is_put_right(three, index, pinecone):
    before = {pk: dict(one) for pk, one in index.vectors(SPACE).items()}
    spoil(index, three)

    said = verify(repair=True)

    assert "Put 3, removed 1." in said
    after = index.vectors(SPACE)
    assert set(after) == set(before)
    assert {pk: one["values"] for pk, one in after.items()} == {
        pk: one["values"] for pk, one in before.items()
    }
    assert all(one["metadata"]["regions"] == ["any"] for one in after.values())
    assert "0 missing" in verify()
    assert pinecone.refused == []


def test_a_repair_cut_short_goes_on_where_it_was(index, pinecone, monkeypatch):
    monkeypatch.setattr("matching.verifying.AT_ONCE", 2)
    for number in range(6):
        make.unrelated_startup(f"Shiftwell{number}")
    ranking.prepare(embedders.wanted())
    index.spaces[SPACE] = {}
    real = index.post

    def goes_away_then(path, body, size):
        if path == "/vectors/upsert":
            pinecone.always = overloaded()
        return real(path, body, size)

    index.post = goes_away_then
    with pytest.raises(CommandError, match="Pinecone cannot answer now"):
        verify(repair=True)
    assert len(index.vectors(SPACE)) == 2
    assert IndexState.objects.get().filled_at is None

    pinecone.always, index.post = None, real
    said = verify(repair=True)

    assert "4 missing" in said
    assert len(index.vectors(SPACE)) == 6
    assert IndexState.objects.get().filled_at


def test_a_missing_index_is_made_and_filled(pinecone):
    startup = make.startup()
    ranking.prepare(embedders.wanted())
    with pytest.raises(CommandError, match='no index "civstart-signals"'):
        verify()

    said = verify(repair=True)

    assert "Made the index civstart-signals." in said
    made = pinecone.indexes["civstart-signals"]
    assert (made.dimension, made.metric) == (384, "cosine")
    assert set(made.vectors(SPACE)) == {f"{startup.public_id}#0"}
    asked = embedders.wanted().queries(["leaks in water mains"])[0]
    assert [one.startup_id for one in mirroring.nearest(asked, MODEL, most=3)] == [startup.pk]


def test_an_index_of_another_size_is_left_alone_and_one_made_beside_it(pinecone):
    pinecone.make_index("civstart-signals", 3072)
    make.startup()
    ranking.prepare(embedders.wanted())
    with pytest.raises(CommandError, match=r"takes vectors of 3072 numbers.* have 384"):
        verify()

    said = verify(repair=True)

    assert "Made the index civstart-signals-384." in said
    assert pinecone.indexes["civstart-signals"].spaces == {}
    assert len(pinecone.indexes["civstart-signals-384"].vectors(SPACE)) == 1


def test_an_index_that_does_not_answer_is_told_and_nothing_is_touched(three, pinecone):
    pinecone.always = overloaded()

    with pytest.raises(CommandError, match=r"cannot answer now.*not touched"):
        verify(repair=True)

    assert Embedding.objects.of_startups(MODEL).count() == 3


def test_a_wrong_key_is_told(three, settings):
    settings.PINECONE_API_KEY = "pcsk_mistyped"

    with pytest.raises(CommandError, match="refuses the key in PINECONE_API_KEY"):
        verify()


def test_many_passages_are_compared_part_by_part(index, pinecone, monkeypatch):
    monkeypatch.setattr("matching.verifying.AT_ONCE", 50)
    Startup.objects.bulk_create(
        Startup(
            name=f"Shiftwell {number}",
            slug=f"shiftwell-{number}",
            one_liner="Rotas for hairdressers and beauty salons",
            description="Salon owners plan the week and stylists swap shifts on their phones.",
        )
        for number in range(130)
    )
    ranking.prepare(embedders.wanted())

    verify(repair=True)

    assert "130 passages are stored" in verify()
    assert pinecone.refused == []
