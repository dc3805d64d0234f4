"""Every list asks the database as often for fifty rows as for five, whatever is asked of it."""

import pytest
import yaml
from django.core.cache import cache
from django.utils import timezone

from civstart.events import outbox
from civstart.notices.models import Notice
from matching import meaning
from matching.filters import AbstentionFilter, MatchFilter
from matching.models import Abstention, Match
from signals import history
from signals.filters import SignalFilter
from signals.models import Follow, SavedSearch, Signal
from startups.filters import StartupFilter
from startups.models import Startup
from tests import make
from tests.support import many
from tests.support.api import rows
from tests.support.counting import queries

FEW, MANY = 5, 50
LISTS = {
    "/api/v1/signals/": (SignalFilter, Signal),
    "/api/v1/startups/": (StartupFilter, Startup),
    "/api/v1/matches/": (MatchFilter, Match),
}
FOR_STAFF = {"/api/v1/abstentions/": (AbstentionFilter, Abstention)}
OF_A_SIGNAL = {"/api/v1/signals/{id}/questions/", "/api/v1/signals/{id}/history/"}
FILTERS = [(path, name) for path, (kind, _) in LISTS.items() for name in kind.base_filters]


@pytest.fixture
def fill(rita):
    """Add rows to a list: signals, startups, or matches of one signal and to one startup."""
    leakwise = Startup.objects.get()
    wanted = many.signals(1)[0]

    def more(model, count):
        if model is Startup:
            many.startups(count)
            return
        signals = many.signals(count)
        if model is Abstention:
            many.abstentions(signals)
        if model is Match:
            many.matches((signal, leakwise) for signal in signals)
            many.matches((wanted, startup) for startup in many.startups(count))

    return more


def cost(client, path, question=None):
    """Return how many queries the answer takes, nothing of it being kept from before."""
    cache.clear()
    return queries(lambda: _read(client.get(path, question)))


def _read(answer):
    assert answer.status_code == 200, answer
    return b"".join(answer) if answer.streaming else answer.content


def costs(clients, path, name, values):
    return {value: [cost(client, path, {name: value}) for client in clients] for value in values}


@pytest.mark.parametrize(("path", "name"), FILTERS)
def test_a_filtered_list_of_the_api_asks_as_often_for_fifty_rows(fill, as_sam, as_rita, path, name):
    kind, model = LISTS[path]
    fill(model, FEW)
    meaning.embed_missing()
    found = many.candidates(kind.base_filters[name], name, model.objects.all())
    values = [one for one in found if len(rows(as_sam.get(path, {name: one}))) >= FEW]
    assert values, f"No value finds the rows of {path} by {name}; add one to tests/support/many.py."
    as_rita.get(path)
    few = costs((as_sam, as_rita), path, name, values)
    fill(model, MANY - FEW)

    assert costs((as_sam, as_rita), path, name, values) == few
    assert max(max(each) for each in few.values()) <= 16, few


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_the_api_asks_as_often_for_fifty_rows(fill, as_sam, as_rita, path):
    fill(LISTS[path][1], FEW)
    for client in (as_sam, as_rita):
        client.get(path)
    few = cost(as_sam, path), cost(as_rita, path)
    fill(LISTS[path][1], MANY - FEW)

    assert (cost(as_sam, path), cost(as_rita, path)) == few


@pytest.mark.parametrize("path", FOR_STAFF)
def test_a_list_for_staff_asks_as_often_for_fifty_rows_whatever_the_filter(fill, as_sam, path):
    kind, model = FOR_STAFF[path]
    fill(model, FEW)
    asked = [{}]
    for name, one in kind.base_filters.items():
        values = many.candidates(one, name, model.objects.all())
        asked += [{name: value} for value in values if rows(as_sam.get(path, {name: value}))]
    assert {name for one in asked for name in one} == set(kind.base_filters)
    few = [cost(as_sam, path, one) for one in asked]
    fill(model, MANY - FEW)

    assert [cost(as_sam, path, one) for one in asked] == few
    assert max(few) <= 8, few


