"""Measured precision: the last decision of each signal, by many views, at any size."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from signals import review
from signals.measure import precision, wilson
from signals.models import Evidence, Signal
from tests import make
from tests.support.counting import queries


def view(found, name):
    return {row.label: row.share for one in found.views if one.name == name for row in one.rows}


def decided(decision, by, **fields):
    signal = make.signal(**fields)
    if decision == "approve":
        review.approve(signal, by=by)
    else:
        review.reject(signal, reason="faint", by=by)
    return signal


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(50, 50, 0.929, 1.0), (49, 50, 0.895, 0.996), (0, 10, 0.0, 0.278), (8, 10, 0.490, 0.943)],
)
def test_intervals_are_wilsons(right, of, low, high):
    found = wilson.share(right, of)

    assert (found.low, found.high) == (
        pytest.approx(low, abs=0.001),
        pytest.approx(high, abs=0.001),
    )


def test_of_nothing_nothing_is_known():
    found = wilson.share(0, 0)

    assert (found.share, found.low, found.high) == (None, 0.0, 1.0)


def test_the_share_of_approvals_is_told_by_each_view(sam):
    source = make.source()
    review.approve(make.brought(source, kind="need", confidence=0.95), by=sam)
    decided("reject", sam, kind="need", category="energy-climate", confidence=0.93)
    decided("approve", sam, kind="budget", confidence=0.31, place=make.jurisdiction("Harrow"))

    found = precision.measure()

    assert (found.overall.right, found.overall.of) == (2, 3)
    assert (view(found, "kind")["Need"].right, view(found, "kind")["Need"].of) == (1, 2)
    assert view(found, "category")["Energy and climate"].right == 0
    assert view(found, "source")[str(source)].of == 1
    assert view(found, "source")[precision.NOT_WATCHED].of == 2
    assert view(found, "body")["City Council, Harrow, OH"].of == 1
    assert [(one.label, one.share.right, one.share.of) for one in found.bins] == [
        ("0.3 to 0.4", 1, 1),
        ("0.9 to 1.0", 1, 2),
    ]
    assert found.bins[1].foretold == pytest.approx(0.94)


def test_the_last_decision_counts_once(sam, ana):
    signal = decided("approve", sam)
    review.reopen(signal, by=ana)
    review.reject(signal, reason="quote", by=ana)

    found = precision.measure()

    assert (found.overall.right, found.overall.of) == (0, 1)


def test_what_was_reopened_and_waits_counts_for_nothing(sam):
    review.reopen(decided("approve", sam), by=sam)
    make.signal()

    assert precision.measure().overall.of == 0


def test_only_the_days_asked_for_count(as_sam, sam):
    old, new = decided("reject", sam), decided("approve", sam)
    Signal.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=200))
    day = f"{timezone.now() - timedelta(days=200):%Y-%m-%d}"
    url = reverse("admin:trust")

    overall = lambda query: as_sam.get(url + query).context["measured"].overall  # noqa: E731

    assert (overall("").right, overall("").of) == (1, 1)
    assert overall("?days=all").of == 2
    assert overall(f"?from={day}&to={day}").of == 1
    assert overall(f"?to={day}").right == 0
    assert new.status == "approved"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("?from=yesterday", "“yesterday” is no date"),
        ("?from=2026-13-45", "is no date"),
        ("?from=2026-11-02&to=2026-11-01", "is later than"),
        ("?from=%00", "is no date"),
        ("?from=<script>", "&lt;script&gt;"),
    ],
)
def test_wrong_days_are_said_to_be_wrong(as_sam, query, why):
    answer = as_sam.get(reverse("admin:trust") + query)

    assert answer.status_code == 400
    assert why in answer.content.decode()


@pytest.mark.parametrize("query", ["?days=99999999999", "?days=abc", "?to=9999-12-31", "?days=²"])
def test_odd_days_do_no_harm(as_sam, query):
    assert as_sam.get(reverse("admin:trust") + query).status_code == 200


def test_the_chart_has_words_and_a_table_beside_it(as_sam, sam):
    decided("approve", sam, confidence=0.85)
    decided("reject", sam, confidence=0.85)

    page = as_sam.get(reverse("admin:trust")).content.decode()

    assert 'role="img"' in page
    assert "0.8 to 0.9: foretold 85%, approved 50% of 2." in page
    assert '<th scope="row">0.8 to 0.9</th>' in page
    assert "1 of 2" in page


def test_too_sure_an_extractor_is_named(as_sam, sam):
    for _ in range(8):
        decided("reject", sam, confidence=0.95)

    assert "Too sure" in as_sam.get(reverse("admin:trust")).content.decode()


@pytest.mark.drill
def test_fifty_thousand_signals_take_as_many_queries(as_sam, sam):
    decided("approve", sam)
    url = reverse("admin:trust")
    as_sam.get(url)
    few = queries(lambda: as_sam.get(url + "?days=all"))
    _many(50_000, sam)
    decided("reject", sam)  # so that it is measured anew

    many = queries(lambda: as_sam.get(url + "?days=all"))

    assert many == few <= 14
    assert as_sam.get(url + "?days=all").context["measured"].overall.of == 50_002


def test_what_was_measured_is_kept_until_the_next_decision(as_sam, sam):
    decided("approve", sam)
    url = reverse("admin:trust")
    as_sam.get(url + "?days=30")
    first = queries(lambda: as_sam.get(url))

    again = queries(lambda: as_sam.get(url))
    decided("reject", sam)

    assert again < first
    assert as_sam.get(url).context["measured"].overall.of == 2


def _many(count, by):
    """Store decided signals by the thousand, each with the evidence it must have."""
    one = Signal.objects.defer("search").get()
    evidence = one.evidence.get()
    kinds = ("need", "budget", "initiative")
    made = Signal.objects.bulk_create(
        [
            Signal(
                meeting=one.meeting,
                jurisdiction=one.jurisdiction,
                title=f"Need {number}",
                kind=kinds[number % 3],
                category="transportation" if number % 2 else "housing-homelessness",
                strength=1 + number % 3,
                confidence=(number % 100) / 100,
                start_seconds=1,
                end_seconds=2,
                heard="",
                status="approved" if number % 3 else "rejected",
                decided_at=timezone.now(),
                decided_by=by,
            )
            for number in range(count)
        ],
        batch_size=5000,
    )
    Evidence.objects.bulk_create(
        [
            Evidence(
                signal=signal,
                segment=evidence.segment,
                first=0,
                last=5,
                quote="x",
                start_seconds=1,
                end_seconds=2,
            )
            for signal in made
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE signals_signal")
