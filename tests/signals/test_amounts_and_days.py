"""The kind of a sum and the days of a timeframe: stored, shown, filtered, and set by staff."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from signals import finding
from signals.extraction.deadlines import DOUBT
from signals.models import Signal
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples

SAID = (
    "Good morning, this is the session of the water committee, and all members are here.",
    "We need new pumps for the plant at $40,000 a year for five years by the end of March.",
    "Thank you, and we will take that up with the budget on the second of the month.",
    "We need a survey of the culverts under the county road in fiscal year 2027.",
)


@pytest.fixture
def stored(tmp_path, db, settings):
    """Two signals the local extractor would find, of a meeting of 10 February 2026."""
    settings.EXTRACTOR = "tests.support.extractors.Prices"
    make.jurisdiction()
    cues = [(30 + 8 * place, 37 + 8 * place, text) for place, text in enumerate(SAID)]
    ran = ingest(written(tmp_path, "council_2026-02-10.vtt", samples.vtt(*cues)))
    assert ran.code == 0, ran.errors
    return Signal.objects.order_by("pk")


@pytest.fixture(autouse=True)
def fresh_extractor():
    finding.extractor.cache_clear()
    yield
    finding.extractor.cache_clear()


def test_a_signal_keeps_what_was_said_and_what_it_means(stored):
    pumps, survey = stored

    assert (pumps.amount, pumps.amount_kind, pumps.amount_years) == (40000, "yearly", 5)
    assert pumps.amount_said == "$40,000 a year for five years"
    assert pumps.amount_words == "$40,000 a year for 5 years"
    assert (pumps.timeframe, pumps.due_from, pumps.due_by, pumps.due_is_deadline) == (
        "by the end of March",
        None,
        date(2026, 3, 31),
        True,
    )
    assert pumps.due_words == "by 31 Mar 2026"
    assert (survey.amount, survey.amount_kind) == (None, "")
    assert survey.due_words == "1 Jul 2026 to 30 Jun 2027"
    assert survey.due_doubt == DOUBT


def test_the_fiscal_year_of_the_jurisdiction_counts(tmp_path, settings, db):
    settings.EXTRACTOR = "tests.support.extractors.Prices"
    make.jurisdiction(fiscal_year_starts=10)
    cues = [(30 + 8 * place, 37 + 8 * place, text) for place, text in enumerate(SAID)]
    ingest(written(tmp_path, "council_2026-02-10.vtt", samples.vtt(*cues)))

    survey = Signal.objects.order_by("pk").last()

    assert (survey.due_from, survey.due_doubt) == (date(2026, 10, 1), "")


@pytest.mark.parametrize(
    ("amount", "kind", "years", "words"),
    [
        ("412000", "", None, "$412,000"),
        ("412000", "unknown", None, "$412,000"),
        ("412000", "one-off", None, "$412,000 once"),
        ("1900000", "yearly", None, "$1.9 million a year"),
        ("900", "monthly", 1, "$900 a month for 1 year"),
        ("2000000", "term", 5, "$2 million over 5 years"),
        ("2000000", "term", None, "$2 million over the term"),
        ("2000000", "up-to", 3, "up to $2 million over 3 years"),
        ("8.5", "per-unit", None, "$8.50 each"),
    ],
)
def test_an_amount_is_written_with_its_kind(amount, kind, years, words):
    signal = Signal(amount=Decimal(amount), amount_kind=kind, amount_years=years)

    assert signal.amount_words == words


@pytest.mark.parametrize(
    ("first", "last", "deadline", "words"),
    [
        (None, None, False, ""),
        (None, (2026, 3, 31), True, "by 31 Mar 2026"),
        ((2026, 2, 17), (2026, 2, 17), False, "on 17 Feb 2026"),
        ((2026, 9, 1), (2026, 11, 30), False, "1 Sep to 30 Nov 2026"),
        ((2026, 12, 1), (2027, 2, 28), False, "1 Dec 2026 to 28 Feb 2027"),
        ((2026, 7, 1), None, False, "from 1 Jul 2026"),
        (None, (2026, 7, 1), False, "until 1 Jul 2026"),
    ],
)
def test_days_are_written_as_people_say_them(first, last, deadline, words):
    signal = Signal(
        due_from=first and date(*first), due_by=last and date(*last), due_is_deadline=deadline
    )

    assert signal.due_words == words


def timed(**fields):
    facts = {"amount_kind": "yearly", "due_by": date(2026, 3, 31), "due_is_deadline": True}
    return make.signal(timeframe="by the end of March", **(facts | fields))


def test_pages_show_the_kind_and_the_days(as_rita, as_sam):
    approved = timed(status="approved", due_doubt=DOUBT)
    waiting = timed()

    for page in (as_rita.get("/signals/"), as_rita.get(f"/signals/{approved.public_id}/")):
        assert "$412,000 a year" in page.text
        assert "by 31 Mar 2026 (<span" in page.text
        assert "“by the end of March”" in page.text
        assert DOUBT in page.text
    review = as_sam.get(reverse("admin:review-signal", args=[waiting.public_id])).text
    assert "$412,000 a year" in review
    assert "by 31 Mar 2026 (<span" in review


def test_the_api_tells_kind_and_days(as_rita):
    timed(status="approved", amount_years=5, amount_said="$412,000 a year for five years")

    (row,) = as_rita.get("/api/v1/signals/").json()["results"]

    assert (row["amount"], row["amount_kind"], row["amount_years"]) == ("412000.00", "yearly", 5)
    assert row["amount_said"] == "$412,000 a year for five years"
    assert (row["due_from"], row["due_by"], row["due_is_deadline"]) == (None, "2026-03-31", True)


@pytest.mark.parametrize("address", ["/signals/", "/api/v1/signals/"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("due_before=2026-03-31", {"March"}),
        ("due_before=2026-03-30", set()),
        ("due_after=2026-04-01", {"Summer", "July"}),
        ("due_after=2026-03-31&due_before=2026-09-01", {"March", "Summer", "July"}),
        ("amount_kind=yearly", {"March", "July"}),
        ("amount_kind=yearly&amount_kind=unknown", {"March", "July", "Summer"}),
    ],
)
def test_signals_are_filtered_by_days_and_kind(as_rita, address, query, found):
    timed(title="March", status="approved")
    timed(
        title="Summer", status="approved", amount_kind="unknown", due_from=date(2026, 6, 1),
        due_by=date(2026, 8, 31), due_is_deadline=False,
    )  # fmt: skip
    timed(
        title="July", status="approved", due_from=date(2026, 7, 1), due_by=None,
        due_is_deadline=False,
    )  # fmt: skip
    make.signal("Never", status="approved", amount_kind="one-off")

    answer = as_rita.get(f"{address}?{query}")

    said = (
        {row["title"] for row in answer.json()["results"]}
        if "api" in address
        else {
            title for title in ("March", "Summer", "July", "Never") if f">{title}<" in answer.text
        }
    )
    assert said == found


@pytest.mark.parametrize("query", ["due_before=soon", "amount_kind=weekly"])
def test_a_filter_that_is_none_is_refused(as_rita, query):
    assert as_rita.get(f"/api/v1/signals/?{query}").status_code == 400
    assert "These filters cannot be used" in as_rita.get(f"/signals/?{query}").text


def test_what_is_due_soonest_comes_first_and_what_is_not_due_last(as_rita):
    make.signal("Never", status="approved")
    timed(title="Later", status="approved", due_by=date(2027, 1, 1))
    timed(title="Soon", status="approved")

    rows = as_rita.get("/api/v1/signals/?order=due").json()["results"]

    assert [row["title"] for row in rows] == ["Soon", "Later", "Never"]


def test_a_price_for_one_of_many_is_not_added_up(as_rita):
    make.signal(status="approved", amount=Decimal(1000))
    make.signal(status="approved", amount=Decimal(85), amount_kind="per-unit")

    assert "$1,000 named" in as_rita.get("/signals/").text


# --- What staff set -----------------------------------------------------------------------------


def change(client, signal, **fields):
    """Post the signal's form with other values in it, as a person who edits it would."""
    address = reverse("admin:signals_signal_change", args=[signal.pk])
    form = client.get(address).context["adminform"].form
    said = {name: form.initial.get(name) for name in form.fields} | fields
    posted = {
        name: value for name, value in said.items() if value is not None and value is not False
    }
    for inline in ("evidence", "reviews"):
        posted |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    answer = client.post(address, posted)
    signal.refresh_from_db()
    return answer


