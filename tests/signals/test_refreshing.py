"""Details of stored signals told anew after an upgrade: by batches, again and again, quietly."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command

from civstart.events.models import Event
from signals import refreshing
from signals.models import DETAILS_VERSION, Evidence, Segment, Signal, Thread
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples
from tests.signals.talk import MORNING, timed

QUOTE = (
    "The contract with the county expires in June and we issued an RFP for pumps at $40,000 a year"
)


def old(quote=QUOTE, **fields):
    """A signal as an older version stored it: no kind of amount, no days, no thread."""
    facts = {
        "amount": Decimal(40000),
        "timeframe": "in June",
        "stage": "need",
        "at_meeting": make.meeting(held_on=date(2026, 2, 10)),
    }
    return make.signal(quote=quote, **(facts | fields))


def refresh(capsys, *arguments):
    call_command("refresh_signals", *arguments)
    return capsys.readouterr().out.strip()


def test_details_are_told_from_the_words(db, capsys):
    signal = old()

    out = refresh(capsys)

    signal.refresh_from_db()
    assert (signal.amount_kind, signal.amount_said) == ("yearly", "$40,000 a year")
    assert (signal.due_by, signal.due_is_deadline) == (date(2026, 6, 30), True)
    assert signal.stage == "renewal"
    assert signal.thread is not None
    assert signal.details_version == DETAILS_VERSION
    assert out == (
        "1 signals looked at: 1 changed in stage, 1 changed in kind of amount, "
        "1 changed in days, 1 changed in thread."
    )


def test_the_history_says_what_a_refresh_changed(db, capsys):
    signal = old()

    refresh(capsys)
    refresh(capsys, "--all")

    change = signal.changes.get(what="refreshed")
    assert change.by is None
    assert (change.before["stage"], change.after["stage"]) == ("need", "renewal")
    assert change.after["due_by"] == "2026-06-30"
    assert "summary" not in change.after
    assert change.evidence[0]["quote"] == QUOTE


def test_a_dry_run_writes_no_history(db, capsys):
    signal = old()

    refresh(capsys, "--dry-run")

    assert not signal.changes.filter(what="refreshed").exists()


def test_the_second_time_nothing_is_left(db, capsys):
    old()
    refresh(capsys)

    assert refresh(capsys) == "0 signals looked at: none changed."
    assert refresh(capsys, "--all") == "1 signals looked at: none changed."


def test_a_dry_run_says_what_would_change_and_changes_nothing(db, capsys):
    signal = old()

    out = refresh(capsys, "--dry-run")

    assert "1 would change in kind of amount" in out
    signal.refresh_from_db()
    assert (signal.amount_kind, signal.thread, signal.details_version) == ("", None, 0)
    assert not Thread.objects.exists()


def test_a_run_that_was_stopped_goes_on(db, capsys):
    rows = [old() for _ in range(5)]
    batches = refreshing.refresh(batch=2)
    assert next(batches).count == 2  # and the power goes

    assert refresh(capsys, "--batch", "2").startswith("3 signals looked at")
    assert {row.details_version for row in Signal.objects.all()} == {DETAILS_VERSION}
    assert refresh(capsys, "--all", "--after", str(rows[3].pk)).startswith("1 signals looked at")


def test_what_staff_set_stays(db, capsys):
    signal = old(
        amount_kind="term", amount_years=3, due_by=date(2026, 12, 1), stage="budgeted",
        edited=["amount_kind", "due_by", "stage"],
    )  # fmt: skip

    refresh(capsys)

    signal.refresh_from_db()
    assert (signal.amount_kind, signal.amount_years) == ("term", 3)
    assert (signal.due_by, signal.stage) == (date(2026, 12, 1), "budgeted")


def test_what_staff_set_before_it_was_noted_is_read_from_the_log(sam, capsys):
    signal = old(stage="award")
    LogEntry.objects.create(
        user=sam,
        content_type=ContentType.objects.get_for_model(Signal),
        object_id=str(signal.pk),
        object_repr=str(signal),
        action_flag=CHANGE,
        change_message='[{"changed": {"fields": ["Stage", "Title"]}}]',
    )

    refresh(capsys)

    signal.refresh_from_db()
    assert (signal.stage, signal.edited) == ("award", ["stage"])


def test_a_kind_that_an_extractor_knew_stays_where_the_words_tell_none(db, capsys):
    signal = old(quote="We need pumps for $40,000 before the winter comes.", amount_kind="yearly")

    refresh(capsys)

    signal.refresh_from_db()
    assert (signal.amount_kind, signal.amount_said) == ("yearly", "$40,000")


def test_a_sum_named_outside_the_quote_is_looked_for_beside_it(db, capsys):
    signal = old(quote="We need pumps for the plant before the winter comes.")
    Segment.objects.filter(index=0).update(text="It would be a one-time cost of $40,000.")

    refresh(capsys)

    signal.refresh_from_db()
    assert (signal.amount_kind, signal.amount_said) == ("one-off", "one-time cost of $40,000")


def test_nobody_is_told(db, capsys, react):
    old(status="approved")
    old(status="approved", at_meeting=make.meeting(held_on=date(2026, 3, 10)))
    before = Event.objects.count()

    refresh(capsys)

    assert Event.objects.count() == before


def test_a_rejected_signal_joins_no_thread(db, capsys):
    signal = old(status="rejected")

    refresh(capsys)

    signal.refresh_from_db()
    assert signal.thread is None


def test_withheld_words_are_told_anew(tmp_path, db, needs_heard, capsys):
    make.jurisdiction()
    said = (
        "Hello, my name is Odalys Brenner and I live here.",
        *MORNING[:1],
        "We need pumps for the plant, as Odalys Brenner said to the board before.",
    )
    ingest(written(tmp_path, "council.vtt", samples.vtt(*timed(said))))
    Evidence.objects.update(hidden=[])
    Signal.objects.update(hidden={}, redacted={}, details_version=0)

    assert "1 changed in withheld words" in refresh(capsys)

    assert Evidence.objects.get().hidden
    assert not Signal.objects.matching_words("Odalys").exists()


def test_a_batch_of_nothing_is_refused(db):
    with pytest.raises(CommandError, match="--batch is 0; name 1 or more"):
        call_command("refresh_signals", "--batch", "0")
