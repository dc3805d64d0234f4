"""What a signal went through: written with each change, readable, and never altered."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from signals import editing, finding, review, speaking, threads, withholding
from signals.models import SignalChange, Speaker
from tests import make
from tests.conftest import signed_in
from tests.support.api import errors, rows
from tests.support.counting import queries


def whats(signal):
    return [change.what for change in signal.changes.order_by("pk")]


def page(client, signal):
    return client.get(reverse("admin:signal-history", args=[signal.public_id])).content.decode()


def post_edit(client, signal, **fields):
    form = {
        "title": signal.title,
        "summary": signal.summary,
        "kind": signal.kind,
        "category": signal.category,
        "strength": signal.strength,
        "amount": signal.amount,
        "timeframe": signal.timeframe,
        "thread": signal.thread_id or "",
        "stage": signal.stage,
    }
    for prefix in ("evidence", "reviews"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    url = reverse("admin:signals_signal_change", args=[signal.pk])
    return client.post(url, form | fields, follow=True)


def test_finding_is_written_with_extractor_version_and_evidence(needs_heard, db):
    transcript = make.transcript()
    transcript.segments.create(
        index=0, start_seconds=5, end_seconds=9, text="We need new pumps for the plant."
    )

    (signal,) = finding.signals_of(transcript).signals

    change = SignalChange.objects.get()
    assert (change.what, change.by, change.signal) == ("found", None, signal)
    assert (change.extractor, change.extractor_version) == ("hears-needs", "1")
    assert change.after["title"] == "New pumps for the water plant"
    assert change.evidence == [
        {
            "quote": "We need new pumps for the plant.",
            "start_seconds": 5.0,
            "end_seconds": 9.0,
            "file": "council.vtt",
            "version": 1,
            "anchor": "exact",
        }
    ]


def test_each_decision_is_written_with_who_and_why(sam, ana):
    signal = make.signal()

    review.approve(signal, by=sam)
    review.reopen(signal, by=ana)
    review.reject(signal, reason="awarded", note="Let in March.", by=sam)

    approved, reopened, rejected = signal.changes.order_by("pk")
    assert (approved.what, approved.by) == ("approved", sam)
    assert (approved.before, approved.after) == ({"status": "pending"}, {"status": "approved"})
    assert (reopened.what, reopened.by) == ("reopened", ana)
    assert rejected.after == {"status": "rejected", "reason": "awarded"}
    assert rejected.note == "Let in March."


def test_a_refused_decision_writes_nothing(sam, ana):
    signal = make.signal()
    review.approve(signal, by=sam)

    with pytest.raises(review.AlreadyDecided):
        review.approve(signal, by=ana)

    assert whats(signal) == ["approved"]


def test_an_edit_on_the_admin_form_is_written_with_before_and_after(as_sam, sam):
    signal = make.signal("Leak survey")

    post_edit(as_sam, signal, title="Leak survey of old mains", amount="90000")

    change = signal.changes.get()
    assert (change.what, change.by) == ("edited", sam)
    assert change.before == {"title": "Leak survey", "amount": "412000.00", "amount_kind": ""}
    assert change.after == {
        "title": "Leak survey of old mains",
        "amount": "90000.00",
        "amount_kind": "unknown",
    }
    assert change.evidence[0]["quote"] == make.QUOTE


def test_saving_the_form_unchanged_writes_nothing(as_sam):
    signal = make.signal()

    post_edit(as_sam, signal)

    assert not signal.changes.exists()


def test_another_thread_a_role_and_the_redaction_are_written(sam):
    first, second = make.signal("Leaks"), make.signal("Pumps")
    for one in (first, second):
        threads.Joiner(one.jurisdiction).attach(one)
    threads.split(second, by=sam) if first.thread_id == second.thread_id else threads.move(
        second, first.thread, by=sam
    )
    withholding.lift(first, by=sam)
    withholding.restore(first, by=sam)
    speaking.set_role(Speaker.objects.get(segments__evidence__signal=first), "vendor", by=sam)

    assert whats(second)[0] == "thread"
    assert whats(first) == ["lifted", "restored", "role"]
    assert first.changes.get(what="role").after == {"speaker_role": "vendor"}
    assert first.changes.get(what="lifted").after == {"shown_in_full": True}


def test_what_is_decided_elsewhere_is_not_edited(sam):
    signal = make.signal()

    for name in ("status", "decided_by", "thread", "nonsense"):
        with pytest.raises(editing.NotEditable, match="not edited by hand"):
            editing.edit(signal, {name: "x"}, by=sam)

    assert not signal.changes.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_alter_history(sam, change):
    signal = make.signal()
    review.approve(signal, by=sam)
    rows_of = SignalChange.objects.filter(signal=signal)

    with pytest.raises(DatabaseError, match="neither altered nor deleted"), transaction.atomic():
        rows_of.update(note="It was never so.") if change == "update" else rows_of.delete()

    assert rows_of.get().note == ""


def test_the_page_shows_each_change_with_its_difference(as_sam, sam):
    signal = make.signal("A survey of the leaking water mains of the old town")
    title = "A survey of the leaking gas mains of the old town"
    editing.edit(signal, {"title": title, "kind": "need"}, by=sam)
    review.reject(signal, reason="faint", note="Too little to go on.", by=sam)

    shown = page(as_sam, signal)

    assert "<del>water</del>" in shown
    assert "<ins>gas</ins>" in shown
    assert "<del>Budget</del> <ins>Need</ins>" in shown
    assert "<ins>Too faint</ins>" in shown
    assert "Too little to go on." in shown
    assert "Sam Staffer" in shown
    assert f"“{make.QUOTE}”" in shown
    assert shown.index("Rejected") < shown.index("Edited")


def test_the_page_offers_nothing_to_edit(as_sam, sam):
    signal = make.signal()
    review.approve(signal, by=sam)
    url = reverse("admin:signals_signalchange_change", args=[signal.changes.get().pk])

    assert 'name="_save"' not in as_sam.get(url).content.decode()
    assert as_sam.post(url, {"note": "x"}).status_code == 403
    assert "<form" not in page(as_sam, signal).split('id="history"')[1]


def test_djangos_own_history_button_leads_to_all_changes(as_sam, sam):
    signal = make.signal()
    review.approve(signal, by=sam)
    url = reverse("admin:signals_signal_history", args=[signal.pk])

    assert "Nothing here can be edited" in as_sam.get(url).content.decode()
    assert as_sam.get("/staff/signals/signal/none/history/").status_code == 404


def test_the_page_asks_as_often_for_many_changes(as_sam, sam):
    few, many = make.signal(), make.signal()
    review.approve(few, by=sam)
    for _ in range(6):
        review.approve(many, by=sam)
        review.reopen(many, by=sam)
    page(as_sam, few)

    assert queries(lambda: page(as_sam, many)) == queries(lambda: page(as_sam, few)) <= 14


def test_staff_read_history_over_the_api(as_sam, sam):
    signal = make.signal()
    review.reject(signal, reason="quote", by=sam)

    (row,) = rows(as_sam.get(f"/api/v1/signals/{signal.public_id}/history/"))

    assert (row["what"], row["by"]) == ("rejected", "Sam Staffer")
    assert row["before"] == {"status": "pending"}
    assert row["after"] == {"status": "rejected", "reason": "quote"}
    assert row["evidence"][0]["quote"] == make.QUOTE


def test_others_do_not_read_history(as_rita, rita, sam, client):
    signal = make.signal()
    review.approve(signal, by=sam)
    url = f"/api/v1/signals/{signal.public_id}/history/"

    assert errors(as_rita.get(url)) == [("permission_denied", None)]
    assert client.get(url).status_code == 401
    address = reverse("admin:signal-history", args=[signal.public_id])
    assert signed_in(rita).get(address).status_code == 403
