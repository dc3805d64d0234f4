"""Moving to another embedder while the old one serves."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matching import embedders, embedding, keeping, moving, suggesting, tasks
from matching.contract import EmbedderUnavailable
from matching.embedders import MiniLmEmbedder, WordLlamaEmbedder
from matching.keeping import Embedded
from matching.models import Embedding, Match, VectorModel
from startups.models import Startup
from tests import make

pytestmark = pytest.mark.django_db

MINILM, WORDLLAMA = MiniLmEmbedder.model, WordLlamaEmbedder.model


class Counting(MiniLmEmbedder):
    """MiniLM that counts what it is asked for, and stays away after so many batches."""

    def __init__(self, *, most_batches=99):
        self.texts, self.batches, self.most_batches = [], 0, most_batches

    def documents(self, texts):
        if self.batches == self.most_batches:
            raise EmbedderUnavailable("The embedder is away. Try again later.")
        self.batches += 1
        self.texts += texts
        return super().documents(texts)


@pytest.fixture
def on_wordllama(settings):
    """A site that WordLlama serves, and whose settings ask for MiniLM since."""
    settings.EMBEDDER = settings.EMBEDDERS[WORDLLAMA]
    make.startup()
    suggesting.for_signal(make.signal(status="approved"))
    settings.EMBEDDER = settings.EMBEDDERS[MINILM]


def served_by():
    return VectorModel.objects.get(status="serving").model


def test_the_old_embedder_serves_until_all_is_moved(on_wordllama):
    assert embedding.serving().model == WORDLLAMA
    run = suggesting.for_signal(make.signal("Leaks in water mains", status="approved"))
    assert run.embedder == WORDLLAMA

    call_command("reembed", verbosity=0)

    assert served_by() == MINILM
    run = suggesting.for_signal(make.signal("Leaks in old water mains", status="approved"))
    assert (run.embedder, run.suggested_count) == (MINILM, 1)
    assert VectorModel.objects.get(model=WORDLLAMA).status == "retired"


def test_a_move_tells_how_far_it_is(on_wordllama):
    told = []

    moving.move(MiniLmEmbedder(), report=told.append)

    assert (told[0].done, told[0].total) == (0, 2)  # a startup and a signal
    assert (told[-1].done, told[-1].total) == (2, 2)
    row = VectorModel.objects.get(model=MINILM)
    assert (row.done_count, row.total_count) == (2, 2)


def test_a_move_that_was_cut_short_goes_on_where_it_was(on_wordllama, monkeypatch):
    monkeypatch.setattr(moving, "BATCH", 2)
    for number in range(5):
        make.unrelated_startup(f"Shiftwell{number}")
    first = Counting(most_batches=1)
    with pytest.raises(EmbedderUnavailable):
        moving.move(first)
    assert served_by() == WORDLLAMA
    assert VectorModel.objects.get(model=MINILM).trouble

    second = Counting()
    assert moving.move(second)

    assert len(first.texts) == 2
    assert len(second.texts) == 4  # of six startups
    assert served_by() == MINILM
    assert VectorModel.objects.get(model=MINILM).trouble == ""


def test_to_move_back_embeds_nothing_again(on_wordllama):
    moving.move(MiniLmEmbedder())
    moving.move(WordLlamaEmbedder())
    again = Counting()

    assert moving.move(again)

    assert again.texts == []
    assert served_by() == MINILM


def test_a_move_to_what_serves_already_changes_nothing(on_wordllama):
    assert not moving.move(WordLlamaEmbedder())


def test_a_worker_can_move_in_the_background(on_wordllama):
    tasks.reembed()

    assert served_by() == MINILM


def test_a_service_that_is_away_ends_the_command_with_a_sentence(on_wordllama, monkeypatch):
    monkeypatch.setattr(embedders, "wanted", lambda: Counting(most_batches=0))

    with pytest.raises(CommandError, match=r"wordllama-256 serves on. The embedder is away"):
        call_command("reembed")


def test_staff_see_how_a_move_goes(on_wordllama, as_sam):
    page = as_sam.get("/staff/matching/vectormodel/").content.decode()
    start = as_sam.get("/staff/").content.decode()

    assert "wordllama-256" in page
    assert "wordllama-256; another waits for reembed" in start


def test_the_start_page_tells_how_far_a_move_is_and_what_it_waits_for(on_wordllama, as_sam):
    to = VectorModel.objects.create(
        model=MINILM, status="filling", done_count=1200, total_count=3000
    )
    assert f"wordllama-256; moving to {MINILM}, 1,200 of 3,000 done" in as_sam.get("/staff/").text

    to.trouble, to.troubled_at = "The embedder is away. Try again later.", timezone.now()
    to.save()

    assert "1,200 of 3,000 done. The embedder is away. Try again later." in (
        as_sam.get("/staff/").text
    )


def test_the_vector_of_an_older_text_never_replaces_a_newer_one():
    startup = make.startup()
    read_before = Startup.objects.with_profile().get(pk=startup.pk)
    startup.description = "Rotas for hairdressers, with the week planned by Monday."
    startup.save()
    embedder = embedders.wanted()
    embedding.refresh_startups(embedder)
    newer = Embedding.objects.of_startups(MINILM).get(passage=0)

    embedding.embed_startups([read_before], embedder)  # the slower process comes last

    assert Embedding.objects.of_startups(MINILM).get(passage=0).vector == newer.vector
    assert not embedding.stale(MINILM).exists()


def test_a_change_while_it_is_embedded_leaves_it_stale():
    startup = make.startup()
    read_before = Startup.objects.with_profile().get(pk=startup.pk)
    startup.save()

    embedding.embed_startups([read_before], embedders.wanted())

    assert list(embedding.stale(MINILM)) == [startup]


def test_a_text_that_grew_shorter_leaves_no_passage_behind():
    now, vector = timezone.now(), embedders.wanted().documents(["leaks"])[0]
    keeping.keep("startup", MINILM, [Embedded(1, "long", now, [vector] * 3)])

    keeping.keep("startup", MINILM, [Embedded(1, "short", now + timedelta(seconds=1), [vector])])

    assert Embedding.objects.of_startups(MINILM).count() == 1


def test_a_long_profile_is_found_by_what_stands_at_its_end():
    startup = make.unrelated_startup()
    startup.description = (
        startup.description
        + (" The salons are in many towns and each has its own chairs and mirrors." * 40)
        + (" Our acoustic sensors find the leaks in cast-iron water mains before winter." * 12)
    )
    startup.save()

    suggesting.for_signal(make.signal(status="approved"))

    rows = Embedding.objects.of_startups(MINILM)
    assert rows.count() > 2
    assert Match.objects.get().startup == startup
