import pytest

from civstart.events.models import Delivery, Event
from civstart.notices.models import Mail, Notice
from matching import embedders, profiles, ranking, suggesting
from matching.models import Abstention, Match, MatchPolicy, MatchRun, Reason
from signals import review
from signals.models import Signal
from startups.models import CaseStudy, Product, Startup
from tests import make
from tests.support.counting import queries


def approved(**fields):
    return make.signal(status="approved", **fields)


def test_approval_leads_to_a_match_for_the_startup_that_fits(sam, rita, react):
    signal = make.signal()
    review.approve(signal, by=sam)

    react()

    match = Match.objects.get()
    assert (match.signal, match.startup.name) == (signal, "Leakwise")
    assert Event.objects.filter(type="match.suggested").count() == 1


def test_the_members_of_the_startup_are_told_at_once(sam, rita, react, mailoutbox):
    review.approve(make.signal("Finding leaks in old mains"), by=sam)

    react()

    notice = Notice.objects.get()
    assert notice.user == rita
    assert notice.text.endswith("Finding leaks in old mains")
    assert [mail.to for mail in mailoutbox] == [[rita.email]]
    assert Mail.objects.get().status == Mail.Status.SENT


def test_a_member_who_was_locked_out_is_not_told(sam, rita, react):
    rita.is_active = False
    rita.save()
    review.approve(make.signal(), by=sam)

    react()

    assert Match.objects.exists()
    assert not Notice.objects.exists()


def test_the_score_is_the_sum_of_its_parts_and_clears_the_bar(db):
    make.startup()

    suggesting.for_signal(approved())

    match = Match.objects.get()
    assert match.score == pytest.approx(sum(part["points"] for part in match.parts))
    assert match.score >= match.bar == MatchPolicy.objects.get(is_current=True).bar
    assert {part["name"]: part["most"] for part in match.parts} == MatchPolicy.objects.get(
        is_current=True
    ).weights


def test_no_part_gives_more_than_its_most(db):
    make.startup()

    suggesting.for_signal(approved())

    assert all(0 <= part["points"] <= part["most"] for part in Match.objects.get().parts)


def test_reasons_quote_both_sides_word_for_word(db):
    startup = make.startup()

    suggesting.for_signal(approved())

    reasons = Reason.objects.all()
    assert reasons
    for reason in reasons:
        assert reason.they_said in reason.evidence.quote
        assert any(reason.profile_says in text for text in texts_of(startup))


def texts_of(startup):
    yield from (startup.one_liner, startup.description)
    yield from startup.products.values_list("description", flat=True)
    for study in startup.case_studies.all():
        yield from (study.summary, study.result)


def test_a_summary_without_a_full_stop_is_not_run_into_the_result(db):
    startup = make.startup()
    startup.case_studies.update(
        summary="Listened to ninety miles of old water mains", result="Found thirty leaks in a week"
    )

    said = {passage.text for passage in profiles.passages(startup)}

    assert {"Listened to ninety miles of old water mains", "Found thirty leaks in a week"} <= said


def test_a_part_with_a_very_long_name_does_not_stop_the_match(db):
    startup = make.startup()
    Product.objects.update(name="N" * 120)
    CaseStudy.objects.update(customer="C" * 120)

    suggesting.for_signal(approved())

    assert Match.objects.get().startup == startup
    assert all(len(reason.profile_part) <= 60 for reason in Reason.objects.all())


def test_startups_of_another_field_get_no_match(db):
    make.unrelated_startup()

    suggesting.for_signal(approved())

    assert not Match.objects.exists()


def test_a_need_nobody_serves_gives_an_abstention_with_what_came_nearest(db):
    make.unrelated_startup()
    signal = approved()

    run = suggesting.for_signal(signal)

    abstention = Abstention.objects.get()
    assert (abstention.signal, abstention.run) == (signal, run)
    assert abstention.best_score < abstention.bar
    assert abstention.nearest == [{"startup": "shiftwell", "score": abstention.best_score}]


