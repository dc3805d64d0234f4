"""What a new web process would otherwise do while its first visitors wait: a second of work."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib import admin
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import get_resolver, reverse

from matching import embedders


def warm() -> None:
    """Load addresses, templates and the embedder. Asks no database and no other computer."""
    _load_addresses()
    _load_templates()
    embedders.prepare()


def _load_addresses() -> None:
    get_resolver().url_patterns  # noqa: B018
    for page in ("home", "admin:index", "api:signal-list"):  # one of each namespace
        reverse(page)


def _load_templates() -> None:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    for name in _templates(engine):
        engine.get_template(name)


def _templates(engine: DjangoTemplates) -> Iterator[str]:
    """Yield the names of ours, and of those of the admin, which ours extend."""
    theirs = Path(admin.__file__).parent / "templates"
    for folder in (*map(Path, engine.dirs), theirs):
        for path in sorted(folder.rglob("*.html")):
            yield path.relative_to(folder).as_posix()