def test_no_list_of_the_api_is_forgotten_here(client, db):
    paths = yaml.safe_load(client.get("/api/schema/").content)["paths"]
    lists = {
        path
        for path, verbs in paths.items()
        if verbs.get("get", {}).get("operationId", "").endswith("_list")
    }

    assert lists == set(LISTS) | set(FOR_STAFF) | OF_A_SIGNAL


@pytest.mark.parametrize("name", SignalFilter.base_filters)
def test_the_filtered_page_of_signals_asks_as_often_for_fifty_rows(fill, as_rita, name):
    path = "/signals/"
    fill(Signal, FEW)
    meaning.embed_missing()
    found = many.candidates(SignalFilter.base_filters[name], name, Signal.objects.all())
    shown = {value: as_rita.get(path, {name: value}).content for value in found}
    values = [value for value, page in shown.items() if page.count(b"A need") >= FEW]
    assert values, f"No value finds signals by {name}; add one to tests/support/many.py."
    few = costs([as_rita], path, name, values)
    fill(Signal, MANY - FEW)

    assert costs([as_rita], path, name, values) == few
    assert max(few.values()) <= [20], few


PAGES = (
    "/",
    "/signals/",
    "/signals/table.csv",
    "/signals/{signal}/",
    "/signals/{signal}/questions/",
    "/places/",
    "/places/?state=OH",
    "/places/{place}/",
    "/meetings/{meeting}/",
    "/saved/",
    "/saved/new/?kind=budget",
    "/saved/{saved}/",
    "/feeds/{token}/signals.atom",
    "/feeds/{token}/deadlines.ics",
    "/matches/new/",
    "/notices/",
    "/startups/leakwise/",
    "/api/v1/signals/{signal}/questions/",
)
OF_STAFF = (
    "/staff/",
    "/staff/review/{pending}/",
    "/staff/questions/",
    "/staff/signals/signal/",
    "/staff/matching/match/",
    "/api/v1/signals/{signal}/history/",
    "/api/v1/signals/{signal}/match-run/",
)


@pytest.fixture
def town(fill, rita):
    """Rows of every kind a page lists, and what its address is made of."""
    pending = make.signal("A need for valves")
    told = []

    def more(count):
        fill(Match, count)
        signal = Signal.objects.approved().earliest("pk")
        for number in range(len(told), len(told) + count):
            place = make.jurisdiction(f"Town {number}")
            make.signal(f"A need for roofs {number}", status="approved", place=place)
            make.signal(f"A need for doors {number}")
            Follow.objects.create(user=rita, jurisdiction=place)
            SavedSearch.objects.create(
                user=rita, name=f"{number}", query="kind=budget", feed_made_at=timezone.now()
            )
            asked = make.question(
                signal, f"How many pumps are there in district {number}?", by=rita
            )
            event = outbox.record("question.asked", subject=asked)
            Notice.objects.create(user=rita, event=event, text=f"Told {number}", url="/")
            history.write(signal, "edited", by=rita, before={"title": ""}, after={"title": "A"})
            told.append(number)

    def address(path):
        signal, saved = Signal.objects.approved().earliest("pk"), SavedSearch.objects.get(name="0")
        return path.format(
            signal=signal.public_id,
            place=signal.jurisdiction.public_id,
            meeting=signal.meeting.public_id,
            saved=saved.public_id,
            token=saved.feed_token,
            pending=pending.public_id,
        )

    return more, address


def test_a_page_asks_as_often_for_fifty_rows(town, as_rita, as_sam):
    more, address = town
    more(FEW)
    paths = [(as_rita, address(path)) for path in PAGES]
    paths += [(as_sam, address(path)) for path in OF_STAFF]
    few = _costs_seen(paths)
    more(MANY - FEW)

    assert _costs_seen(paths) == few
    assert max(few.values()) <= 40, few


def _costs_seen(paths):
    """Return what each page costs once all on it was seen: the first look at a match is noted."""
    for client, path in paths:
        client.get(path)
    return {path: cost(client, path) for client, path in paths}
