"""What a profile holds beside its own row, read for many startups in a few plain queries.

A prefetch makes a query set for each startup and relation, which for a hundred startups takes five
times as long as reading them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from startups.models import Startup


class Product(NamedTuple):
    name: str
    description: str


class Case(NamedTuple):
    """What the startup did for a customer. region_id: the state it was in, if that is known."""

    customer: str
    region_id: int | None
    summary: str
    result: str


@dataclass(slots=True)
class Contents:
    """A profile's tags, products and cases, and the names of the states served, by their keys."""

    tags: list[str] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    regions: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, startup: "Startup") -> Self:
        """Four queries, none with_profile()."""
        return cls(
            [one.name for one in startup.tags.all()],
            [Product(one.name, one.description) for one in startup.products.all()],
            [
                Case(one.customer, one.region_id, one.summary, one.result)
                for one in startup.case_studies.all()
            ],
            {one.pk: one.name for one in startup.service_regions.all()},
        )


Rows = Iterable[tuple[Any, ...]]


def grouped(*, tags: Rows, products: Rows, cases: Rows, regions: Rows) -> dict[int, Contents]:
    """Return the contents of each startup, the first of each row, that has any."""
    found: dict[int, Contents] = {}
    for startup, name in tags:
        found.setdefault(startup, Contents()).tags.append(name)
    for startup, *product in products:
        found.setdefault(startup, Contents()).products.append(Product(*product))
    for startup, *case in cases:
        found.setdefault(startup, Contents()).cases.append(Case(*case))
    for startup, region, name in regions:
        found.setdefault(startup, Contents()).regions[region] = name
    return found
