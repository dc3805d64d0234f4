"""What startups, the API and mails see of residents, and what staff do about it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from civstart.events.models import Event
from civstart.notices.models import Mail, Notice
from matching.models import Reason
from signals import review, withholding
from signals.models import Evidence, Segment, Signal, Speaker, Transcript
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading import samples

NAME, STREET = "Odalys Brenner", "1412 Larch Lane"
SAID = (
    "Good evening, the meeting of the council is open and everybody is here.",
    f"Hello, my name is {NAME} and I live at {STREET} with my mother.",
    f"We need somebody to find the leak in the water main under {STREET}, says Ms. Brenner.",
    "Council member Dale Ives thanks her and asks staff for a plan on Alder Street.",
)


@pytest.fixture
def stored(tmp_path, db, needs_heard) -> Signal:
    """A resident's plea, as a transcript without speakers has it."""
    make.jurisdiction()
    cues = [(30 + 8 * place, 37 + 8 * place, text) for place, text in enumerate(SAID)]
    ingest(written(tmp_path, "council.vtt", samples.vtt(*cues)))
    return Signal.objects.get()


@pytest.fixture
def of_leaks(stored) -> Signal:
    """It, in words that fit Leakwise and name the resident everywhere."""
    Signal.objects.update(
        title=f"Leaks in cast-iron water mains, says {NAME}",
        summary=f"{NAME} of {STREET} wants leaks in water mains found.",
        timeframe=f"before {NAME} moves",
        speaker_name=NAME,
        speaker_role="public",
    )
    stored.refresh_from_db()
    withholding.note(stored)
    return stored


@pytest.fixture
def approved(of_leaks, sam, rita, react) -> Signal:
    review.approve(of_leaks, by=sam)
    react()
    return of_leaks


def is_told(text: str) -> bool:
    return NAME in text or STREET in text or "Brenner" in text


def test_stored_text_stays_verbatim_and_the_spans_stand_beside_it(stored):
    piece = Evidence.objects.get()

    assert piece.quote == SAID[2]
    assert piece.segment.text[piece.first : piece.last] == piece.quote
    assert piece.hidden
    assert piece.shown == (
        "We need somebody to find the leak in the water main under [address withheld], "
        "says [name withheld]."
    )
    assert Transcript.objects.get().residents == [NAME]


def test_an_address_cut_by_a_cue_is_withheld_on_both_sides(db):
    transcript = make.transcript()
    segments = [
        Segment(transcript=transcript, index=0, text="so I live at 1412"),
        Segment(transcript=transcript, index=1, text="Larch Lane and it floods"),
    ]

    withholding.hide(transcript, segments)

    assert [segment.hidden for segment in segments] == [
        [(13, 17, "address")],
        [(0, 10, "address")],
    ]


def test_pages_and_api_do_not_tell_who_a_resident_is(approved, as_rita):
    pages = [
        reverse("signal", args=[approved.public_id]),
        reverse("signals"),
        reverse("home"),
        f"/api/v1/signals/{approved.public_id}/",
        "/api/v1/signals/",
        "/api/v1/matches/",
    ]

    told = [as_rita.get(url).content.decode() for url in pages]

    assert [url for url, page in zip(pages, told, strict=True) if is_told(page)] == []
    assert all("withheld]" in page for page in told)


def test_mails_and_notices_do_not_tell_who_a_resident_is(approved):
    letter = Mail.objects.get()

    assert not is_told(letter.subject + letter.body + letter.html)
    assert "[name withheld]" in letter.subject
    assert not is_told(Notice.objects.get().text)
    assert all(not is_told(sent.body) for sent in mail.outbox)


def test_reasons_are_shown_without_residents(approved):
    match = approved.matches.get()
    reason = match.reasons.first()
    reason.they_said = SAID[2]

    assert not is_told(reason.shown)

    reason.they_said = f"an older text of {STREET}"

    assert reason.shown == "an older text of [address withheld]"


def test_officials_stay_named(approved, as_rita):
    page = as_rita.get(reverse("signal", args=[approved.public_id])).content.decode()

    assert "Dale Ives" in page
    assert "Alder Street" in page


def test_staff_read_every_word_when_they_review(stored, as_sam):
    page = as_sam.get(reverse("admin:review-signal", args=[stored.public_id])).content.decode()

    assert STREET in page
    assert "1 name, 1 address" in page


def test_a_speaker_who_is_a_resident_is_not_named(as_rita, sam):
    signal = make.signal(status="approved", decided_by=sam)
    Speaker.objects.update(name=NAME, role="public")
    Signal.objects.update(speaker_name=NAME, speaker_role="public")
    withholding.refresh(signal.meeting)

    page = as_rita.get(reverse("signal", args=[signal.public_id])).content.decode()
    (row,) = as_rita.get("/api/v1/signals/").json()["results"]

    assert not is_told(page)
    assert row["speaker_name"] == row["evidence"][0]["speaker"] == "[name withheld]"


def test_an_official_speaker_is_named(as_rita, sam):
    make.signal(status="approved", decided_by=sam)

    (row,) = as_rita.get("/api/v1/signals/").json()["results"]

    assert row["speaker_name"] == row["evidence"][0]["speaker"] == "Renee Castellano"


