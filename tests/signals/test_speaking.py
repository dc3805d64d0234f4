"""Who speaks: told by labels and words, set by staff, and what follows from it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from civstart.events.models import Event
from signals import introductions, speaking
from signals.models import Signal, Speaker
from signals.queue import order
from tests import make
from tests.signals.commands import ingest, written
from tests.signals.reading.samples import turns


@pytest.mark.parametrize(
    ("said", "name", "role"),
    [
        ("I'm Renee Castellano, director of public works.", "Renee Castellano", "staff"),
        ("I am Renee Castellano, the city engineer here.", "Renee Castellano", "staff"),
        ("my name is Dale Ives I'm the director of parks", "Dale Ives", "staff"),
        ("My name is Tom Abernathy, council member for ward two", "Tom Abernathy", "council"),
        ("This is Ada Quist, mayor of this town.", "Ada Quist", "mayor"),
        ("My name is Odalys Brenner, I live at 12 Larch Lane.", "Odalys Brenner", "public"),
        ("hi my name is Odalys Brenner and I want a sidewalk", "Odalys Brenner", "public"),
        ("MY NAME IS ODALYS BRENNER AND I LIVE HERE", "ODALYS BRENNER", "public"),
        ("I'm Odalys Brenner, a resident of Wren Lane", "Odalys Brenner", "public"),
        ("My name is Nan Roy, I work for the housing alliance", "Nan Roy", "unknown"),
        ("My name's uh Jean de la Roche. Good evening.", "Jean de la Roche", "public"),
    ],
)
def test_people_say_who_they_are(said, name, role):
    (one,) = introductions.heard(said)

    assert (one.name, one.role) == (name, role)
    assert said[one.first : one.last] == name


@pytest.mark.parametrize(
    "said",
    [
        "I'm Going To Say this once.",
        "I am Happy Tonight, thank you.",
        "This is Ordinance Twelve for the second reading",
        "Her name is Odalys Brenner.",
        "my name is on the list",
        "",
    ],
)
def test_what_only_sounds_like_it_introduces_nobody(said):
    assert list(introductions.heard(said)) == []


@pytest.mark.parametrize(
    ("name", "said", "role"),
    [
        ("City Manager Bo Ash", "We need pumps.", "staff"),
        ("Ada Quist", "I would like to call the regular meeting of May 4 to order.", "mayor"),
        ("Ada Quist", "Madam Clerk, please call the roll.", "mayor"),
        ("Odalys Brenner", "I live on Wren Lane and it floods.", "public"),
        ("Speaker 4", "I'm Renee Castellano, director of public works.", "staff"),
        ("Renee Castellano", "We lost water.", "unknown"),
    ],
)
def test_a_role_is_told_by_label_and_words(name, said, role):
    assert speaking.inferred(name, [said], {}) == role


ROWS = (
    ("Ada Quist", 0, 9, "I call this meeting of the council to order, and we start with the list."),
    ("Renee Castellano", 10, 19, "I'm Renee Castellano, director of public works, good evening."),
    (
        "Odalys Brenner",
        20,
        29,
        "We need a sidewalk, because I live at 12 Larch Lane with my mother.",
    ),
    ("Renee Castellano", 30, 39, "We need three new pumps for the water plant before the spring."),
)


@pytest.fixture
def bring(tmp_path, db, needs_heard):
    make.jurisdiction()

    def bring(rows=ROWS):
        name = f"m{Speaker.objects.count()}.json"
        return ingest(written(tmp_path, name, turns(*rows)), date="2026-06-11")

    return bring


def roles() -> dict[str, str]:
    return dict(Speaker.objects.values_list("name", "role"))


def test_roles_are_told_when_a_transcript_is_stored(bring):
    bring()

    assert roles() == {
        "Ada Quist": "mayor",
        "Renee Castellano": "staff",
        "Odalys Brenner": "public",
    }


def test_the_resident_is_withheld_and_the_official_is_not(bring):
    bring()

    plea = Signal.objects.get(heard__contains="sidewalk")
    pumps = Signal.objects.get(heard__contains="pumps")
    assert plea.shown_speaker == "[name withheld]"
    assert "[address withheld]" in plea.shown_quote
    assert pumps.shown_speaker == "Renee Castellano"


def test_a_role_set_by_staff_is_kept_and_carried_to_the_signals(bring, as_sam, sam):
    bring()
    speaker = Speaker.objects.get(name="Odalys Brenner")
    before = Signal.objects.get(heard__contains="sidewalk")

    as_sam.post(reverse("admin:signals_speaker_change", args=[speaker.pk]), {"role": "council"})
    bring((*ROWS, ("Ada Quist", 40, 49, "I thank the clerk for the coffee and everybody here.")))

    speaker.refresh_from_db()
    after = Signal.objects.get(pk=before.pk)
    assert (speaker.role, speaker.role_set_by) == ("council", sam)
    assert (before.speaker_role, after.speaker_role) == ("public", "council")
    assert after.shown_speaker == "Odalys Brenner"
    assert (after.strength, after.confidence, after.status, after.kind) == (
        before.strength,
        before.confidence,
        before.status,
        before.kind,
    )


def test_setting_a_role_is_an_event(bring, sam):
    bring()

    count = speaking.set_role(Speaker.objects.get(name="Ada Quist"), "council", by=sam)

    event = Event.objects.get(type="speaker.role_set")
    assert count == 0
    assert event.actor == sam
    assert event.data == {"speaker": "Ada Quist", "role": "council", "signals": 0}


def test_an_event_does_not_name_who_became_a_resident(bring, sam):
    bring()

    speaking.set_role(Speaker.objects.get(name="Ada Quist"), "public", by=sam)

    assert Event.objects.get(type="speaker.role_set").data["speaker"] == "[name withheld]"


def test_a_signal_found_later_carries_the_role_staff_set(bring, sam):
    bring()
    speaking.set_role(Speaker.objects.get(name="Renee Castellano"), "vendor", by=sam)
    later = ("Renee Castellano", 40, 49, "And we need somebody to survey the culverts this fall.")

    bring((*ROWS, later))

    assert Signal.objects.get(heard__contains="culverts").speaker_role == "vendor"


def test_roles_nobody_knows_are_listed(bring, as_sam):
    bring((("Bo Ash", 0, 9, "We need three new pumps for the plant."),))

    url = reverse("admin:signals_speaker_changelist")
    unknown = as_sam.get(url, {"told": "nobody"}).context["cl"].queryset
    told = as_sam.get(url, {"told": "person"}).context["cl"].queryset

    assert [one.name for one in unknown] == ["Bo Ash"]
    assert list(told) == []


def test_a_role_without_the_person_is_refused(db):
    make.signal()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Speaker.objects.update(role_set_at=timezone.now())
    name = caught.value.__cause__.diag.constraint_name
    assert name == "speaker_role_set_has_person_and_time"


# --- Pleas -------------------------------------------------------------------------------------


def test_what_only_a_resident_asks_for_comes_last(db):
    plea = make.signal("Sidewalk", confidence=0.99, speaker_role="public", kind="need")
    concern = make.signal("Floods", confidence=0.5, speaker_role="public", kind="community")
    official = make.signal("Pumps", confidence=0.3)

    assert list(order.waiting()) == [concern, official, plea]


def test_a_plea_is_marked_for_staff(as_sam):
    plea = make.signal("Sidewalk", speaker_role="public", kind="need")

    page = as_sam.get(reverse("admin:review-signal", args=[plea.public_id])).content.decode()

    assert "A resident asks, not the government" in page
    assert "Resident only" in page
