"""A saved search for programs that cannot sign in: its secret address, and the Atom feed.

RFC 4287. The calendar of deadlines is in calendars.py.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html

from civstart.lib.errors import CivStartError
from signals import keeping, saving
from signals.models import Evidence, SavedSearch, Signal
from signals.models.searches import FEED_SIGNER

MOST_ENTRIES = 100
SHOWN = (
    "public_id",
    "title",
    "kind",
    "category",
    "amount",
    "amount_kind",
    "amount_years",
    "due_from",
    "due_by",
    "due_is_deadline",
    "hidden",
    "redaction_lifted_at",
    "decided_at",
    "jurisdiction__name",
    "jurisdiction__region__code",
    "meeting__held_on",
    "meeting__body__name",
)


class NoFeed(CivStartError):
    """The address is not, or no longer, that of a feed."""


def of_token(token: str) -> SavedSearch:
    """Return the saved search the secret belongs to. Raise NoFeed if it is good no longer."""
    try:
        public_id, serial = FEED_SIGNER.unsign(token).split("-")
        found = SavedSearch.objects.select_related("user").get(
            public_id=public_id, feed_serial=serial
        )
    except (signing.BadSignature, ValueError, SavedSearch.DoesNotExist) as error:
        raise NoFeed(
            "This is not, or no longer, the address of a feed. Copy the whole address anew from "
            "your saved searches."
        ) from error
    if found.feed_made_at is None or not found.user.is_active:
        raise NoFeed("This feed was turned off. Make a new address under your saved searches.")
    return found


def kept(saved: SavedSearch, *, url: str) -> str:
    """Return the feed, written anew if anything happened since. Raise saving.Broken."""
    asked = {"id": str(saved.public_id), "name": saved.name, "query": saved.query, "url": url}
    return keeping.kept("feed", asked, lambda: atom(saved, newest(saved), url=url))


def newest(saved: SavedSearch) -> list[Signal]:
    """Return the newest it finds. Three queries, and those of the words it asks for.

    Raise saving.Broken if it can find nothing any more.
    """
    rows = saving.found(saved).order_by("-decided_at", "-id").values_list("pk", flat=True)
    pieces = Evidence.objects.only("signal", "position", "quote", "hidden").order_by("position")
    known = (
        Signal.objects.only(*SHOWN)
        .select_related("jurisdiction__region", "meeting__body")
        .prefetch_related(Prefetch("evidence", pieces))
        .in_bulk(ids := list(rows[:MOST_ENTRIES]))
    )
    return [known[pk] for pk in ids if pk in known]


def atom(saved: SavedSearch, signals: Sequence[Signal], *, url: str) -> str:
    feed = Atom1Feed(
        title=f"CivStart: {saved}",
        link=f"{settings.SITE_URL}{reverse('signals')}?{saved.query}",
        description="",
        subtitle="What local governments said they need, in their own words.",
        feed_url=url,
        feed_guid=f"urn:uuid:{saved.public_id}",
        language="en",
    )
    for signal in signals:
        feed.add_item(
            title=f"{signal.jurisdiction}: {signal.shown_title}",
            link=address(signal),
            description=_content(signal),
            unique_id=f"urn:uuid:{signal.public_id}",
            pubdate=signal.decided_at,
            updateddate=signal.decided_at,
            author_name=str(signal.jurisdiction),
            categories=[signal.get_category_display(), signal.get_kind_display()],
        )
    return str(feed.writeString("utf-8"))


def _content(signal: Signal) -> str:
    day = f", {signal.meeting.held_on:%-d %b %Y}" if signal.meeting.held_on else ""
    amount = format_html("<p>{} named.</p>", signal.amount_words) if signal.amount_words else ""
    due = format_html("<p>Due {}.</p>", signal.due_words) if signal.due_words else ""
    return format_html(
        "<blockquote><p>“{}”</p></blockquote><p>{}{}</p>{}{}",
        signal.shown_quote,
        signal.meeting.body.name,
        day,
        amount,
        due,
    )


def address(signal: Signal) -> str:
    return f"{settings.SITE_URL}{reverse('signal', args=[signal.public_id])}"