def test_staff_lift_a_redaction_and_restore_it(approved, as_sam, as_rita):
    chosen = {"_selected_action": [approved.pk]}
    url = reverse("admin:signals_signal_changelist")
    page = reverse("signal", args=[approved.public_id])

    as_sam.post(url, {"action": "lift_redaction", **chosen})
    assert is_told(as_rita.get(page).content.decode())

    as_sam.post(url, {"action": "restore_redaction", **chosen})
    assert not is_told(as_rita.get(page).content.decode())

    types = Event.objects.filter(type__startswith="signal.redaction").order_by("happened_at")
    assert list(types.values_list("type", "actor__name")) == [
        ("signal.redaction_lifted", "Sam Staffer"),
        ("signal.redaction_restored", "Sam Staffer"),
    ]


def test_lifting_twice_is_refused(stored, sam):
    withholding.lift(stored, by=sam)

    with pytest.raises(withholding.NothingToChange, match="shown in full already"):
        withholding.lift(stored, by=sam)


def test_restoring_what_was_never_lifted_is_refused(stored, sam):
    with pytest.raises(withholding.NothingToChange, match=r"withheld in .* already"):
        withholding.restore(stored, by=sam)


def test_the_admin_says_who_was_refused(stored, sam, as_sam):
    withholding.lift(stored, by=sam)

    response = as_sam.post(
        reverse("admin:signals_signal_changelist"),
        {"action": "lift_redaction", "_selected_action": [stored.pk]},
        follow=True,
    )

    assert "shown in full already" in response.content.decode()


def test_a_title_edited_by_staff_is_looked_at_again(stored, as_sam):
    fields = ("kind", "category", "strength", "summary", "stage", "thread_id")
    form = {name: getattr(stored, name) for name in fields}
    url = reverse("admin:signals_signal_change", args=[stored.pk])
    inlines = {
        f"{name}-{part}": "0"
        for name in ("evidence", "reviews")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    response = as_sam.post(
        url, {**form, **inlines, "thread": form.pop("thread_id"), "title": f"Pumps for {NAME}"}
    )

    stored.refresh_from_db()
    assert response.status_code == 302
    assert stored.title == f"Pumps for {NAME}"
    assert stored.shown_title == "Pumps for [name withheld]"


def test_the_setting_turns_it_off(approved, settings):
    settings.REDACT_RESIDENTS = False
    signal = Signal.objects.get()

    assert signal.shown_title == signal.title
    assert signal.shown_quote == signal.quote


def test_what_was_stored_before_is_hidden_by_the_command(stored, capsys):
    Segment.objects.update(hidden=[])
    Evidence.objects.update(hidden=[])

    call_command("withhold")

    assert "1 meetings" in capsys.readouterr().out
    assert not is_told(Signal.objects.get().shown_quote)


def test_a_lifting_without_a_person_is_refused(db):
    make.signal()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Signal.objects.update(redaction_lifted_at=timezone.now())
    name = caught.value.__cause__.diag.constraint_name
    assert name == "signal_lifting_has_person_and_time"


def test_withholding_asks_nothing_more_however_many_signals(
    as_rita, sam, django_assert_max_num_queries
):
    for _ in range(6):
        make.signal(status="approved", decided_by=sam)
    for url, most in ((reverse("signals"), 14), ("/api/v1/signals/", 6)):
        as_rita.get(url)
        with django_assert_max_num_queries(most):
            as_rita.get(url)


# --- Search --------------------------------------------------------------------------------------


def test_a_withheld_name_or_address_is_not_found(stored, approved, as_rita):
    for words in ("Odalys", "Brenner", "Larch", '"water main under 1412"'):
        assert not Signal.objects.matching_words(words).exists(), words
        assert as_rita.get("/api/v1/signals/", {"q": words}).json()["count"] == 0
        assert approved.shown_title not in as_rita.get("/signals/", {"q": words}).text

    assert Signal.objects.matching_words("leak water main").get() == stored


def test_staff_find_it_in_the_admin(approved, as_sam):
    page = as_sam.get(reverse("admin:signals_signal_changelist"), {"q": "Odalys"})

    assert list(page.context["cl"].queryset) == [approved]


def test_what_is_lifted_is_found_and_what_is_restored_is_not(approved, sam):
    withholding.lift(approved, by=sam)
    assert Signal.objects.matching_words("Odalys").get() == approved

    withholding.restore(approved, by=sam)
    assert not Signal.objects.matching_words("Odalys").exists()


def test_a_corrected_transcript_keeps_names_out_of_the_search(stored, tmp_path):
    cues = [
        (30 + 8 * place, 37 + 8 * place, text.replace("the leak in", "leaks in"))
        for place, text in enumerate(SAID)
    ]

    ingest(written(tmp_path, "council.vtt", samples.vtt(*cues)))

    assert "leaks in" in Evidence.objects.get().quote
    assert not Signal.objects.matching_words("Brenner").exists()
    assert Signal.objects.matching_words("leaks").exists()


def test_rows_stored_before_are_searched_without_names_after_the_upgrade(approved):
    Signal.objects.update(redacted={})
    assert Signal.objects.matching_words("Odalys").exists()

    fill = import_module("signals.migrations.0013_fill_redacted").fill
    fill(apps, None)

    assert not Signal.objects.matching_words("Odalys").exists()
    before = Signal.objects.get().redacted
    withholding.note(Signal.objects.get())
    assert Signal.objects.get().redacted == before


def test_an_explainer_never_gets_what_is_withheld(of_leaks, sam, rita, react, settings):
    settings.EXPLAINER = "tests.support.explainers.Repeats"

    review.approve(of_leaks, by=sam)
    react()

    reasons = list(Reason.objects.all())
    assert reasons
    assert all("withheld]" in one.they_said for one in reasons)
    assert not any(is_told(one.they_said) or is_told(one.shown) for one in reasons)