def test_a_need_some_startup_serves_gives_no_abstention(db):
    make.startup()

    suggesting.for_signal(approved())

    assert not Abstention.objects.exists()


def test_an_empty_directory_gives_an_abstention_without_a_score(db):
    run = suggesting.for_signal(approved())

    abstention = Abstention.objects.get()
    assert (abstention.best_score, abstention.nearest) == (None, [])
    assert (run.considered_count, run.best_score) == (0, None)


def test_an_inactive_startup_is_not_considered(db):
    make.startup(is_active=False)

    run = suggesting.for_signal(approved())

    assert run.considered_count == 0


def test_a_startup_that_serves_other_states_is_not_considered(db):
    make.startup().service_regions.add(make.region("AL"))

    run = suggesting.for_signal(approved())

    assert run.considered_count == 0


def test_a_startup_that_serves_this_state_by_name_gets_more_for_the_place(db):
    make.startup("Leakwise").service_regions.add(make.region("OH"))
    make.startup("Leaksure")

    suggesting.for_signal(approved())

    place = {
        match.startup.name: part["points"]
        for match in Match.objects.all()
        for part in match.parts
        if part["name"] == "Place"
    }
    most = MatchPolicy.objects.get(is_current=True).weights["Place"]
    assert place == {"Leakwise": most, "Leaksure": round(most * 2 / 3, 1)}


def test_proof_in_the_state_counts_more_than_proof_elsewhere_and_none(db):
    signal = approved()
    here, elsewhere, none = (make.startup(name) for name in ("Leak A", "Leak B", "Leak C"))
    elsewhere.case_studies.update(region=make.region("AL"))
    none.case_studies.all().delete()

    suggesting.for_signal(signal)

    points = {
        match.startup: part["points"]
        for match in Match.objects.all()
        for part in match.parts
        if part["name"] == "Proof"
    }
    most = MatchPolicy.objects.get(is_current=True).weights["Proof"]
    assert points == {here: most, elsewhere: round(most * 2 / 3, 1), none: 0}


def test_at_most_as_many_are_told_as_the_policy_says(db):
    for number in range(8):
        make.startup(f"Leakwise {number}")

    run = suggesting.for_signal(approved())

    assert Match.objects.count() == run.suggested_count == 5
    assert run.considered_count == 8


def test_a_pair_that_was_withdrawn_is_one_match_again_and_told_again(sam, rita, react):
    signal = make.signal()
    review.approve(signal, by=sam)
    react()
    review.reopen(signal, by=sam)

    review.approve(signal, by=sam)
    react()

    assert MatchRun.objects.count() == 2
    assert Match.objects.get().status == Match.Status.SUGGESTED
    told = [notice.text.partition(" ")[0] for notice in Notice.objects.order_by("created_at")]
    assert told == ["Marlow", "Withdrawn:", "Marlow"]
    assert not Abstention.objects.exists()


def test_a_dismissed_match_is_not_suggested_again(sam, rita, react):
    signal = make.signal()
    review.approve(signal, by=sam)
    react()
    suggesting.dismiss(Match.objects.get(), by=rita)
    review.reopen(signal, by=sam)

    review.approve(signal, by=sam)
    react()

    assert Match.objects.get().status == Match.Status.DISMISSED


def test_a_signal_withdrawn_before_the_worker_came_is_not_matched(sam, rita, react):
    signal = make.signal()
    review.approve(signal, by=sam)
    review.reopen(signal, by=sam)
    review.reject(signal, reason="faint", by=sam)

    react()

    assert not Match.objects.exists()
    assert not MatchRun.objects.exists()
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()