def test_staff_set_kind_and_days_and_it_is_noted_that_they_did(as_sam):
    signal = timed(due_doubt=DOUBT)

    answer = change(
        as_sam, signal, amount_kind="term", amount_years=4, due_from="2026-03-01",
        due_by="2026-04-30", due_is_deadline=False,
    )  # fmt: skip

    assert answer.status_code == 302, answer.context["errors"]
    assert (signal.amount_words, signal.due_words) == (
        "$412,000 over 4 years",
        "1 Mar to 30 Apr 2026",
    )
    assert signal.due_doubt == ""
    assert signal.edited == [
        "amount_kind", "amount_years", "due_by", "due_from", "due_is_deadline",
    ]  # fmt: skip


def test_new_words_are_resolved_anew(as_sam):
    signal = timed(at_meeting=make.meeting(held_on=date(2026, 2, 10)))

    change(as_sam, signal, timeframe="before June")

    assert (signal.due_words, signal.edited) == ("by 31 May 2026", ["timeframe"])


def test_another_amount_was_not_said_in_those_words(as_sam):
    signal = timed(amount_said="$412,000 a year")

    change(as_sam, signal, amount="5000", amount_kind="")

    assert (signal.amount_kind, signal.amount_said) == ("unknown", "")


def test_without_an_amount_it_has_no_kind(as_sam):
    signal = timed(amount_years=2)

    change(as_sam, signal, amount="")

    assert (signal.amount, signal.amount_kind, signal.amount_years) == (None, "", None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"due_from": "2026-05-01"}, "It ends on 31 Mar 2026, before it begins on 1 May 2026."),
        ({"due_by": "", "due_is_deadline": True}, "A deadline needs the day by which it is due."),
        ({"amount": "", "amount_kind": "term"}, "A kind belongs to an amount."),
        ({"amount_kind": "one-off", "amount_years": 3}, "A term in years belongs to an amount"),
        ({"amount_years": 0}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused_kindly(as_sam, fields, said):
    signal = timed()

    answer = change(as_sam, signal, **fields)

    assert answer.status_code == 200
    assert said in answer.text
    assert signal.edited == []
