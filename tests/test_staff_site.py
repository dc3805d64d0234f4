"""Every page of the staff site is opened here: dead hooks of an admin rot silently otherwise."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.tasks import async_task

from civstart.accounts.models import ApiKey, User
from civstart.events.models import Delivery, Event
from civstart.notices.models import NoticePreference
from integrations.models import ModelCall, ModelReading
from matching import judging, limiting, policies, previewing, rematching, suggesting
from matching.excluding import Limits
from matching.models import Abstention, IndexState, MatchPolicy, PassedOver, Rematch
from signals import review, threads
from signals.models import (
    Answer,
    AutoRule,
    EarlierAnswer,
    Evaluation,
    ExtractionRun,
    Follow,
    QuestionVote,
    SavedSearch,
    SecondLook,
    Signal,
    Source,
)
from startups.models import Tag
from tests import make

site = admin.site


@pytest.fixture
def a_row_of_each(sam, rita, react):
    """One signal that was matched, one that no startup fits, and what else staff may look at."""
    review.approve(make.signal(), by=sam)
    barbers = make.signal("Barbers for the annual fair", quote="we want barbers at the annual fair")
    review.approve(barbers, by=sam)
    react()
    reading = ModelReading.objects.create(model="m", prompt_version="1", part_count=1)
    ModelCall.objects.create(
        model="m",
        purpose="find",
        prompt_version="1",
        digest="d",
        status="answered",
        reading=reading,
    )
    rematching.begin(by=sam)
    IndexState.objects.create(index="Pinecone, civstart-signals", model="m")
    run = Signal.objects.first().match_runs.first()
    Abstention.objects.get_or_create(run=run, defaults={"signal": run.signal, "bar": 60})
    ExtractionRun.objects.create(
        transcript=make.transcript(),
        extractor="local",
        extractor_version="1",
        started_at=timezone.now(),
    )
    put_aside = make.match(barbers, make.startup("Pipewise"))
    suggesting.dismiss(put_aside, by=rita, reason="wrong-place")
    limiting.save(put_aside.startup, Limits(words=("winter",)), by=rita, seen=None)
    judging.judge(put_aside.signal, put_aside.startup, grade=2, by=sam)
    PassedOver.objects.create(
        run=put_aside.run, startup=put_aside.startup, score=80, why="It was left out."
    )
    _policy(sam)
    now = timezone.now()
    Evaluation.objects.create(what="matching", by=sam, started_at=now, moved_at=now)
    SavedSearch.objects.create(user=rita, name="Leaks", query="q=leaks")
    Follow.objects.create(user=rita, category="water-utilities")
    _trust(rita, sam)
    make.document()
    make.upload(source=make.source_run().source)
    Tag.objects.create(name="leaks")
    ApiKey.issue(rita, name="Their website")
    threads.Joiner(barbers.jurisdiction).attach(barbers)
    Group.objects.create(name="Reviewers")
    EmailAddress.objects.create(user=rita, email=rita.email)
    Schedule.objects.create(func="math.copysign", args="2, -2")
    async_task("math.copysign", 2, -2)
    _background_work()


def _policy(sam: User) -> None:
    """A version of the match policy, tried and put in use."""
    weights = MatchPolicy.objects.current().weights
    made = policies.draft(MatchPolicy(weights=weights, bar=99), by=sam)
    previewing.ask(made, by=sam)
    policies.put_in_use(made, instead_of=2, by=sam)


def _trust(rita: User, sam: User) -> None:
    """A second look, a rule, a question with its answer and a vote, and a preference."""
    signal = Signal.objects.approved().first()
    first = signal.reviews.first()
    SecondLook.objects.create(
        signal=signal, review=first, first_by=sam, first_decision=first.decision
    )
    AutoRule.objects.create(
        source=make.source(address="https://other.example/feed.xml"),
        confidence=0.9,
        extractor="local",
        extractor_version="1",
        measured={"right": 60, "decided": 60, "low": 0.94},
        unlocked_by=sam,
    )
    question = make.question(signal, by=rita)
    said = Answer.objects.create(question=question, text="They are mapped.", by=sam)
    EarlierAnswer.objects.create(answer=said, version=1, kind="none", by=sam, at=timezone.now())
    QuestionVote.objects.create(question=question, by=rita, voted_for=question.asked_for)
    NoticePreference.objects.create(user=rita)


def _background_work() -> None:
    at = timezone.now()
    same = {"func": "math.copysign", "args": (2, -2), "started": at, "stopped": at}
    Success.objects.create(id="1", name="went well", success=True, **same)
    Failure.objects.create(id="2", name="went wrong", success=False, **same)


def models() -> Iterator[type[Model]]:
    return iter(site._registry)


def address(page: str, model: type[Model], *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_list_opens(a_row_of_each, as_sam):
    closed = [m for m in models() if as_sam.get(address("changelist", m)).status_code != 200]

    assert closed == []


def test_every_list_can_be_searched(a_row_of_each, as_sam):
    searchable = [m for m in models() if site._registry[m].search_fields]

    for model in searchable:
        response = as_sam.get(address("changelist", model), {"q": "leak"})
        assert response.status_code == 200, model


def test_every_list_says_so_where_a_page_is_not_there(as_sam):
    for model in models():
        page = as_sam.get(address("changelist", model), {"p": "9999"})
        assert page.status_code == 200, model
        assert "There is no page 9999; this is the last one, page" in page.text, model


def test_every_row_opens(a_row_of_each, as_sam):
    for model in models():
        row = model._default_manager.first()
        assert row is not None, f"the test makes no {model.__name__}"
        assert as_sam.get(address("change", model, row.pk)).status_code == 200, model
        assert as_sam.get(address("history", model, row.pk)).status_code == 200, model


def test_every_add_page_opens_or_is_closed_on_purpose(a_row_of_each, as_sam, rf, sam):
    request = rf.get("/")
    request.user = sam
    for model in models():
        wanted = 200 if site._registry[model].has_add_permission(request) else 403
        assert as_sam.get(address("add", model)).status_code == wanted, model


def test_every_delete_page_opens_or_is_closed_on_purpose(a_row_of_each, as_sam, rf, sam):
    request = rf.get("/")
    request.user = sam
    for model in models():
        row = model._default_manager.first()
        wanted = 200 if site._registry[model].has_delete_permission(request, row) else 403
        assert as_sam.get(address("delete", model, row.pk)).status_code == wanted, model


def test_lists_are_closed_to_members_and_ask_strangers_to_sign_in(as_rita, client):
    for model in models():
        assert as_rita.get(address("changelist", model)).status_code == 403, model
        response = client.get(address("changelist", model), follow=True)
        assert response.redirect_chain[-1][0].startswith(reverse("account_login")), model


@pytest.mark.parametrize(
    "page",
    [
        "index",
        "index-part",
        "everything",
        "review",
        "upload",
        "upload-rows",
        "upload-places",
        "coverage",
        "trust",
        "trust-looks",
        "trust-looks-part",
        "trust-automatic",
        "questions",
        "matching",
        "matching-exposure",
        "matching-rematches",
        "matching-evaluation",
        "password_change",
    ],
)
def test_pages_of_our_own_are_closed_to_members(page, as_sam, as_rita, client):
    url = reverse(f"admin:{page}")

    assert as_sam.get(url).status_code == 200
    assert as_rita.get(url).status_code == 403
    assert client.get(url).status_code == 302


def test_signing_in_goes_through_the_one_page_and_comes_back(client):
    response = client.get("/staff/review/", follow=True)

    assert response.redirect_chain[-1][0] == "/accounts/login/?next=/staff/review/"


def test_the_admins_own_sign_in_page_is_not_used(client, as_rita, as_sam):
    assert client.get("/staff/login/").url == "/accounts/login/?next=/staff/"
    assert as_rita.get("/staff/login/").status_code == 403
    assert as_sam.get("/staff/login/").url == "/staff/"


def test_the_password_is_changed_and_the_person_signed_out_in_our_dress(as_sam):
    form = as_sam.get(reverse("admin:password_change")).content.decode()
    assert "css/admin.css" in form

    goodbye = as_sam.post(reverse("admin:logout"))

    assert goodbye.status_code == 200
    assert "css/admin.css" in goodbye.content.decode()
    assert as_sam.get("/staff/").status_code == 302


def test_everything_says_what_a_row_means(as_sam):
    page = as_sam.get(reverse("admin:everything")).content.decode()

    assert "One decision of staff on a signal." in page
    assert "Scheduled tasks" in page
    assert "Schedule(" not in page


@pytest.mark.parametrize("label", sorted({m._meta.app_label for m in site._registry}))
def test_each_app_has_its_page(label, as_sam):
    assert as_sam.get(reverse("admin:app_list", args=[label])).status_code == 200


def test_the_head_counts_what_waits(as_sam, as_rita):
    url = reverse("admin:count-part", args=["review"])
    assert as_sam.get(url).content == b""

    make.signal()

    assert as_sam.get(url).content == b"1"
    assert '">1</span>' in as_sam.get(reverse("admin:everything")).content.decode()
    assert as_rita.get(url).status_code == 403
    assert as_sam.get(reverse("admin:count-part", args=["nothing"])).status_code == 404


def test_the_fields_of_a_day_and_a_time_have_names(as_sam):
    form = as_sam.get(reverse("admin:accounts_apikey_add")).content.decode()

    assert 'aria-label="Date"' in form
    assert 'aria-label="Time"' in form


def test_an_empty_list_says_so_and_leads_on(as_sam):
    url = reverse("admin:matching_passedover_changelist")

    assert "Nothing here yet" in as_sam.get(url).content.decode()
    found = as_sam.get(f"{url}?q=zeppelin").content.decode()
    assert "Nothing found" in found
    assert '<a class="button" href="?">Show all</a>' in found
    window = as_sam.get(f"{url}?q=zeppelin&_popup=1").content.decode()
    assert '<a class="button" href="?_popup=1">Show all</a>' in window


def test_the_models_of_one_app_stand_under_its_name_with_what_they_mean(as_sam):
    page = as_sam.get(reverse("admin:app_list", args=["notices"])).content.decode()

    assert "<h1>Notices</h1>" in page
    assert "One e-mail: to whom, what it said, and whether it went out." in page


def test_the_readers_choice_of_dark_holds_on_the_staff_site(as_sam):
    as_sam.post(reverse("theme"), {"theme": "dark"})

    assert (
        '<html lang="en-us" dir="ltr" data-theme="dark">' in as_sam.get("/staff/").content.decode()
    )


def test_pages_carry_no_inline_style_or_script(a_row_of_each, as_sam):
    signal = Signal.objects.first()
    urls = [
        "/staff/",
        reverse("admin:everything"),
        reverse("admin:review-signal", args=[signal.public_id]),
        reverse("admin:signal-history", args=[signal.public_id]),
        reverse("admin:trust"),
        reverse("admin:trust-looks"),
        reverse("admin:trust-automatic"),
        reverse("admin:questions"),
        reverse("admin:matching"),
        reverse("admin:matching-policy", args=[3]),
        reverse("admin:matching-signal", args=[signal.public_id]),
        reverse("admin:matching-exposure"),
        reverse("admin:matching-rematches"),
        reverse("admin:matching-rematch", args=[Rematch.objects.get().pk]),
        reverse("admin:matching-policy", args=[2]),
        address("changelist", Signal),
        address("change", Signal, signal.pk),
    ]
    for url in urls:
        page = as_sam.get(url).content.decode()
        for forbidden in (" style=", "<style", " onclick=", "javascript:", "<script>"):
            assert forbidden not in page, (url, forbidden)


# --- Lists and their queries ---------------------------------------------------------------


def test_the_list_of_signals_asks_the_same_for_one_and_for_many(
    as_sam, django_assert_max_num_queries
):
    for number in range(12):
        make.signal(f"Need {number}", place=make.jurisdiction(f"Town {number}"))

    with django_assert_max_num_queries(11):
        as_sam.get(address("changelist", Signal))


# --- Actions -------------------------------------------------------------------------------


def act(client, model: type[Model], action: str, rows: list[Model], **fields: str):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address("changelist", model), chosen | fields, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_every_action_is_tried_in_this_file(rf, sam):
    request = rf.get("/")
    request.user = sam
    names = {name for one in site._registry.values() for name in one.get_actions(request)}

    assert names == {
        "approve",
        "delete_selected",
        "lift_redaction",
        "make_verified",
        "poll_now",
        "read_on",
        "reject",
        "resubmit_task",
        "restore_redaction",
        "retry",
        "revoke",
        "split",
    }


def test_transcripts_that_stopped_are_read_on_from_the_list(as_sam):
    stopped, whole = make.transcript(), make.transcript(file_name="whole.vtt")
    at = timezone.now()
    of = {"extractor": "gemini", "extractor_version": "1", "started_at": at, "finished_at": at}
    ExtractionRun.objects.create(
        transcript=stopped, stopped="The budget is spent.", share_read=0.625, **of
    )
    ExtractionRun.objects.create(transcript=whole, **of)
    address = reverse("admin:signals_transcript_changelist")

    page = as_sam.post(
        address, {"action": "read_on", "_selected_action": [stopped.pk, whole.pk]}, follow=True
    )

    assert "Stopped at 62%" in page.text
    assert said(page) == [
        "whole.vtt, version 1 was read to its end. Nothing was changed.",
        "1 transcript is read on now.",
    ]


def test_signals_are_approved_from_the_list(as_sam, ana):
    waiting = make.signal()
    decided = make.signal("Valve survey", status="approved", decided_by=ana)

    response = act(as_sam, Signal, "approve", [waiting, decided])

    waiting.refresh_from_db()
    assert waiting.status == "approved"
    assert any(text.startswith('Ana Ruiz approved "Valve survey"') for text in said(response))
    assert "Approved 1 signal. Startups are being matched." in said(response)


def test_sources_are_polled_from_the_list(as_sam):
    source = make.source()

    response = act(as_sam, Source, "poll_now", [source])

    assert said(response) == ["1 source queued; Coverage and the uploads tell what comes."]
    assert OrmQ.objects.get().task["args"] == (source.pk,)


def test_only_stuck_deliveries_are_retried(as_sam, sam):
    review.approve(make.signal(), by=sam)
    stuck, done = Delivery.objects.first(), None
    Delivery.objects.filter(pk=stuck.pk).update(status="stuck", attempts=8)
    done = Delivery.objects.create(
        event=Event.objects.first(), reaction="x", status="done", done_at=timezone.now()
    )

    response = act(as_sam, Delivery, "retry", [stuck, done])

    stuck.refresh_from_db()
    assert (stuck.status, stuck.attempts) == ("waiting", 0)
    assert said(response) == ["1 of 2 deliveries run again. The rest were not stuck."]


def test_keys_are_revoked_from_the_list(as_sam, rita):
    key, _ = ApiKey.issue(rita, name="Their website")

    response = act(as_sam, ApiKey, "revoke", [key])

    assert not ApiKey.objects.live().exists()
    assert said(response) == ["Revoked 1 key. Programs are refused from now on."]


def test_deleting_chosen_rows_asks_first(as_sam):
    tag = Tag.objects.create(name="leaks")

    asked = act(as_sam, Tag, "delete_selected", [tag])
    assert "Are you sure" in asked.content.decode()
    assert Tag.objects.exists()

    act(as_sam, Tag, "delete_selected", [tag], post="yes")
    assert not Tag.objects.exists()


def test_background_work_is_queued_again(as_sam):
    _background_work()

    act(as_sam, Failure, "resubmit_task", [Failure.objects.get()])
    act(as_sam, Success, "resubmit_task", [Success.objects.get()])

    assert OrmQ.objects.count() == 2
    assert not Failure.objects.exists()


def test_an_address_is_marked_as_verified(as_sam, rita):
    unverified = EmailAddress.objects.create(user=rita, email=rita.email)

    act(as_sam, EmailAddress, "make_verified", [unverified])

    unverified.refresh_from_db()
    assert unverified.verified


def test_a_key_is_shown_once_when_it_is_issued(as_sam, rita):
    response = as_sam.post(
        address("add", ApiKey), {"user": rita.pk, "name": "Their website"}, follow=True
    )

    (text,) = [line for line in said(response) if line.startswith("The key is civ_")]
    assert ApiKey.digest_of(text.split()[3].rstrip(".")) == ApiKey.objects.get().digest
    again = as_sam.get(address("change", ApiKey, ApiKey.objects.get().pk)).content.decode()
    assert text.split()[3].rstrip(".") not in again


def test_a_person_is_added_with_an_address_in_lower_case(as_sam):
    fields = {
        "name": "New Person",
        "usable_password": "true",
        "password1": "a-long-password-5",
        "password2": "a-long-password-5",
    }

    as_sam.post(address("add", User), fields | {"email": "New@Example.org"})

    assert User.objects.filter(email="new@example.org", name="New Person").exists()


# --- Today ---------------------------------------------------------------------------------


def test_today_says_what_waits_and_what_was_decided(as_sam, sam):
    make.signal("Lead service line inventory")
    make.signal("Faint wish", strength=1)
    review.approve(make.signal("Valve survey"), by=sam)
    review.reject(make.signal("Repaving of Alder Street"), reason="awarded", by=sam)

    response = as_sam.get("/staff/")

    assert response.context["review"] == {
        "waiting": 2,
        "concrete": 1,
        "oldest": Signal.objects.get(title="Lead service line inventory").created_at,
        "approved": 1,
        "rejected": 1,
        "found": 4,
    }
    assert "2 signals wait for review; nothing is stuck" in response.content.decode()
    assert "Lead service line inventory" in response.content.decode()


def test_today_shows_nothing_waiting_as_nothing(as_sam):
    page = as_sam.get("/staff/").content.decode()

    assert "Nothing waits for review; nothing is stuck" in page
    assert "Nothing waits for you" in page
    assert "No transcript was read yet" in page


def test_today_names_stuck_and_late_deliveries(as_sam, sam):
    review.approve(make.signal(), by=sam)
    Delivery.objects.update(status="stuck", last_error="Traceback\nOSError: mail does not answer")
    event = Event.objects.first()
    Delivery.objects.create(
        event=event, reaction="late", due_at=timezone.now() - timedelta(minutes=5)
    )

    response = as_sam.get("/staff/")

    page = response.content.decode()
    assert response.context["deliveries"]["late"] == 1
    assert "OSError: mail does not answer" in page
    assert "1 late: does a worker run?" in page


def test_today_tells_how_transcripts_were_read(as_sam):
    report = {"cues_read": 812, "dropped": {"empty cue": 4}, "repaired": {"broken character": 2}}
    transcript = make.transcript(report=report)
    ExtractionRun.objects.create(
        transcript=transcript,
        extractor="local",
        extractor_version="1",
        found_count=6,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )

    (read,) = as_sam.get("/staff/").context["transcripts"]

    assert (read.cues, read.dropped, read.repaired, read.found) == (812, 4, 2, 6)
    assert read.details == "Dropped: empty cue 4 times. Repaired: broken character 2 times."


def test_today_says_which_stand_ins_are_in_use(as_sam, settings):
    settings.EXTRACTOR = "integrations.gemini.extractor.GeminiExtractor"

    parts = {part.name: part for part in as_sam.get("/staff/").context["parts"]}

    assert (parts["Extractor"].choice, parts["Extractor"].is_stand_in) == ("Gemini", False)
    assert parts["Embedder"].is_stand_in


def test_today_draws_the_last_fourteen_days(as_sam, sam):
    review.approve(make.signal("Valve survey"), by=sam)
    make.signal("Lead service line inventory")
    old = make.signal("Before the chart")
    Signal.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=20))

    chart = as_sam.get("/staff/").context["chart"]

    assert [column.count for column in chart.columns] == [0] * 13 + [2]
    assert [block.look for block in chart.columns[-1].blocks] == ["c1", "c4"]
    assert (chart.count, chart.approved) == (2, 1)


def test_today_tells_what_happened_and_puts_alike_things_together(as_sam, sam, rita, react):
    for number in range(3):
        review.reject(make.signal(f"Need {number}"), reason="faint", by=sam)
    review.approve(make.signal(), by=sam)
    react()

    page = as_sam.get("/staff/").content.decode()

    assert "Sam Staffer rejected 3 signals" in page
    assert "Leakwise for Marlow Falls, OH at" in page


def test_today_asks_the_same_however_much_there_is(
    as_sam, sam, rita, react, django_assert_max_num_queries
):
    for number in range(4):
        review.approve(make.signal(f"Leaking mains {number}"), by=sam)
        review.reject(make.signal(f"Need {number}"), reason="faint", by=sam)
        make.signal(f"Waiting {number}", place=make.jurisdiction(f"Town {number}"))
    react()

    with django_assert_max_num_queries(23):
        as_sam.get("/staff/")
