"""Candidates by meaning and by words, and the calibrated bar."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching import (
    buyers,
    candidates,
    embedders,
    evaluations,
    fitting,
    measuring,
    ranking,
    suggesting,
    wording,
)
from matching.models import Embedding, Match, MatchPolicy, MatchRun
from signals.models import Signal
from startups.models import Startup, Tag
from tests import make
from tests.support.rerankers import Likes

pytestmark = pytest.mark.django_db


def shares(text):
    """The share of the text's words each startup has, by name."""
    wording.refresh()
    found = wording.scores(
        wording.asked_by(text), list(Startup.objects.values_list("pk", flat=True))
    )
    return {startup.name: found.get(startup.pk, 0) for startup in Startup.objects.all()}


def plain(name, **fields):
    return Startup.objects.create(
        slug=name.lower(),
        name=name,
        **{"one_liner": "Helps teams do their work", "description": "It is put to work."} | fields,
    )


def test_a_word_in_the_tagline_counts_more_than_one_in_the_description():
    plain("Tagline", one_liner="Helps hydrants do their work")
    plain("Text", description="It is put to hydrants.")
    plain("Neither")

    found = shares("The hydrants are frozen")

    assert found["Tagline"] > found["Text"] > found["Neither"] == 0


@pytest.mark.parametrize("part", ["products", "tags", "case_studies"])
def test_words_of_products_tags_and_cases_are_found(part):
    startup = plain("Deep")
    if part == "products":
        startup.products.create(name="Kit", description="A kit for hydrants.")
    elif part == "tags":
        startup.tags.add(Tag.objects.create(name="fire-hydrants"))
    else:
        startup.case_studies.create(customer="A city", summary="It thawed hydrants.")
    plain("Other")

    assert shares("The hydrants are frozen")["Deep"] > 0


def test_a_rare_word_counts_more_than_one_that_everybody_uses():
    for number in range(9):
        plain(f"Common{number}", description="It is for permits.")
    plain("Rare", description="It is for hydrants.")

    found = shares("Permits and hydrants")

    assert found["Rare"] > found["Common1"] > 0


@pytest.mark.parametrize("text", ["", "the of and", "12 34", "' & | ! ( ) :*", "\\"])
def test_a_text_without_words_shares_none(text):
    plain("One")

    assert set(shares(text).values()) == {0}


def test_ranks_are_fused_by_their_reciprocals():
    assert candidates.fused([[1, 2, 3], [2, 1, 4], [2, 5]]) == [2, 1, 5, 3, 4]
    assert candidates.fused([[], []]) == []


def test_each_model_has_an_index_of_its_size():
    wrong = [0.5] * 100

    with pytest.raises(Exception, match="expected 384 dimensions, not 100"):
        Embedding.objects.create(
            subject="startup", subject_id=1, model="minilm-l6-v2-int8", vector=wrong
        )


def test_suggestions_far_behind_the_best_are_left_out():
    make.startup("Leakwise")
    plain(
        "Waterbill",
        one_liner="Water bills for utilities, with payments by phone",
        description="Water departments send bills and residents pay them by phone.",
        sells_to_government=True,
    )

    signal = make.signal(status="approved")
    policy = MatchPolicy.objects.get(is_current=True)
    ranked = _ranked(signal, policy)
    call_for = [one.startup.name for one in ranked.scored]

    assert call_for[0] == "Leakwise"
    assert ranked.scored[1].score < ranked.scored[0].score - policy.most_behind
    _suggest(signal)
    assert [match.startup.name for match in Match.objects.all()] == ["Leakwise"]


def _ranked(signal, policy):
    ranking.prepare(embedders.wanted())
    return ranking.rank(signal, policy, embedders.wanted())


def _suggest(signal):
    return suggesting.for_signal(signal)


def test_a_run_keeps_what_its_answer_rests_on():
    make.startup()

    run = _suggest(make.signal(status="approved"))

    assert 0 <= run.fit <= 1
    assert set(run.fit_signs) == {"Meaning", "Wording", "Agreement"}