def test_a_reaction_that_runs_twice_suggests_once(sam, rita, react):
    review.approve(make.signal(), by=sam)
    react()
    Delivery.objects.update(status=Delivery.Status.WAITING, done_at=None)

    react()

    assert Match.objects.count() == Notice.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        "Water leaks",
        "水道管の漏水を冬の前に見つける必要があります",
        "Нам нужно найти утечки до зимы",
        "Necesitamos encontrar las fugas de agua en las tuberías antes de que llegue el invierno",
        "🚰 💧 🧊",
        "the of and",
        "?!",
        "1234567 99 12",
    ],
)
def test_a_signal_of_two_words_or_in_another_language_is_matched_with_nobody(db, words):
    make.startup()
    make.unrelated_startup()

    run = suggesting.for_signal(approved(title=words, quote=words, summary=""))

    assert run.finished_at is not None
    assert not Match.objects.exists()
    assert Abstention.objects.get().why.startswith(
        ("The signal has too few words", "The signal is not in English")
    )


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE startups_startup; --", "we need \\ ' \" & | ! ( ) :* <-> leaks found"]
)
def test_words_that_mean_something_to_a_database_are_only_words(db, words):
    make.startup()

    run = suggesting.for_signal(approved(title=words, quote=words, summary=""))

    assert run.finished_at is not None
    assert Startup.objects.exists()


def test_a_signal_of_hundreds_of_words_is_matched(db):
    make.startup()
    make.unrelated_startup()
    talk = "We talked about the parade and the weather and who brings the chairs. " * 20

    run = suggesting.for_signal(approved(quote=f"{talk} We must find the leaks in water mains."))

    assert Match.objects.get().startup.name == "Leakwise"
    assert run.fit > 0.5


@pytest.mark.parametrize("words", ["", "漏水検知センサー", "💧", ".", "a\u0301", "Leaks found"])
def test_a_startup_whose_profile_says_nothing_is_not_considered(db, words):
    startup = Startup.objects.create(slug="odd", name="Odd", one_liner=words, description=words)

    run = suggesting.for_signal(approved())

    assert run.considered_count == 0
    assert Abstention.objects.get().why == (
        "No active startup has a profile that says enough to be matched by."
    )
    assert profiles.why_unfit(startup)


def test_a_startup_with_a_profile_in_another_language_is_not_considered(db):
    Startup.objects.create(
        slug="fugas",
        name="Fugas",
        one_liner="Encontramos fugas de agua en las tuberías de hierro fundido",
        description="Sensores acústicos que escuchan las tuberías de la ciudad cada noche.",
    )

    assert suggesting.for_signal(approved()).considered_count == 0


def test_matching_asks_as_often_of_sixty_startups_as_of_three(db):
    for number in range(3):
        make.startup(f"Leakwise {number}")
    MatchPolicy.objects.update(most_suggestions=3)
    suggesting.for_signal(approved())
    signals = [Signal.objects.for_lists().get(pk=approved().pk) for _ in range(2)]
    few = queries(lambda: suggesting.for_signal(signals[0]))
    for number in range(3, 60):
        make.startup(f"Leakwise {number}")
    ranking.prepare(embedders.wanted())

    many = queries(lambda: suggesting.for_signal(signals[1]))

    assert many <= few + 1  # who is passed over is stored in one go
    assert many < 85


def test_telling_five_startups_asks_as_often_as_telling_one(db):
    found = [make.startup(f"Leakwise {number}") for number in range(5)]
    for startup in found:
        startup.members.add(make.user())
    suggesting.for_signal(approved())
    signals = [Signal.objects.for_lists().get(pk=approved().pk) for _ in range(2)]

    MatchPolicy.objects.update(most_suggestions=1, tie_points=0)
    one = queries(lambda: suggesting.for_signal(signals[0]))
    MatchPolicy.objects.update(most_suggestions=5)
    five = queries(lambda: suggesting.for_signal(signals[1]))

    assert Notice.objects.count() == Mail.objects.count() == 5 + 1 + 5
    assert five <= one + 4  # each delivery takes its own place in the queue
    assert five < 70


def test_matching_sixty_startups_for_the_first_time_costs_few_queries(db):
    for number in range(60):
        make.startup(f"Leakwise {number}")
    signal = Signal.objects.for_lists().get(pk=approved().pk)

    assert queries(lambda: suggesting.for_signal(signal)) < 160
