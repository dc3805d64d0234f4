"""The order of the queue, its filters and its pages."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from signals.models import Evidence, Signal
from signals.queue import chosen, order
from tests import make


def titles(query: str) -> list[str]:
    return [signal.title for signal in chosen.read(QueryDict(query)).rows()]


def test_the_surest_come_first_and_pleas_of_residents_last(db):
    make.signal("Plea, sure", confidence=0.99, speaker_role="public", kind="need")
    make.signal("Unsure", confidence=0.1)
    make.signal("Concern of residents", confidence=0.5, speaker_role="public", kind="community")
    make.signal("Sure", confidence=0.9)

    assert titles("") == ["Sure", "Concern of residents", "Unsure", "Plea, sure"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=procurement", ["Buses"]),
        ("category=transportation", ["Buses"]),
        ("strength=1", ["Buses"]),
        ("place=fenwick", ["Buses"]),
        ("place=Fenwick+Heights,+WA", ["Buses"]),
        ("place=oh", ["Mains"]),
        ("place=Fenwick+Heights,+OH", []),
        ("body=council", ["Mains", "Buses"]),
        ("body=school+board", []),
        ("sure_from=0.8", ["Mains"]),
        ("sure_to=0.8", ["Buses"]),
        ("sure_from=0.1&sure_to=0.5&kind=procurement", ["Buses"]),
        ("q=mains", ["Mains"]),
        ("q=-leaks+%22", ["Buses"]),
        ("look=lost", ["Buses"]),
        ("look=corrected", []),
        ("source=folder", ["Buses"]),
        ("source=legistar", []),
        # What makes no sense is as if it were not there.
        ("kind=boring&strength=9&sure_from=nan&sure_to=2&look=x&source=x", ["Mains", "Buses"]),
        ("place=%00&q=%00", ["Mains", "Buses"]),
    ],
)
def test_each_filter_takes_out_what_it_says(db, query, found):
    make.signal("Mains", confidence=0.9)
    buses = make.signal(
        "Buses", place=make.jurisdiction("Fenwick Heights", "WA"), confidence=0.3,
        kind="procurement", category="transportation", strength=1, summary="",
        quote="We want to lease four electric buses for the river line",
    )  # fmt: skip
    Evidence.objects.filter(signal=buses).update(anchor=Evidence.Anchor.LOST)
    make.upload(
        source=make.source("folder", "/data/in"),
        transcript=buses.meeting.transcripts.get(),
        status="read", content=None, finished_at=buses.created_at,
    )  # fmt: skip

    assert titles(query) == found


def test_the_pages_of_the_queue_hold_each_signal_once(db):
    made = [
        make.signal(f"Need {n}", confidence=(n % 3) / 10, speaker_role=role)
        for n in range(6)
        for role in ("staff", "public")
    ]
    rows = order.waiting()
    seen = order.first(rows, 5)
    while more := order.following(rows, seen[-1], 5):
        seen += more

    assert seen == list(rows)
    assert len(seen) == len(made)


MANY = 3000
PAGE = 60


def plans_of(ask) -> list[dict]:
    """Return the plans of the queries asked, as they ran.

    Without sorting: at a few thousand rows, reading and sorting them all costs about as much as
    reading them in order, and which of the two is chosen hangs on the sample statistics took.
    """
    with CaptureQueriesContext(connection) as asked:
        ask()
    plans = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off")
        for query in asked.captured_queries:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"])
            plans.append(cursor.fetchone()[0][0]["Plan"])
    return plans


def steps(plan: dict):
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def many_wait() -> None:
    """Thousands that wait, of which each tenth is a plea; two thirds are equally sure."""
    one = make.signal(confidence=0.5)
    names = [
        field.attname
        for field in Signal._meta.concrete_fields
        if not field.generated and not field.primary_key
    ]
    values = {name: getattr(one, name) for name in names}
    made = Signal.objects.bulk_create(
        Signal(
            **values
            | {
                "public_id": uuid4(),
                "confidence": 0.5 if number % 3 else number / MANY,
                "speaker_role": "public" if number % 10 == 0 else "staff",
            }
        )
        for number in range(MANY)
    )
    piece = one.evidence.values("segment_id", "first", "last", "quote", "start_seconds").get()
    ends = one.evidence.get().end_seconds
    Evidence.objects.bulk_create(
        Evidence(signal=signal, end_seconds=ends, **piece) for signal in made
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE signals_signal")


def test_a_place_in_the_queue_costs_the_same_however_many_wait(sam):
    many_wait()
    rows = order.waiting()
    asks = {
        "first": lambda: order.first(rows, PAGE),
        "next": lambda: order.next_for(sam, rows, None),
    }
    for place in (0, 700, 1500, 2690, 2900):  # the last is a plea, and behind 2690 pleas follow
        after = rows[place]
        asks |= {
            f"following {place}": partial(order.following, rows, after, PAGE),
            f"next {place}": partial(order.next_for, sam, rows, after),
        }

    for case, ask in asks.items():
        for plan in plans_of(ask):
            of_signals = [
                one for one in steps(plan) if one.get("Relation Name") == "signals_signal"
            ]
            used = {one.get("Index Name") for one in of_signals}
            looked_at = sum(
                one["Actual Rows"] + one.get("Rows Removed by Filter", 0) for one in of_signals
            )
            assert used == {"signal_queue_pleas_last"}, case
            assert looked_at <= PAGE, case


def test_next_goes_on_behind_the_signal_and_begins_again_at_the_end(sam):
    sure, unsure = make.signal(confidence=0.9), make.signal(confidence=0.2)
    rows = order.waiting()

    assert order.next_for(sam, rows, sure) == unsure
    assert order.next_for(sam, rows, unsure) == sure
    Signal.objects.filter(pk=sure.pk).update(status="pending")
    assert order.next_for(sam, rows.filter(pk=unsure.pk), unsure) is None


# --- Pages ---------------------------------------------------------------------------------


def test_the_next_signal_comes_as_a_part_within_the_filters(as_sam):
    first = make.signal("First", confidence=0.9, kind="need")
    make.signal("Of another kind", confidence=0.8, kind="budget")
    third = make.signal("Third", confidence=0.7, kind="need")
    address = reverse("admin:review-next", args=[first.public_id])

    part = as_sam.get(address, {"part": "1", "kind": "need"}).content.decode()

    assert f'data-id="{third.public_id}"' in part
    assert f'data-address="/staff/review/{third.public_id}/?kind=need"' in part
    assert "<html" not in part
    assert as_sam.get(address, {"kind": "need"}).url.endswith(f"{third.public_id}/?kind=need")


def test_behind_the_last_one_the_part_says_so(as_sam):
    only = make.signal()

    part = as_sam.get(reverse("admin:review-next", args=[only.public_id]), {"part": "1"})

    assert "data-none" in part.content.decode()


def test_a_filter_that_finds_nothing_offers_the_rest(as_sam):
    make.signal()

    page = as_sam.get(reverse("admin:review"), {"kind": "mandate"}).content.decode()

    assert "No signal with these filters waits" in page
    assert "Review all" in page


def test_filters_that_are_set_are_shown_and_each_can_be_removed(as_sam):
    signal = make.signal(kind="need")

    page = as_sam.get(
        reverse("admin:review-signal", args=[signal.public_id]),
        {"kind": "need", "place": "<b>OH"},
    ).content.decode()

    assert 'aria-label="Remove the filter Need"' in page
    assert "In &lt;b&gt;OH" in page
    assert 'href="/staff/review/?place=%3Cb%3EOH"' in page


def test_more_of_a_long_queue_is_fetched_behind_the_last_row(as_sam):
    for number in range(63):
        make.signal(f"Need {number:02}", confidence=0.9 - number / 100)
    first = order.waiting()[0]
    page = as_sam.get(reverse("admin:review-signal", args=[first.public_id])).content.decode()
    assert page.count('class="queue-item"') == 60
    assert "Show more" in page

    behind = order.waiting()[59]
    more = as_sam.get(reverse("admin:review-more-part", args=[behind.public_id])).content.decode()

    assert more.count('class="queue-item"') == 3
    assert "Show more" not in more


def test_a_signal_far_down_is_listed_with_what_follows_it(as_sam):
    for number in range(64):
        make.signal(f"Need {number:02}", confidence=0.9 - number / 100)
    far = order.waiting()[62]

    page = as_sam.get(reverse("admin:review-signal", args=[far.public_id])).content.decode()

    assert 'aria-current="page"' in page
    assert page.count('class="queue-item"') == 2
    assert "From here on" in page


def test_the_parts_ask_the_same_however_many_wait(as_sam, django_assert_max_num_queries):
    signal = make.signal("First", confidence=0.99)
    for number in range(8):
        make.signal(f"Need {number}", place=make.jurisdiction(f"Town {number}"))
    address = reverse("admin:review-next", args=[signal.public_id])
    decide = reverse("admin:review-decide", args=[signal.public_id])
    here = reverse("admin:review-here", args=[signal.public_id])
    alike = reverse("admin:review-alike-part", args=[signal.public_id])

    for path, most in ((f"{address}?part=1", 14), (alike, 8)):
        with django_assert_max_num_queries(most):
            as_sam.get(path)
    with django_assert_max_num_queries(13):
        as_sam.post(here, headers={"X-Queue": "1"})
    with django_assert_max_num_queries(30):
        as_sam.post(decide, {"decision": "approve"}, headers={"X-Queue": "1"})