def test_a_fit_that_is_unlikely_leads_to_no_suggestion():
    make.startup()
    MatchPolicy.objects.filter(is_current=True).update(fit_bar=1.0)

    run = _suggest(make.signal(status="approved"))

    assert not Match.objects.exists()
    assert "100% is asked for" in run.abstention.why


@pytest.mark.parametrize(
    ("orders", "directory", "share"),
    [
        (([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), 50, 1.0),
        (([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 50, -1 / 9),
        (([1, 2], [2, 1]), 2, None),
        (([], []), 0, None),
    ],
)
def test_agreement_is_what_two_rankers_share_beyond_chance(orders, directory, share):
    found = fitting.agreement(*orders, directory=directory)

    assert found == (None if share is None else pytest.approx(share))


def test_the_bar_is_learned_from_examples():
    rows = [{"Meaning": value / 10, "Agreement": 0.5 - value / 40} for value in range(10)]

    model = fitting.learn(rows, [value > 5 for value in range(10)])

    assert model.probability(rows[9]) > 0.5 > model.probability(rows[0])
    assert model.moves({"Meaning": 0.9, "Agreement": None})["Agreement"] == 0


@pytest.mark.parametrize("answered", [[True, True], [False, False], []])
def test_the_bar_is_not_learned_from_needs_of_one_kind(answered):
    rows = [{"Meaning": 0.5} for _ in answered]

    with pytest.raises(fitting.NothingToLearn, match="The bar is learned from both kinds: add"):
        fitting.learn(rows, answered)


# --- The commands ---------------------------------------------------------------------------

LEAKWISE = {
    "slug": "leakwise",
    "name": "Leakwise",
    "one_liner": "Finds leaks in cast-iron water mains",
    "description": "Sensors on hydrants hear the leaks of water mains by night.",
    "tags": ["water"],
}
SALON = {
    "slug": "salon",
    "name": "Salon",
    "one_liner": "Rotas for hairdressers",
    "description": "Stylists swap shifts on their phones.",
    "tags": [],
}
NEED = {
    "id": "n1",
    "title": "Leak detection for cast-iron water mains",
    "summary": "The water department wants to find leaks.",
    "quote": "we must find the leaks before winter",
}


@pytest.fixture
def files(tmp_path):
    def write(name, rows):
        path = tmp_path / name
        text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def ranked(capsys, needs, startups):
    call_command("rank", needs=needs, startups=startups, jsonl=True)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_files_are_ranked_as_the_site_would_and_leave_nothing(files, capsys):
    make.startup("Leaksure")  # of the site itself: stays out of it

    (row,) = ranked(capsys, files("needs", [NEED]), files("startups", [LEAKWISE, SALON]))

    assert (row["id"], row["abstain"]) == ("n1", False)
    assert [one["slug"] for one in row["ranking"]] == ["leakwise", "salon"]
    best = row["ranking"][0]
    assert best["score"] == pytest.approx(sum(part["points"] for part in best["parts"]), abs=0.06)
    assert [startup.slug for startup in Startup.objects.all()] == ["leaksure"]
    assert not Signal.objects.exists()
    assert not MatchRun.objects.exists()


def test_at_most_ten_are_given_for_each_need(files, capsys):
    many = [LEAKWISE | {"slug": f"leak-{number}"} for number in range(15)]

    (row,) = ranked(capsys, files("needs", [NEED]), files("startups", many))

    assert len(row["ranking"]) == 10


def test_a_need_nobody_serves_is_abstained(files, capsys):
    (row,) = ranked(capsys, files("needs", [NEED]), files("startups", [SALON]))

    assert row["abstain"]
    assert row["why"]


@pytest.fixture
def likes(settings):
    settings.RERANKER = "tests.support.rerankers.Likes"
    Likes.grades, Likes.asked = {"leakwise": 1, "salon": 0}, []
    return Likes


def test_a_re_ranker_is_not_asked_unless_it_is_wanted_and_that_is_said(files, capsys, likes):
    call_command("rank", needs=files("n", [NEED]), startups=files("s", [LEAKWISE]))

    told = capsys.readouterr()
    assert likes.asked == []
    assert "n1: leakwise" in told.out
    assert "Likes grades startups on this site, and was not asked. With --rerank it is." in told.err


def test_a_re_ranker_that_is_wanted_grades_each_need(files, capsys, likes):
    needs = files("n", [NEED, NEED | {"id": "n2", "title": "x", "summary": "", "quote": ""}])
    call_command(
        "rank", needs=needs, startups=files("s", [LEAKWISE, SALON]), rerank=True, jsonl=True
    )

    told = capsys.readouterr()
    row = json.loads(told.out.splitlines()[0])
    assert (row["abstain"], row["reread"]["by"]) == (True, "Likes")
    assert row["ranking"][0]["parts"][-1] == {"name": "Model's grade", "points": 10.0, "most": 30.0}
    ((need, candidates),) = likes.asked  # what cannot be matched is not asked about
    assert need.quotes == ("we must find the leaks before winter",)
    assert {one.slug for one in candidates} == {"leakwise", "salon"}
    assert "Likes graded 1 of 2 needs." in told.err


def test_needs_that_were_not_graded_are_counted_and_say_why(files, capsys, settings):
    settings.RERANKER = "tests.support.rerankers.Broken"
    call_command("rank", needs=files("n", [NEED]), startups=files("s", [LEAKWISE]), rerank=True)

    told = capsys.readouterr()
    assert "n1: leakwise" in told.out
    assert "Broken graded 0 of 1 needs. First of what it could not: It does not answer." in told.err


def test_a_re_ranker_that_the_site_does_not_have_cannot_be_wanted(files):
    with pytest.raises(CommandError, match=r"The site uses no re-ranker\. Set RERANK=True"):
        call_command("rank", needs=files("n", [NEED]), startups=files("s", []), rerank=True)


@pytest.mark.parametrize(
    ("needs", "startups", "says"),
    [
        (["{"], [LEAKWISE], "needs line 1: not JSON"),
        ([NEED, "[]"], [LEAKWISE], "needs line 2: not an object"),
        ([NEED, NEED], [LEAKWISE], 'needs line 2: the id "n1" was on a line before'),
        ([{"id": "n1"}], [LEAKWISE], 'needs line 1: "title" is missing'),
        ([NEED], [LEAKWISE, LEAKWISE], "startups line 2: cannot be stored"),
        ([NEED], [LEAKWISE | {"products": [{}]}], "startups line 1: cannot be stored"),
        ([NEED], [], "has no line in it"),
    ],
)
def test_a_bad_line_is_named(files, needs, startups, says):
    with pytest.raises(CommandError, match=says):
        call_command("rank", needs=files("needs", needs), startups=files("startups", startups))
    assert not Startup.objects.exists()


def test_a_file_that_is_not_there_is_named(files):
    with pytest.raises(CommandError, match=r"nowhere.jsonl cannot be read"):
        call_command("rank", needs=Path("nowhere.jsonl"), startups=files("s", [LEAKWISE]))


@pytest.mark.drill
@pytest.mark.shared_data
def test_the_judged_needs_are_ranked_and_abstained_well_enough(shared_data):
    measured = evaluations.matching(
        measuring.Labels(shared_data / "gold"), shared_data / "startups" / "startups_1000.jsonl"
    )

    left_out = measured.figures["bar with one need left out"]
    assert left_out["ndcg10"] >= 0.5
    assert left_out["recall10"] >= 0.7
    assert left_out["balanced"] >= 0.75
    bins = measured.calibration["bins"]
    assert (sum(one["right"] for one in bins), sum(one["of"] for one in bins)) == (9, 32)
    assert not Startup.objects.exists()


def test_a_profile_is_read_for_public_buyers_again_when_it_changed():
    startup = make.startup(sells_to_government=False, description="For shops and salons.")
    before = buyers.share(startup)
    startup.description = "For cities, counties and school districts."
    startup.save()

    assert (before, buyers.share(startup)) == (0.0, 1.0)
