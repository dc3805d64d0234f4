"""What calls cost is written down and told, also where nothing else of a command stays."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from civstart.lib import throwaway
from integrations import spending
from integrations.models import ModelCall
from matching.models import Embedding
from startups.models import Startup
from tests import make
from tests.fakes.gemini import overloaded, suspended_key
from tests.integrations.gemini.test_embedding import embedder, in_use

__all__ = ["embedder", "in_use"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    needs, startups = tmp_path / "needs.jsonl", tmp_path / "startups.jsonl"
    needs.write_text(json.dumps({"id": "n1", "title": "Find leaks in the water mains"}))
    said = "Finds leaks in the water mains of cities by listening to hydrants."
    startups.write_text(
        json.dumps({"slug": "leakwise", "name": "Leakwise", "one_liner": "", "description": said})
    )
    return {"needs": needs, "startups": startups}


def call(**fields):
    made = {
        "model": "m",
        "purpose": "embed",
        "prompt_version": "document",
        "digest": "d",
        "status": "answered",
    }
    return ModelCall(**made | fields)


def test_ranking_keeps_what_it_paid_for_and_tells_it(in_use, files):
    make.region("OH")
    said, aside = StringIO(), StringIO()

    call_command("rank", jsonl=True, stdout=said, stderr=aside, **files)

    assert json.loads(said.getvalue())["ranking"][0]["slug"] == "leakwise"
    calls = list(ModelCall.objects.order_by("pk"))
    assert [one.prompt_version for one in calls] == ["document", "query"]
    assert all(one.purpose == "embed" and one.cost_usd > 0 for one in calls)
    tokens = sum(one.prompt_tokens for one in calls)
    assert "Calls to language models meanwhile" in aside.getvalue()
    assert f"Embed texts: 2 calls, 0 from memory: $0.0000, {tokens} tokens" in aside.getvalue()
    assert not Startup.objects.exists()
    assert not Embedding.objects.exists()


def test_what_was_paid_for_is_kept_where_the_command_fails(in_use, gemini, files):
    make.region("OH")
    gemini.next(*[overloaded()] * 4)
    aside = StringIO()

    with pytest.raises(CommandError):
        call_command("rank", stdout=StringIO(), stderr=aside, **files)

    assert [one.status for one in ModelCall.objects.all()] == ["unavailable"] * 4
    assert "Embed texts: 4 calls" in aside.getvalue()


def test_a_key_that_will_not_do_is_said_without_a_trace(in_use, gemini, files):
    make.region("OH")
    gemini.next(suspended_key())

    with pytest.raises(CommandError, match="GEMINI_API_KEY"):
        call_command("rank", stdout=StringIO(), stderr=StringIO(), **files)


def test_only_what_is_given_to_keep_outlives_the_block():
    with pytest.raises(ValueError, match="no luck"), throwaway.tables():
        throwaway.keep(call(digest="kept"))
        call(digest="lost").save()
        assert ModelCall.objects.count() == 2
        raise ValueError("no luck")

    assert [one.digest for one in ModelCall.objects.all()] == ["kept"]
    throwaway.keep(call(digest="outside"))
    assert ModelCall.objects.count() == 2


def test_nothing_is_told_where_nothing_was_asked():
    before = timezone.now()
    assert spending.since(before) == ""
    call(purpose="rerank", cost_usd=Decimal("0.25")).save()
    call(purpose="embed", cost_usd=Decimal("0.5"), prompt_tokens=1200).save()

    assert spending.since(before) == (
        "Calls to language models meanwhile, the site's own among them. "
        "Embed texts: 1 call, 0 from memory: $0.5000, 1,200 tokens asked, 0 answered, "
        "0.0 s on average. "
        "Grade startups: 1 call, 0 from memory: $0.2500, 0 tokens asked, 0 answered, "
        "0.0 s on average."
    )
    assert spending.since(timezone.now() + timedelta(seconds=1)) == ""
