"""What tests of matching share."""

import json

import pytest

from matching import judging, suggesting
from tests import make
from tests.support.pinecone import pinecone, waited

__all__ = ["pinecone", "waited"]
GOLD = ("signals_dev.jsonl", "score_extraction.py", "meeting_text.py")


@pytest.fixture
def judged(sam):
    """A need that one startup answers, and one that none does, both judged."""
    good, barber = make.startup(), make.unrelated_startup()
    leaks = make.signal(status="approved")
    fair = make.signal(
        "Barbers for the annual fair in May",
        quote="we want somebody to run the barbers' tent at the annual fair",
        summary="",
        status="approved",
    )
    for signal in (leaks, fair):
        suggesting.for_signal(signal)
    judging.judge(leaks, good, grade=3, by=sam, note="Just this")
    for startup in (good, barber):
        judging.judge(fair, startup, grade=0, by=sam)
    return leaks, fair


@pytest.fixture
def folder(settings, tmp_path):
    """A folder with the files of labels, of which none says anything."""
    for name in ("gold", "transcripts", "startups"):
        (tmp_path / name).mkdir()
    for name in (*GOLD, "matches_dev.jsonl", "score_matching.py"):
        (tmp_path / "gold" / name).touch()
    (tmp_path / "startups" / "startups_1000.jsonl").touch()
    settings.LABELS_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def labelled_needs(folder):
    """Four needs, of which the first two have an answer, and a company for them."""
    sells = {
        "slug": "leakwise",
        "name": "Leakwise",
        "one_liner": "Finds leaks in water mains",
        "description": "Sensors on hydrants hear the leaks of old pipes by night.",
    }
    scorer = "def score(labels, ranked):\n    return {'needs': len(ranked)}\n"
    needs = [
        {"id": f"n{at}", "title": title, "abstain": at > 1, "judgements": {"leakwise": 3}}
        for at, title in enumerate(
            ["Find leaks in water mains", "Leaks of mains", "Hire a choir", "Mow the park lawns"]
        )
    ]
    (folder / "gold" / "matches_dev.jsonl").write_text("\n".join(map(json.dumps, needs)))
    (folder / "gold" / "score_matching.py").write_text(scorer)
    (folder / "startups" / "startups_1000.jsonl").write_text(json.dumps(sells))
    return folder
