"""Every list of pages and API, eight people at once; and the decisions of a reviewer."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from django.http import QueryDict
from django.urls import reverse

from civstart.accounts.models import ApiKey, User
from signals import questions, saving
from signals.browsing import Browsed
from signals.models import SavedSearch, Signal
from signals.queue.order import waiting
from tests import make
from tests.bench import live, load, rows
from tests.bench.figures import Figure, share

AIM_MS = 200  # of a list, at the 95th percentile
AT_ONCE = 2  # people who ask in the same moment, again and again, without a pause: one a core
SECONDS, QUICK_SECONDS = 3.0, 1.0
READY_SECONDS = 6.0  # gunicorn's workers get ready one by one, each with a processor for itself
DECISIONS, QUICK_DECISIONS = 100, 20
FIRST_ASKED, QUICK_FIRST_ASKED = 40, 10
QUESTIONS = 40

# What is asked of the page of signals and of the API, and what the figure says of it.
BROWSED = {
    "newest first": "",
    "far down": "page=1200",
    "a search by words": "q=%22leak+detection%22",
    "a search by words and meaning": "q=find+hidden+breaks+in+pipes",
    "a word in every signal": "q=council",
    "a word in every signal, page 40": "q=council&page=40",
    "a search within filters": "q=pipe+inventory&state=oh&kind=need",
    "filtered by state and kind": "state=oh&kind=budget",
    "four facets": "amount=none&said=90&strength=2&stage=need",
    "due within 90 days": "due=90",
    "soonest deadline first": "order=deadline",
    "a common word, soonest deadline first": "q=council&order=deadline",
    "largest amount first": "order=-amount",
    "strongest first": "order=-strength",
}
FILTERED = {
    "kind": "kind=budget",
    "category": "category=water-utilities",
    "stage": "stage=need",
    "state": "state=oh",
    "place": "place={place}",
    "strength": "strength=3",
    "amount": "amount=250k-1m",
    "amount_from and amount_to": "amount_from=20000&amount_to=500000",
    "amount_kind": "amount_kind=one-off",
    "said": "said=90",
    "said_from and said_to": "said_from=2020-01-01&said_to=2035-01-01",
    "due": "due=90",
    "due_after and due_before": "due_after=2020-01-01&due_before=2035-01-01",
    "q": "q=leak+detection",
    "q, a word in every signal": "q=council",
    "order=deadline": "order=deadline",
    "order=-amount": "order=-amount",
    "order=due": "order=due",
    "order=match": "q=leak+detection&order=match",
    "far down": "page=90",
}
Asked = tuple[str, str, dict[str, str]]  # what it is, the address, the headers
type_of_lists = Iterator[Asked]


def measure(
    port: int,
    sam: User,
    count: int,
    asked: Sequence[Asked],
    *,
    quick: bool,
    say: Callable[[str], None],
) -> list[Figure]:
    """Return the p95 of every list beside its aim, then those of the first asking and deciding."""
    seconds = QUICK_SECONDS if quick else SECONDS
    load.run(port, lambda: load.get("/health/"), seconds=READY_SECONDS, warm_up=0)
    found = []
    for what, path, headers in asked:
        request = load.get(path, **headers)
        result = load.run(
            port, cycle([request]).__next__, seconds=seconds, warm_up=0.5, connections=AT_ONCE
        )
        say(f"{result.p95_ms:6.0f} ms  {what}")
        found.append(Figure(f"{what}, p95 of {AT_ONCE} at once", result.p95_ms, "ms", aim=AIM_MS))
    cookie = live.signed_in(sam)
    return [
        *found,
        *_first_rows(port, cookie, quick=quick),
        *_first_asked(port, cookie, quick=quick),
        *_decisions(port, cookie, count, quick=quick),
    ]


def lists(sam: User, count: int) -> type_of_lists:
    one = Signal.objects.approved().order_by("-decided_at")[10]
    cleo = make.user("Cleo Founder")
    startup = make.startup("Pumpworks")
    startup.members.add(cleo)
    _ask(one, sam)
    yield from _of_startups(one, {"Cookie": live.signed_in(cleo)}, _saved(cleo), count)
    _, secret = ApiKey.issue(cleo, name="bench of lists")
    yield from _of_the_api(one, {"Authorization": f"Bearer {secret}"})
    yield from _of_staff({"Cookie": live.signed_in(sam)}, count)


def _saved(cleo: User) -> SavedSearch:
    asked = Browsed(QueryDict("q=leak+detection&state=oh"))
    saved = saving.save(asked, name="Leaks in Ohio", tell="daily", by=cleo)
    saving.give_feed(saved)
    return saved


def _ask(signal: Signal, sam: User) -> None:
    for number in range(QUESTIONS):
        asker = make.startup(f"Asker {number}").public_id
        text = f"How many meters are there in district {number}?"
        asked = questions.ask(signal, text, by=sam, startup=asker)
        if number % 2:
            questions.answer(asked, kind="answered", text=f"{number} hundred.", by=sam)


def _of_startups(
    one: Signal, headers: dict[str, str], saved: SavedSearch, count: int
) -> type_of_lists:
    for what, query in BROWSED.items():
        yield f"Signals page of {count:,}, {what}", f"/signals/?{query}", headers
    token = saved.feed_token
    for what, path in (
        ("Signal page", f"/signals/{one.public_id}/"),
        ("Questions of a signal", f"/signals/{one.public_id}/questions/"),
        ("Map and list of places", "/places/"),
        ("Places of a state", "/places/?state=oh"),
        ("Place page", f"/places/{one.jurisdiction.public_id}/"),
        ("Meeting page", f"/meetings/{one.meeting.public_id}/"),
        ("Saved searches", "/saved/"),
        ("A saved search", f"/saved/{saved.public_id}/"),
        ("Preview before saving a search", "/saved/new/?kind=budget&state=oh"),
        ("Preview before saving a search for a common word", "/saved/new/?q=council"),
        ("Notices page", "/notices/"),
        ("Atom feed", reverse("feed", args=[token])),
        ("Calendar of deadlines", reverse("calendar", args=[token])),
    ):
        yield what, path, headers


def _of_the_api(one: Signal, headers: dict[str, str]) -> type_of_lists:
    for what, query in FILTERED.items():
        asked = query.format(place=one.jurisdiction.public_id)
        yield f"API list of signals, {what}", f"/api/v1/signals/?{asked}", headers
    yield "API list of questions", f"/api/v1/signals/{one.public_id}/questions/", headers
    yield "API list of startups", "/api/v1/startups/", headers
    yield "API list of matches", "/api/v1/matches/", headers


def _of_staff(headers: dict[str, str], count: int) -> type_of_lists:
    first = waiting()[5].public_id
    for what, path in (
        (f"Review page, {count:,} pending", f"/staff/review/{first}/"),
        ("Review page, far down the queue", f"/staff/review/{waiting()[count // 2].public_id}/"),
        ("Review page, filtered", f"/staff/review/{first}/?place=oh&kind=budget"),
        ("Questions page of staff", "/staff/questions/"),
        ("Trust page", "/staff/trust/"),
        ("Signals in the admin", "/staff/signals/signal/"),
        ("Signals in the admin, a word in every signal", "/staff/signals/signal/?q=council"),
        ("Staff start page", "/staff/"),
    ):
        yield what, path, headers


def _first_rows(port: int, cookie: str, *, quick: bool) -> list[Figure]:
    """Ask for tables, and time until their head has come, and until their first row has."""
    found = []
    for what, query in (("all signals", ""), ("a common word", "q=council")):
        request = load.get(f"/signals/table.csv?{query}", Cookie=cookie)
        for part, count in (("head", 1), ("first row", 2)):
            result = load.first_rows([request] * (3 if quick else 5), port, rows=count)
            name = f"Table (CSV) of {what}, {part}, p95"
            found.append(Figure(name, result.p95_ms, "ms", aim=AIM_MS))
    return found


def _first_asked(port: int, cookie: str, *, quick: bool) -> list[Figure]:
    """Questions nobody asked before: nothing that is kept answers them."""
    pairs = ((subject, where) for where in rows.WHERE for subject in rows.SUBJECTS)
    asked = (f"q={subject} {where}".replace(" ", "+") for subject, where in cycle(pairs))
    requests = [
        load.get(f"/signals/?{query}&strength={1 + number % 3}", Cookie=cookie)
        for number, query in enumerate(islice(asked, QUICK_FIRST_ASKED if quick else FIRST_ASKED))
    ]
    result = load.each(requests, port)
    return [
        Figure("Signals page, searches nobody asked before, p95", result.p95_ms, "ms", aim=AIM_MS)
    ]


def _decisions(port: int, cookie: str, count: int, *, quick: bool) -> list[Figure]:
    """Decide as the open page does: the decision, and the next signal as it is shown."""
    first = list(waiting()[: QUICK_DECISIONS if quick else DECISIONS])
    both = []
    for one in first:
        after = load.get(f"/staff/review/{one.public_id}/next/?part=1", Cookie=cookie)
        both += [live.decision(one, cookie), after]
    seconds = load.each(both, port).seconds
    pairs = [decided + shown for decided, shown in zip(seconds[::2], seconds[1::2], strict=True)]
    what = f"{count:,} pending, p95"
    return [
        Figure(f"Review decision, {what}", share(seconds[::2], 0.95) * 1000, "ms"),
        Figure(f"Next signal to review, {what}", share(seconds[1::2], 0.95) * 1000, "ms"),
        Figure(
            f"Review decision and the next signal, {what}",
            share(pairs, 0.95) * 1000,
            "ms",
            aim=150,
        ),
    ]
