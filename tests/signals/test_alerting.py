"""Who keeps a search or follows something is told of new approved signals, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from civstart.events.models import Event
from civstart.notices.models import Notice
from matching.models import MatchPolicy
from signals import digests, review
from signals.models import Follow, SavedSearch, Signal
from tests import make
from tests.signals.test_saved_pages import threaded

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_matches(db):
    """No startup reaches the bar, so that whoever is told is told because of a search."""
    MatchPolicy.objects.update(bar=100)


def keep(user, query="kind=budget", name="Budgets", **fields):
    return SavedSearch.objects.create(user=user, name=name, query=query, **fields)


def approve(title="Pumps for the plant", *, by, **fields):
    signal = make.signal(title, **fields)
    review.approve(signal, by=by)
    return signal


def told(user):
    return list(Notice.objects.filter(user=user).values_list("text", flat=True))


def test_who_searched_for_it_is_told_at_once(sam, rita, react):
    keep(rita)

    signal = approve(by=sam)
    react()

    notice = Notice.objects.get(user=rita)
    assert notice.text == "Marlow Falls, OH: Pumps for the plant. Found for “Budgets”"
    assert notice.url == f"/signals/{signal.public_id}/"
    assert notice.event.audience == ["staff", f"user.{rita.public_id}"]


@pytest.mark.parametrize(
    ("query", "is_told"),
    [
        ("q=pumps", True),
        ("q=zeppelins", False),
        ("kind=need", False),
        ("state=OH&strength=3", True),
        ("amount=250k-1m", True),
        ("q=water+pumping+plant", True),
    ],
)
def test_only_what_the_search_finds_is_told(sam, rita, react, query, is_told):
    keep(rita, query)

    approve(by=sam)
    react()

    assert bool(told(rita)) is is_told


def test_a_search_by_meaning_is_told_too(sam, rita, react):
    keep(rita, "q=pipe+leak+sensor")

    approve(
        "Sensors that hear where pipes drip",
        by=sam,
        summary="The utility looks for escaping water underground.",
    )
    react()

    assert len(told(rita)) == 1


def test_a_person_is_told_once_however_many_searches_find_it(sam, rita, react):
    for number in range(4):
        keep(rita, name=f"Search {number}")
    Follow.objects.create(user=rita, category="water-utilities")

    approve(by=sam)
    react()

    assert told(rita) == [
        "Marlow Falls, OH: Pumps for the plant. Found for “Search 0”, “Search 1” and 3 more"
    ]


def test_who_is_told_of_a_match_is_not_told_again(sam, rita, react):
    MatchPolicy.objects.update(bar=1)
    keep(rita)

    approve("Find the leaks in the mains", by=sam)
    react()

    (text,) = told(rita)
    assert "matched Leakwise" in text


def test_a_signal_approved_again_is_not_told_again(sam, rita, react):
    keep(rita)
    signal = approve(by=sam)
    react()

    review.reopen(signal, by=sam)
    review.approve(signal, by=sam)
    react()

    assert len(told(rita)) == 1


def test_a_signal_withdrawn_meanwhile_is_not_told(sam, rita, react):
    keep(rita)
    signal = approve(by=sam)
    review.reopen(signal, by=sam)

    react()

    assert told(rita) == []


@pytest.mark.parametrize("fields", [{"tell": "none"}, {"paused_at": timezone.now()}])
def test_what_is_paused_or_not_to_tell_tells_nothing(sam, rita, react, fields):
    keep(rita, **fields)

    approve(by=sam)
    react()

    assert told(rita) == []


def test_who_may_no_longer_sign_in_is_not_told(sam, rita, react):
    keep(rita)
    rita.is_active = False
    rita.save()

    approve(by=sam)
    react()

    assert told(rita) == []


def test_a_search_that_is_broken_keeps_nobody_else_from_being_told(sam, rita, stranger, react):
    keep(rita, "place=0190c1d2-0000-7000-8000-000000000000")
    keep(stranger)

    approve(by=sam)
    react()

    assert (told(rita), len(told(stranger))) == ([], 1)


def test_followers_of_place_thread_and_category_are_told(sam, rita, stranger, ana, react):
    known = threaded("Pumps")
    Follow.objects.create(user=rita, jurisdiction=known.jurisdiction)
    Follow.objects.create(user=stranger, thread=known.thread)
    Follow.objects.create(user=ana, category="planning-permitting")

    signal = make.signal("Pumps once more", place=known.jurisdiction)
    Signal.objects.filter(pk=signal.pk).update(thread=known.thread)
    signal.refresh_from_db()
    review.approve(signal, by=sam)
    react()

    assert told(rita) == ["Marlow Falls, OH: Pumps once more. Found for Marlow Falls, OH"]
    assert len(told(stranger)) == 1
    assert told(ana) == []


def test_what_is_withheld_from_startups_is_not_in_the_notice(sam, rita, react):
    keep(rita)
    signal = make.signal("Pumps for Jane Roe of the plant")
    Signal.objects.filter(pk=signal.pk).update(hidden={"title": [[10, 18, "name"]]})
    signal.refresh_from_db()

    review.approve(signal, by=sam)
    react()

    assert "Jane Roe" not in told(rita)[0]
    assert "[name withheld]" in told(rita)[0]


# --- Digests -----------------------------------------------------------------------------------


def decided(title, at, **fields):
    signal = make.signal(title, status="approved", **fields)
    Signal.objects.filter(pk=signal.pk).update(decided_at=at)
    return signal


def send(now, react):
    made = digests.make_due(now=now)
    react()
    return made


def test_a_daily_digest_rolls_up_all_searches_into_one_mail(rita, react):
    before = MONDAY - timedelta(days=1)
    keep(rita, "q=pumps", "Pumping", tell="daily", told_until=before)
    keep(rita, "kind=budget", "Budgets", tell="daily", told_until=before)
    Follow.objects.create(
        user=rita, jurisdiction=make.jurisdiction(), tell="daily", told_until=before
    )
    decided("Pumps for the plant", MONDAY - timedelta(hours=3))
    decided("Valves for the plant", MONDAY - timedelta(hours=2))

    assert send(MONDAY, react) == 1

    (letter,) = mail.outbox
    assert letter.subject == "2 new signals from your searches"
    assert letter.to == [rita.email]
    assert letter.body.count("Pumps for the plant") == 1
    assert letter.body.count("Valves for the plant") == 1
    assert "Budgets" in letter.body
    assert "/saved/" in letter.body
    html = letter.alternatives[0][0]
    assert "Valves for the plant" in html


def test_a_digest_is_made_once_and_goes_on_where_the_last_one_ended(rita, react):
    keep(rita, tell="daily", told_until=MONDAY - timedelta(days=1))
    decided("Pumps", MONDAY - timedelta(hours=3))
    decided("Valves", MONDAY + timedelta(hours=3))

    counts = [send(MONDAY + timedelta(hours=hours), react) for hours in (0, 1, 24, 25)]

    assert counts == [1, 0, 1, 0]
    assert ["Pumps" in letter.body for letter in mail.outbox] == [True, False]
    assert ["Valves" in letter.body for letter in mail.outbox] == [False, True]


def test_a_weekly_digest_waits_for_monday(rita, react):
    keep(rita, tell="weekly", told_until=MONDAY - timedelta(days=7))
    decided("Pumps", MONDAY - timedelta(days=3))

    assert send(MONDAY - timedelta(days=1), react) == 0
    assert send(MONDAY, react) == 1
    assert "Pumps" in mail.outbox[0].body


def test_nothing_new_makes_no_mail(rita, react):
    keep(rita, tell="daily", told_until=MONDAY - timedelta(days=2))

    assert send(MONDAY, react) == 0
    assert mail.outbox == []
    assert rita.saved_searches.get().told_until == MONDAY.replace(hour=6, minute=0)


def test_a_digest_leaves_out_what_the_person_was_told_already(rita, react):
    keep(rita, tell="daily", told_until=MONDAY - timedelta(days=1))
    signal = decided("Pumps", MONDAY - timedelta(hours=3))
    event = Event.objects.create(type="match.suggested", subject="match:1", audience=["staff"])
    Notice.objects.create(
        user=rita, event=event, text="A match", url=f"/signals/{signal.public_id}/"
    )

    assert send(MONDAY, react) == 0


def test_what_a_daily_digest_told_is_not_in_the_weekly_one(rita, react):
    before = MONDAY - timedelta(days=7)
    keep(rita, "kind=budget", "Daily", tell="daily", told_until=before)
    keep(rita, "q=pumps", "Weekly", tell="weekly", told_until=before)
    decided("Pumps", MONDAY - timedelta(days=2))

    counts = [send(MONDAY - timedelta(days=1), react), send(MONDAY, react)]

    assert counts == [1, 0]


def test_a_signal_that_a_digest_told_is_not_told_at_once_later(sam, rita, react):
    keep(rita, tell="daily", told_until=MONDAY - timedelta(days=1))
    signal = decided("Pumps", MONDAY - timedelta(hours=3))
    send(MONDAY, react)
    keep(rita, "q=pumps", "Pumping")
    before = len(told(rita))

    signal.refresh_from_db()
    review.reopen(signal, by=sam)
    review.approve(signal, by=sam)
    react()

    assert len(told(rita)) == before


def test_a_digest_lists_ten_of_a_search_and_counts_the_rest(rita, react):
    keep(rita, tell="daily", told_until=MONDAY - timedelta(days=1))
    meeting = make.meeting()
    for number in range(12):
        decided(f"Pump {number:02}", MONDAY - timedelta(hours=3), at_meeting=meeting)

    send(MONDAY, react)

    (letter,) = mail.outbox
    assert letter.subject == "12 new signals from your searches"
    assert "and 2 more" in letter.body


def test_a_digest_says_which_search_is_broken(rita, react):
    before = MONDAY - timedelta(days=1)
    keep(rita, tell="daily", told_until=before)
    lost = "0190c1d2-0000-7000-8000-000000000000"
    keep(
        rita,
        f"place={lost}",
        "Lost",
        tell="daily",
        told_until=before,
        place_names={lost: "Lost Creek, OH"},
    )
    decided("Pumps", MONDAY - timedelta(hours=3))

    send(MONDAY, react)

    assert "Lost Creek, OH is no longer" in " ".join(mail.outbox[0].body.split())


def test_an_undone_approval_takes_back_what_nobody_had_read(sam, rita, react):
    keep(rita)
    signal = approve(by=sam)
    react()

    withdrawn = review.reopen(signal, by=sam)
    react()

    assert told(rita) == []
    assert withdrawn.words == ""
    assert not Event.objects.filter(type="search.withdrawn").exists()


def test_who_had_read_of_it_is_told_that_it_was_withdrawn(sam, rita, ana, react):
    keep(rita)
    keep(ana)
    signal = approve(by=sam)
    react()
    Notice.objects.filter(user=rita).update(read_at=timezone.now())

    withdrawn = review.reopen(signal, by=sam)
    react()

    assert withdrawn.reader_count == 1
    assert withdrawn.words == (
        "1 person had read of it for a search; a notice tells that it was withdrawn."
    )
    assert told(ana) == []
    assert told(rita)[0] == "Withdrawn: Marlow Falls, OH, Pumps for the plant"


def test_a_signal_withdrawn_before_people_were_told_tells_nobody(sam, rita, react):
    keep(rita)
    signal = approve(by=sam)
    review.reopen(signal, by=sam)

    react()

    assert told(rita) == []


def test_what_was_taken_back_unread_is_told_anew_when_approved_again(sam, rita, react):
    keep(rita)
    signal = approve(by=sam)
    react()
    review.reopen(signal, by=sam)

    review.approve(signal, by=sam)
    react()

    assert len(told(rita)) == 1
