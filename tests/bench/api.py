"""The API and every list under gunicorn, as the Procfile starts it, over many signals."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from civstart.accounts.models import ApiKey, User
from civstart.lib import embedded
from signals.models import Signal
from tests import make, sites
from tests.bench import costs, load, pages, rows, vectors
from tests.bench.figures import Figure

COUNT, QUICK_COUNT = 50_000, 5_000
SECONDS, QUICK_SECONDS = 6.0, 1.5
POOLS = {"no pool": "0", "pool of 4": "4"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that is measured, and under which name its bytes are kept for the bare view."""

    what: str
    path: str
    kept_as: str


def measure(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    """Load the API's list and one signal of it."""
    sam, _ = _fill(site, quick=quick, say=say)
    results: dict[str, list[Figure]] = {}
    for name, size in list(POOLS.items())[: 1 if quick else None]:
        say(f"API: gunicorn as in the Procfile, {name}")
        start(site, size)
        try:
            results[name] = _load(site, sam, name, quick=quick)
        except AssertionError:
            say(site.log("gunicorn")[-4000:])
            raise
        finally:
            site.stop("gunicorn")
    return max(results.values(), key=lambda figures: figures[0].ours)


def measure_lists(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> list[Figure]:
    """Ask for every list, eight people at once; then tell what one request of each costs."""
    sam, count = _fill(site, quick=quick, say=say)
    asked = list(pages.lists(sam, count))
    start(site, "0")
    try:
        shown = pages.measure(site.port, sam, count, asked, quick=quick, say=say)
    finally:
        site.stop("gunicorn")
    return [*shown, *costs.measure(site, production(site), asked, quick=quick, say=say)]


def _fill(site: sites.Site, *, quick: bool, say: Callable[[str], None]) -> tuple[User, int]:
    """Store what is asked for, once: a part after this one finds it."""
    count = QUICK_COUNT if quick else COUNT
    known = User.objects.filter(name="Sam Staffer", is_superuser=True).first()
    if known:
        return known, count
    say(f"Storing {count:,} approved and {count:,} pending signals")
    sam = make.user("Sam Staffer", is_staff=True, is_superuser=True)
    rows.signals(count, by=sam)
    vectors.fill()
    rows.tidy()
    site.manage("collectstatic", "--noinput", "--verbosity", "0", env=production(site))
    return sam, count


def start(site: sites.Site, pool_size: str) -> None:
    """Start gunicorn as the Procfile does, and wait until it answers."""
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
