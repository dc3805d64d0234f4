"""What reviewers correct in a signal: its title and its quote."""

from collections.abc import Mapping

from django.db import transaction

from civstart.accounts.models import User
from civstart.events import outbox
from civstart.lib.errors import CivStartError
from signals import history, threads, withholding
from signals.extraction.verify import LONGEST_TITLE, SHORTEST_TITLE
from signals.models import Change, Review, Signal
from signals.queue import evidence, quoting

LONGEST = 200  # characters of a title
# What follows from the quote, and is put back with it.
FOLLOWS = ("start_seconds", "end_seconds", "speaker_name", "speaker_role", "stage")


class BadTitle(CivStartError):
    """The words are no title of 6 to 14 words."""


class NothingNew(CivStartError):
    """It stands like that already."""


class ChangedMeanwhile(CivStartError):
    """The signal is no longer what the reviewer looks at."""


def locked(signal: Signal) -> Signal:
    """Return the signal as it is stored now, held until the end of the transaction.

    Raise ChangedMeanwhile if it was deleted.
    """
    row = (
        Signal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting", "jurisdiction__region", "thread", "decided_by")
        .filter(pk=signal.pk)
        .first()
    )
    if row is None:
        raise ChangedMeanwhile(
            f'"{signal.title}" was deleted meanwhile. Nothing was changed; go on to the next.'
        )
    return row


def check_unmerged(signal: Signal) -> None:
    """Raise ChangedMeanwhile if the signal was merged into another one."""
    merger = getattr(signal, "merger", None)
    if merger is not None:
        raise ChangedMeanwhile(
            f'{merger.by} merged "{signal.title}" into "{merger.into}" at '
            f"{merger.at:%H:%M on %-d %b %Y} UTC. Nothing was changed; look at that one."
        )


def checked_title(words: str) -> str:
    """Return the title with single spaces. Raise BadTitle saying what is wrong with it."""
    title = " ".join(words.replace("\0", "").split())
    count = len(title.split())
    if not SHORTEST_TITLE <= count <= LONGEST_TITLE:
        raise BadTitle(
            f"The title has {count} word{'' if count == 1 else 's'}; "
            f"write {SHORTEST_TITLE} to {LONGEST_TITLE}."
        )
    if len(title) > LONGEST:
        raise BadTitle(f"The title has {len(title)} characters; write at most {LONGEST}.")
    return title


@transaction.atomic
def title(signal: Signal, words: str, *, by: User) -> Review:
    """Give the signal another title. Raise BadTitle, NothingNew or ChangedMeanwhile."""
    wanted = checked_title(words)
    row = locked(signal)
    check_unmerged(row)
    if row.title == wanted:
        raise NothingNew("That is its title already.")
    before = row.title
    with history.changing(row, history.What.EDITED, by=by):
        row.title = wanted
        row.save(update_fields=["title"])
        withholding.note(row)
    return _note(row, {"title": before}, {"title": wanted}, by=by)


@transaction.atomic
def quote(signal: Signal, words: str, *, by: User) -> Review:
    """Have the signal quote these words. Raise NotAQuote, NothingNew or ChangedMeanwhile."""
    row = locked(signal)
    check_unmerged(row)
    spans = quoting.find(words, row)
    own = evidence.as_rows(row)
    places = [(span.segment.pk, span.first, span.last) for span in spans]
    if [(one["segment_id"], one["first"], one["last"]) for one in own] == places and all(
        one["anchor"] == "exact" for one in own
    ):
        raise NothingNew("That is its quote already.")
    before = {
        "quote": " ".join(str(one["quote"]) for one in own),
        "evidence": own,
        "fields": {name: getattr(row, name) for name in FOLLOWS},
    }
    wanted = " ".join(span.words for span in spans)
    with history.changing(row, history.What.QUOTE, by=by, told={"quote": wanted}):
        evidence.write(row, spans)
        threads.settle_of(row, by=by)
    return _note(row, before, {"quote": wanted}, by=by)


def _note(
    signal: Signal, before: Mapping[str, object], after: Mapping[str, object], *, by: User
) -> Review:
    made = Review.objects.create(signal=signal, decision=Review.Decision.EDIT, by=by)
    Change.objects.create(review=made, before=before, after=after)
    # Events may leave the house, so they carry which parts changed and no words.
    outbox.record("signal.edited", subject=signal, by=by, data={"fields": sorted(after)})
    return made


def undo(signal: Signal, change: Change, *, by: User) -> None:
    """Put back what the edit changed."""
    before = change.before
    if "title" in before:
        signal.title = before["title"]
        signal.save(update_fields=["title"])
    if "evidence" in before:
        evidence.put_back(signal, before["evidence"])
        for name, value in before["fields"].items():
            setattr(signal, name, value)
        signal.save(update_fields=list(FOLLOWS))
        threads.settle_of(signal, by=by)
    withholding.note(signal)
    outbox.record("signal.edited", subject=signal, by=by, data={"fields": sorted(change.after)})
