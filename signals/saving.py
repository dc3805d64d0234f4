"""Saved searches: kept, changed, repaired and dropped by the person they belong to."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from civstart.accounts.models import User
from civstart.lib.errors import CivStartError
from civstart.places.models import Jurisdiction, Region
from signals import searching
from signals.browsing import Browsed
from signals.chips import Chips
from signals.filters import SignalFilter
from signals.models import SavedSearch, Signal, SignalQuerySet, Tell

MOST_SAVED = 50
LONGEST_QUERY = 2000


class NotSaved(CivStartError):
    """A search cannot be kept so."""


class Broken(CivStartError):
    """A saved search asks for something that is no longer there."""


class TooMany(CivStartError):
    """The person keeps as many as one can."""


@transaction.atomic
def save(asked: Browsed, *, name: str, tell: str, by: User) -> SavedSearch:
    """Keep the question. Raise NotSaved if it asks nothing or the name is taken, TooMany at 50."""
    alone(by)
    query = _query(asked)
    kept = by.saved_searches.count()
    if kept >= MOST_SAVED:
        raise TooMany(
            f"You keep {kept} saved searches, and {MOST_SAVED} is the most. "
            "Delete one that you no longer need, then save this one."
        )
    name = _free_name(name, by=by)
    return SavedSearch.objects.create(
        user=by, name=name, query=query, place_names=asked.place_names, tell=Tell(tell)
    )


@transaction.atomic
def change(saved: SavedSearch, asked: Browsed, *, name: str, tell: str, by: User) -> None:
    """Change what it asks, its name and how to be told. Raise NotSaved as save does."""
    alone(by)
    saved.query = _query(asked)
    saved.name = _free_name(name, by=by, but=saved)
    saved.place_names = asked.place_names
    if saved.tell != tell:
        saved.told_until = timezone.now()  # what was told in another way is not told again
    saved.tell = Tell(tell)
    saved.save(update_fields=["query", "name", "place_names", "tell", "told_until"])


def alone(by: User) -> None:
    """Let one request at a time change what the person keeps, so that the limits hold."""
    User.objects.select_for_update().get(pk=by.pk)


def _query(asked: Browsed) -> str:
    if not asked.is_valid:
        raise NotSaved(
            "This search cannot be used as it is. Take out what is marked, then save it."
        )
    if not asked.query:
        raise NotSaved("The search asks for nothing. Choose a filter or type words, then save it.")
    if len(asked.query) > LONGEST_QUERY:
        raise NotSaved(
            f"The search is {len(asked.query):,} characters long; {LONGEST_QUERY:,} is the most. "
            "Choose fewer places or filters."
        )
    return asked.query


def _free_name(name: str, *, by: User, but: SavedSearch | None = None) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise NotSaved("Give the search a name, so that notices can say which one found a signal.")
    others = by.saved_searches.exclude(pk=but.pk) if but else by.saved_searches
    if others.filter(name__iexact=name).exists():
        raise NotSaved(f"You keep a search called “{name}” already. Give this one another name.")
    return name


def pause(saved: SavedSearch) -> None:
    saved.paused_at = saved.paused_at or timezone.now()
    saved.save(update_fields=["paused_at"])


def resume(saved: SavedSearch) -> None:
    """Tell again, of what is approved from now on."""
    saved.paused_at, saved.told_until = None, timezone.now()
    saved.save(update_fields=["paused_at", "told_until"])


def give_feed(saved: SavedSearch) -> None:
    """Give it a feed with a new secret address; an address given before is good no longer."""
    saved.feed_serial += 1
    saved.feed_made_at = timezone.now()
    saved.save(update_fields=["feed_serial", "feed_made_at"])


def revoke_feed(saved: SavedSearch) -> None:
    saved.feed_made_at = None
    saved.save(update_fields=["feed_made_at"])


# --- What a search finds -----------------------------------------------------------------------


def found(saved: SavedSearch, *, among: SignalQuerySet | None = None) -> SignalQuerySet:
    """Return the approved signals it finds. Raise Broken, naming what is gone.

    among: only these; the meaning of each is compared then, however much else is nearer.
    """
    rows = Signal.objects.approved() if among is None else among.approved()
    question = SignalFilter(QueryDict(saved.query), queryset=rows)
    if not question.is_valid():
        raise Broken(fault(saved))
    words = question.form.cleaned_data.get("q") or ""
    if words and among is not None:
        ids = list(rows.values_list("pk", flat=True))
        question.meant = searching.by_meaning(words, among=ids)
    result: SignalQuerySet = question.qs
    return result


def fault(saved: SavedSearch) -> str:
    """Return what of the search can no longer be used, as a sentence; "" if all can."""
    return states([saved])[0][1]


def states(rows: Sequence[SavedSearch]) -> list[tuple[list[str], str]]:
    """Return for each search what it asks, in words, and why it cannot be used, "" if it can.

    Two queries for any number.
    """
    known = _known({one for row in rows for one in _places(row)})
    regions = {region.code.lower(): region.name for region in Region.objects.all()}
    return [_state(row, known, regions) for row in rows]


def _state(saved: SavedSearch, known: set[str], regions: dict[str, str]) -> tuple[list[str], str]:
    asked = QueryDict(saved.query, mutable=True)
    words = [chip.label for chip in Chips(asked, states=regions, places=saved.place_names).all()]
    gone = [saved.place_names.get(one, "A place") for one in _places(saved) if one not in known]
    unknown = [code for code in asked.getlist("state") if code.lower() not in regions]
    for name in ("place", "state"):
        asked.pop(name, None)
    errors = SignalFilter(asked, queryset=Signal.objects.none()).form.errors
    return words, _fault(saved, gone, [*errors, *(["state"] if unknown else [])])


def _fault(saved: SavedSearch, gone: Sequence[str], faulty: Sequence[str]) -> str:
    if gone:
        what = (
            f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} no longer among our places"
        )
    elif faulty:
        what = f"A filter of “{saved}” ({', '.join(faulty)}) can no longer be used"
    else:
        return ""
    return (
        f"{what}, so “{saved}” finds nothing and tells you nothing. "
        "Repair it to go on without, or delete it."
    )


def _places(saved: SavedSearch) -> list[str]:
    return QueryDict(saved.query).getlist("place")


def _known(ids: Collection[str]) -> set[str]:
    rows = Jurisdiction.objects.filter(public_id__in=ids).values_list("public_id", flat=True)
    return {str(one) for one in rows} if ids else set()


@transaction.atomic
def repair(saved: SavedSearch) -> str:
    """Drop what can no longer be used; return what was dropped, as words.

    Raise NotSaved if nothing would be left.
    """
    asked = QueryDict(saved.query, mutable=True)
    known = _known(_places(saved))
    gone = [saved.place_names.get(one, "a place") for one in _places(saved) if one not in known]
    asked.setlist("place", [one for one in _places(saved) if one in known])
    question = SignalFilter(asked, queryset=Signal.objects.none())
    for name in list(question.form.errors):
        asked.pop(name, None)
        gone.append(name)
    left = Browsed(asked)
    if not left.query:
        raise NotSaved(
            f"“{saved}” asks for nothing else than {' and '.join(gone)}. Delete it, or open it and "
            "choose something new."
        )
    saved.query, saved.place_names = left.query, left.place_names
    saved.told_until = timezone.now()
    saved.save(update_fields=["query", "place_names", "told_until"])
    return " and ".join(gone)
