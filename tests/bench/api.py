"""The API and the heavy pages under gunicorn, as the Procfile starts it, over many signals."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from civstart.accounts.models import ApiKey, User
from civstart.lib import embedded
from matching import meaning
from signals.models import Signal
from signals.queue.order import waiting
from tests import make, sites
from tests.bench import live, load, rows
from tests.bench.figures import Figure, share

COUNT, QUICK_COUNT = 50_000, 5_000
SECONDS, QUICK_SECONDS = 6.0, 1.5
DECISIONS, QUICK_DECISIONS = 100, 20
POOLS = {"no pool": "0", "pool of 4": "4"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that is measured, and under which name its bytes are kept for the bare view."""

    what: str
    path: str
    kept_as: str


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    count = QUICK_COUNT if quick else COUNT
    say(f"API: storing {count:,} approved and {count:,} pending signals")
    sam = make.user("Sam Staffer", is_staff=True, is_superuser=True)
    rows.signals(count, by=sam)
    meaning.embed_missing()
    rows.tidy()
    site.manage("collectstatic", "--noinput", "--verbosity", "0", env=production(site))
    results: dict[str, list[Figure]] = {}
    for name, size in list(POOLS.items())[: 1 if quick else None]:
        say(f"API: gunicorn as in the Procfile, {name}")
        _start(site, size)
        try:
            results[name] = _load(site, sam, name, quick=quick)
            if size == "0":
                pages = _pages(site, sam, count, quick=quick)
        except AssertionError:
            say(site.log("gunicorn")[-4000:])
            raise
        finally:
            site.stop("gunicorn")
    return [*max(results.values(), key=lambda figures: figures[0].ours), *pages]


def _start(site: sites.Site, pool_size: str) -> None:
    env = production(site) | {"DATABASE_POOL_SIZE": pool_size}
    site.start("gunicorn", ["sh", "-c", f"exec {web_command()}"], env)
    site.wait_for_web("gunicorn")


def production(site: sites.Site) -> dict[str, str]:
    """Return the environment of a production site over the same servers."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "DEBUG": "False",
        "DATABASE_URL": embedded.addresses(site.folder).database_url,
        "REDIS_URL": embedded.addresses(site.folder).redis_url,
        "ALLOWED_HOSTS": "localhost",
        "SECURE_SSL_REDIRECT": "False",
        "PORT": str(site.port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def web_command() -> str:
    """Return the Procfile's web command."""
    lines = (sites.ROOT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("web:"))


def _load(site: sites.Site, sam: User, pool: str, *, quick: bool) -> list[Figure]:
    _, secret = ApiKey.issue(make.user("Cleo Client"), name="bench")
    key = {"Authorization": f"Bearer {secret}"}
    one = Signal.objects.approved().order_by("-decided_at")[10]
    found = []
    for asked in (
        Asked("API list of 50 signals", "/api/v1/signals/", "list.json"),
        Asked("API detail of a signal", f"/api/v1/signals/{one.public_id}/", "detail.json"),
    ):
        found += _beside_bare(site, asked, key, f"gunicorn, {pool}", quick=quick)
    return found


def _beside_bare(
    site: sites.Site, asked: Asked, headers: dict[str, str], how: str, *, quick: bool
) -> list[Figure]:
    seconds = QUICK_SECONDS if quick else SECONDS
    request = load.get(asked.path, **headers)
    (answer,) = load.answers([request], site.port)
    folder = site.folder / "bare"
    folder.mkdir(exist_ok=True)
    (folder / asked.kept_as).write_bytes(answer.body)
    bare_request = load.get(f"/bare/{asked.kept_as}", **headers)
    (again,) = load.answers([bare_request], site.port)
    assert again.body == answer.body
    ours = load.run(site.port, lambda: request, seconds=seconds)
    bare = load.run(site.port, lambda: bare_request, seconds=seconds)
    size = f"{len(answer.body) / 1000:.0f} kB"
    return [
        Figure(
            f"{asked.what}, {size} ({how})",
            ours.rate,
            "requests/s",
            bare.rate,
            "for the same bytes, bare",
        ),
        Figure(f"{asked.what}, p95 of 8 at once", ours.p95_ms, "ms", bare.p95_ms, "ms, bare"),
    ]


def _pages(site: sites.Site, sam: User, count: int, *, quick: bool) -> list[Figure]:
    cookie = live.signed_in(sam)
    one = Signal.objects.approved().order_by("-decided_at")[10]
    found = []
    for what, path in (
        (f"Signals page, {count:,} approved", "/signals/"),
        ("Signals page, a search by words and meaning", "/signals/?q=leak+detection"),
        ("Signals page, a search within filters", "/signals/?q=pipe+inventory&state=oh&kind=need"),
        ("Signals page, filtered by state and kind", "/signals/?state=oh&kind=budget"),
        ("Signals page, four facets", "/signals/?amount=none&said=90&strength=2&stage=need"),
        ("Signals page, soonest deadline first", "/signals/?order=deadline"),
        ("Signal page", f"/signals/{one.public_id}/"),
        ("Place page", f"/places/{one.jurisdiction.public_id}/"),
        ("Meeting page", f"/meetings/{one.meeting.public_id}/"),
        ("Places page", "/places/"),
        ("Preview before saving a search", "/saved/new/?kind=budget&state=oh"),
        (f"Review page, {count:,} pending", f"/staff/review/{waiting()[5].public_id}/"),
        ("Review page, far down the queue", f"/staff/review/{waiting()[count // 2].public_id}/"),
        ("Review page, filtered", f"/staff/review/{waiting()[5].public_id}/?place=oh&kind=budget"),
        ("Staff start page", "/staff/"),
    ):
        request = load.get(path, Cookie=cookie)
        result = load.each([request] * (10 if quick else 40), site.port)
        found.append(Figure(f"{what}, p95", result.p95_ms, "ms"))
    return [*found, *_decisions(site, cookie, count, quick=quick)]


def _decisions(site: sites.Site, cookie: str, count: int, *, quick: bool) -> list[Figure]:
    """Decide as the open page does: the decision, and the next signal as it is shown."""
    first = list(waiting()[: QUICK_DECISIONS if quick else DECISIONS])
    both = []
    for one in first:
        after = load.get(f"/staff/review/{one.public_id}/next/?part=1", Cookie=cookie)
        both += [live.decision(one, cookie), after]
    seconds = load.each(both, site.port).seconds
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
