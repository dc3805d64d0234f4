"""Acts of the queue in the full history of a signal: who did what, before and after."""

from django.urls import reverse

from signals.queue import editing, merging, parting, undoing
from tests import make
from tests.signals.queue.conftest import FIRST, SECOND

TITLE = "Leak detection for old iron mains"
SECOND_TITLE = "Replacement of the billing system by June"


def test_each_act_of_the_queue_stands_in_the_full_history(as_sam, sam, ana, spoken):
    first_title = spoken.title
    other = make.signal("Billing system for the water office", at_meeting=spoken.meeting)

    editing.title(spoken, TITLE, by=sam)
    editing.quote(spoken, SECOND, by=ana)
    parting.split(spoken, title=SECOND_TITLE, quote=FIRST, by=sam)
    merged, _ = merging.merge(spoken, into=other, by=ana)
    undoing.undo(merged, by=ana)

    title, quote, split, merge, undo = spoken.changes.order_by("pk")
    assert (title.what, title.by) == ("edited", sam)
    assert (title.before, title.after) == ({"title": first_title}, {"title": TITLE})
    assert [piece["quote"] for piece in title.evidence] == [FIRST]
    assert (quote.what, quote.by, quote.after["quote"]) == ("quote", ana, SECOND)
    assert [piece["quote"] for piece in quote.evidence] == [SECOND]
    assert quote.before["start_seconds"] < quote.after["start_seconds"]
    assert (split.what, split.by, split.after) == ("split", sam, {"second": SECOND_TITLE})
    assert (merge.what, merge.by) == ("merged", ana)
    assert merge.before["status"] == "pending"
    assert (merge.after["status"], merge.after["into"]) == ("rejected", other.title)
    assert (undo.what, undo.by) == ("undone", ana)
    assert (undo.before["status"], undo.after["status"]) == ("rejected", "pending")
    took, gave = other.changes.order_by("pk")
    assert (took.after, [piece["quote"] for piece in took.evidence]) == (
        {"took_over": TITLE},
        [make.QUOTE, SECOND],
    )
    assert (gave.what, gave.after, len(gave.evidence)) == ("undone", {"gave_back": TITLE}, 1)

    page = as_sam.get(reverse("admin:signal-history", args=[spoken.public_id]))
    shown = page.content.decode()
    for words in ("Sam Staffer", "Ana Ruiz", TITLE, SECOND_TITLE, other.title):
        assert words in shown
