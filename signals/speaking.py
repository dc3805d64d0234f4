"""Who speaks in a meeting: roles inferred from labels and words, and set by staff."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from civstart.accounts.models import User
from civstart.events import outbox
from signals import history, introductions, withholding
from signals.extraction import roles
from signals.models import Meeting, Segment, Signal, Speaker
from signals.words import SpeakerRole

# Who calls the roll or gives the floor chairs the meeting: in a city that is the mayor.
_CHAIRS = re.compile(
    r"\b(?:call (?:the|this) (?:\w+ ){0,6}(?:meeting|session)\b.{0,60}\bto order|"
    r"(?:clerk|madam clerk|mr\.? clerk),? (?:please )?call the roll|"
    r"(?:the )?meeting (?:is|stands) adjourned)",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\bI(?:'m|\u2019m| am)? (?:live|reside) (?:at|on|in|off|near)\b", re.IGNORECASE
)
_IS_A_LABEL = re.compile(r"^(?:speaker|voice)[ _]?\w{1,3}$", re.IGNORECASE)


def infer(meeting: Meeting, segments: Sequence[Segment]) -> None:
    """Give the speakers of the segments the roles their words tell, and store those that changed.

    What a person set stays.
    """
    words: dict[int, list[str]] = defaultdict(list)
    people: dict[int, Speaker] = {}
    for segment in segments:
        if segment.speaker is not None:
            words[segment.speaker.pk].append(segment.text)
            people[segment.speaker.pk] = segment.speaker
    introduced = introduced_roles(segment.text for segment in segments)
    changed = []
    for pk, speaker in people.items():
        role = inferred(speaker.name, words[pk], introduced)
        if speaker.role_set_by_id is None and role not in (speaker.role, SpeakerRole.UNKNOWN):
            speaker.role = role
            changed.append(speaker)
    Speaker.objects.bulk_update(changed, ["role"])


def introduced_roles(texts: Iterable[str]) -> dict[str, SpeakerRole]:
    """Return the role each name was given when its bearer introduced themselves."""
    found: dict[str, SpeakerRole] = {}
    for text in texts:
        for one in introductions.heard(text):
            if len(one.name.split()) > 1:
                found.setdefault(one.name.lower(), one.role)
    return found


def inferred(name: str, said: Sequence[str], introduced: Mapping[str, SpeakerRole]) -> SpeakerRole:
    """Return a speaker's role: by the label, by their introduction, by what only a role says."""
    labelled = roles.of_label(name)
    if labelled != SpeakerRole.UNKNOWN:
        return labelled
    if role := introduced.get(name.lower()):
        return role
    if _IS_A_LABEL.match(name):
        own = [one.role for text in said for one in introductions.heard(text)]
        if own:
            return own[0]
    if any(_CHAIRS.search(text) for text in said):
        return SpeakerRole.MAYOR
    if any(_LIVES.search(text) for text in said):
        return SpeakerRole.PUBLIC
    return SpeakerRole.UNKNOWN


@transaction.atomic
def set_role(speaker: Speaker, role: str, *, by: User) -> int:
    """Store the role a person gave a speaker; return how many signals quote the speaker.

    Those signals carry the new role, and what is withheld of residents is computed anew. Nothing
    else of them changes. A later transcript does not overwrite it.
    """
    speaker.role = SpeakerRole(role)
    speaker.role_set_by, speaker.role_set_at = by, timezone.now()
    speaker.save(update_fields=["role", "role_set_by", "role_set_at"])
    quoted = list(
        Signal.objects.filter(
            pk__in=Signal.objects.filter(evidence__segment__speaker=speaker).values("pk")
        ).select_related("run")
    )
    for signal in quoted:
        with history.changing(signal, history.What.ROLE, by=by):
            Signal.objects.filter(pk=signal.pk).update(speaker_role=speaker.role)
    count = len(quoted)
    withholding.refresh(speaker.meeting)
    outbox.record(
        "speaker.role_set",
        subject=speaker.meeting,
        by=by,
        data={"speaker": speaker.shown, "role": speaker.role, "signals": count},
    )
    return count
