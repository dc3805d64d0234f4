"""Startups and needs from files of JSON Lines, for ranking outside the site's own directory."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.db import DatabaseError, transaction

from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction, Region
from signals.models import Body, Meeting, Signal
from signals.words import Category, Kind, Strength
from startups.models import CaseStudy, Product, Startup, Tag

Row = dict[str, Any]

Stored = TypeVar("Stored")
STATE = "OH"  # where a need comes from that does not say


class BadExample(CivStartError):
    """A line of a file is no example."""


def rows(path: Path, *, needed: Iterable[str]) -> list[tuple[int, Row]]:
    """Return the objects of a file with their line numbers. Raise BadExample for what is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadExample(f"{path} cannot be read: {error}.") from None
    found = [(at, _row(path, at, line, needed)) for at, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadExample(f"{path} has no line in it. Give one JSON object a line.")
    return found


def _row(path: Path, at: int, line: str, needed: Iterable[str]) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadExample(f"{path} line {at}: not JSON ({error}).") from None
    if not isinstance(row, dict):
        raise BadExample(f"{path} line {at}: not an object.")
    for name in needed:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise BadExample(f'{path} line {at}: "{name}" is missing. Add it as a text.')
    return row


def load_startups(path: Path) -> int:
    """Store the startups of a file; return how many. Raise BadExample, naming the line."""
    found = rows(path, needed=("slug", "name"))
    regions = {region.code: region for region in Region.objects.all()}
    for at, row in found:
        _stored(path, at, partial(_startup, row, regions))
    return len(found)


def load_needs(path: Path) -> dict[str, Signal]:
    """Store the needs of a file as signals; return them by id. Raise BadExample, naming the
    line.
    """
    regions = {region.code: region for region in Region.objects.all()}
    made: dict[str, Signal] = {}
    for at, row in rows(path, needed=("id", "title")):
        if row["id"] in made:
            raise BadExample(f'{path} line {at}: the id "{row["id"]}" was on a line before.')
        made[row["id"]] = _stored(path, at, partial(_need, row, regions))
    return made


def _stored(path: Path, at: int, store: Callable[[], Stored]) -> Stored:
    try:
        with transaction.atomic():
            return store()
    except (DatabaseError, KeyError, TypeError, ValueError) as error:
        raise BadExample(f"{path} line {at}: cannot be stored ({str(error).strip()}).") from error


def _startup(row: Row, regions: dict[str, Region]) -> Startup:
    one_liner, description = row.get("one_liner") or "", row.get("description") or ""
    longest = Startup._meta.get_field("one_liner").max_length or 0
    if len(one_liner) > longest:
        one_liner, description = "", f"{one_liner} {description}"
    made = Startup.objects.create(
        slug=row["slug"],
        name=row["name"],
        one_liner=one_liner,
        description=description,
        team_size=row.get("team_size"),
        sells_to_government=bool(row.get("sells_to_government")),
    )
    made.tags.set([Tag.objects.get_or_create(name=name)[0] for name in row.get("tags") or ()])
    made.service_regions.set([regions[code] for code in row.get("service_states") or ()])
    for product in row.get("products") or ():
        Product.objects.create(
            startup=made, name=product["name"], description=product["description"]
        )
    for study in row.get("case_studies") or ():
        CaseStudy.objects.create(
            startup=made,
            customer=study["customer"],
            region=regions.get(study.get("state")),
            summary=study["summary"],
            result=study.get("result", ""),
        )
    return made


def _need(row: Row, regions: dict[str, Region]) -> Signal:
    """Store the need as a signal of a meeting of its own state, without evidence: it is ranked,
    never shown.
    """
    place, _ = Jurisdiction.objects.get_or_create(
        ocd_id=f"ocd-division/country:us/state:{row.get('state', STATE).lower()}",
        defaults={"name": "Examples", "region": regions[row.get("state", STATE)]},
    )
    body, _ = Body.objects.get_or_create(jurisdiction=place, name="Examples")
    return Signal.objects.create(
        meeting=Meeting.objects.create(body=body, held_on=date(2026, 1, 1), title=row["id"][:200]),
        jurisdiction=place,
        title=row["title"][: Signal._meta.get_field("title").max_length],
        summary=row.get("summary") or "",
        heard=row.get("quote") or "",
        kind=row.get("kind", Kind.NEED),
        category=row.get("category", Category.PUBLIC_WORKS),
        strength=row.get("strength", Strength.CLEAR),
        confidence=1.0,
        start_seconds=0,
        end_seconds=0,
    )
