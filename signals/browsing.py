"""One look at the list of signals: what was asked, what is found, and every way on from there."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils import timezone

from signals import deadlines, facets, searching
from signals.chips import NOT_ASKED, Chip, Chips
from signals.choices import Choices, Facet, Option
from signals.facets import Counts
from signals.filters import SignalFilter
from signals.models import Signal

PAGE_SIZE = 20
ORDERS = (
    ("-approved", "Newest first"),
    ("-strength", "Strongest first"),
    ("-amount", "Largest amount first"),
    ("deadline", "Soonest deadline first"),
)


class Counted(Paginator[Any]):
    """Pages of rows that were counted already."""

    def __init__(self, rows: Any, size: int, *, total: int) -> None:
        super().__init__(rows, size)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total


class Browsed:
    """What was asked of the list, and what it shows. Asks the database as its parts are used."""

    def __init__(self, asked: QueryDict) -> None:
        self.asked = asked
        newest_first = Signal.objects.approved().order_by("-decided_at", "-id")
        self.filter = SignalFilter(asked, queryset=newest_first)
        self.form = self.filter.form
        self.is_valid = self.form.is_valid()

    @cached_property
    def words(self) -> str:
        return str(self.form.cleaned_data.get("q") or "") if self.is_valid else ""

    @cached_property
    def counts(self) -> Counts:
        return facets.counted(self.filter) if self.is_valid else Counts()

    @cached_property
    def order(self) -> str:
        """The order in use: the best match first where words are searched, else the newest."""
        chosen = self.form.cleaned_data.get("order") if self.is_valid else None
        return chosen[0] if chosen else "match" if self.words else "-approved"

    @property
    def orders(self) -> list[Option]:
        """The orders to choose from. The usual one has no value, so that it follows the words."""
        usual = ("match", "Best match first") if self.words else ORDERS[0]
        found = [Option("", usual[1], None, self.order == usual[0])]
        others = [one for one in ORDERS if one != usual]
        return found + [Option(name, label, None, name == self.order) for name, label in others]

    @cached_property
    def page(self) -> Page[Any]:
        """The page that was asked for. One past the end is the last."""
        if not self.is_valid:
            return Counted([], PAGE_SIZE, total=0).get_page(1)
        pages = Counted(self.ids, PAGE_SIZE, total=self.counts.total)
        page = pages.get_page(self.asked.get("page"))
        page.object_list = _with_all(list(page.object_list))
        return page

    @cached_property
    def ids(self) -> Any:
        """The ids of all that is found, in order; to be sliced. The question must be valid."""
        if self.order == "match" and self.words:
            return self._by_match()
        if self.order == "deadline":
            return self._by_deadline()
        return self.filter.qs.values_list("pk", flat=True)

    def _by_match(self) -> "Parted":
        """The ids as ranked while they last; after them the rest by date."""
        rows = self.filter.unordered
        ranked = self.filter.kept(
            "ranked", lambda: searching.fused(rows, self.words, self.filter.meant)
        )
        rest = rows.exclude(pk__in=ranked)
        return Parted(ranked, lambda: len(ranked), rest.values_list("pk", flat=True))

    def _by_deadline(self) -> "Parted":
        """The ids of those due from today on, the soonest first; after them the rest by date.

        In two parts, each in the order of an index: put in order as a whole, all would be read.
        """
        today = timezone.now().date()
        due, rest = deadlines.parted(self.filter.unordered, today=today)
        ids, others = (part.values_list("pk", flat=True) for part in (due, rest))
        return Parted(ids, lambda: self.filter.kept(f"due-from-{today}", due.count), others)

    @cached_property
    def is_asked(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.chips)

    @property
    def query(self) -> str:
        """The question alone, as saved searches keep it: no page, no order, in a fixed order."""
        asked = QueryDict(mutable=True)
        for name in sorted(self.filter.filters):
            values = [one.strip() for one in self.asked.getlist(name) if one.strip()]
            if values and name not in NOT_ASKED:
                asked.setlist(name, sorted(set(values)))
        return asked.urlencode()

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in use, whether they can be used or not."""
        names = self._cleaned("state")
        states = {one.code.lower(): one.name for one in names}
        return Chips(self.asked, states=states, places=self.place_names, counts=self.counts).all()

    @cached_property
    def place_names(self) -> dict[str, str]:
        """The places asked for by public id, so that they can be named when they are gone."""
        return {str(one.public_id): str(one) for one in self._cleaned("place")}

    def _cleaned(self, name: str) -> Any:
        return getattr(self.form, "cleaned_data", {}).get(name) or ()

    @property
    def ways_on(self) -> list[Chip]:
        """What to drop so that something is found, the most first. One query if words are asked."""
        found = [chip for chip in self.chips if chip.count]
        if self.words and len(self.chips) > 1:
            asked = self.asked.copy()
            asked.pop("q")
            asked.pop("order", None)
            without = SignalFilter(asked, queryset=Signal.objects.approved())
            count = without.qs.count() if without.is_valid() else 0
            chip = next(chip for chip in self.chips if chip.name == "q")
            found += [Chip("q", chip.label, chip.query, count)] if count else []
        return sorted(found, key=lambda chip: -(chip.count or 0))

    @property
    def count_of_words_alone(self) -> int:
        """How many signals the words find without two or more filters. One query."""
        if not self.words or len(self.chips) < 3:
            return 0
        return Signal.objects.approved().filter(self.filter.found).count()

    @property
    def lacks_words(self) -> bool:
        """Whether the search holds no word to look for. One query."""
        return bool(self.words) and not searching.has_words(self.words)

    @property
    def is_exact(self) -> bool:
        return bool(self.words) and searching.is_exact(self.words)

    @cached_property
    def facets(self) -> list[Facet]:
        return Choices(self.asked, self.form, self.counts).facets()


class Parted:
    """Ids that are sliced: those of the first part in their order, then the rest in theirs.

    count: how many the first part has, asked for beyond its end alone.
    """

    def __init__(self, first: Any, count: Callable[[], int], rest: Any) -> None:
        self._first, self._count, self._rest = first, count, rest

    def __getitem__(self, part: slice) -> list[int]:
        start = part.start or 0
        found = list(self._first[start : part.stop])
        if missing := part.stop - start - len(found):
            # Kept a moment, the count may be of more than there are by now.
            begin = max(0, start - self._count()) if start and not found else 0
            found += self._rest[begin : begin + missing]
        return found


def _with_all(ids: list[int]) -> list[Signal]:
    """Return the signals, in this order, with all a row of the list shows. Two queries."""
    known = Signal.objects.approved().for_lists().in_bulk(ids)  # ids may have been kept a moment
    return [known[pk] for pk in ids if pk in known]
