"""Who speaks: an official, staff, a resident. Told by the speaker's label and by the words."""

import re

from signals.words import SpeakerRole

# Looked up in this order: "Assistant to the Mayor" is staff, "Vice Mayor" sits on the council.
LABELS: tuple[tuple[SpeakerRole, re.Pattern[str]], ...] = (
    (
        SpeakerRole.STAFF,
        re.compile(
            r"\b(director|chief|manager|attorney|counsel|clerk|engineer|administrator|planner|"
            r"staff|"
            r"superintendent|treasurer|comptroller|analyst|captain|lieutenant|sergeant|officer|"
            r"assistant|secretary|auditor|coordinator|specialist|cfo|cio|cao)\b",
            re.IGNORECASE,
        ),
    ),
    (
        SpeakerRole.COUNCIL,
        re.compile(
            r"\b(council\s?(member|woman|man|person|or|lor)?s?|councilmember|councilor|councillor|"
            r"alder\w*|commissioner|supervisor|selectman|selectwoman|trustee|vice[ -]mayor|"
            r"(vice[ -])?(chair\w*|president)|representative|legislator)\b",
            re.IGNORECASE,
        ),
    ),
    (SpeakerRole.MAYOR, re.compile(r"\b(mayor|county executive)\b", re.IGNORECASE)),
    (
        SpeakerRole.VENDOR,
        re.compile(r"\b(vendor|consultant|contractor|inc|llc|ltd|corp|company)\b", re.IGNORECASE),
    ),
    (
        SpeakerRole.PUBLIC,
        re.compile(r"\b(resident|public|citizen|caller|neighbou?r|commenter)\b", re.IGNORECASE),
    ),
)

WORDS: dict[SpeakerRole, re.Pattern[str]] = {
    SpeakerRole.PUBLIC: re.compile(
        r"\b(my name is|i live (on|in|at|off|near)|i('m| am) a (resident|homeowner|parent|"
        r"teacher|member of)|"
        r"i reside|i('m| am) here (to(night| speak| ask)?|today|tonight)|thank you for your "
        r"time|my (neighbors|"
        r"husband|wife|kids|children|house|home|landlord|street)|i urge you|you all need|born "
        r"and raised|"
        r"mayor and (members of|council)|members of the (city )?council|i('ve| have) lived)\b",
        re.IGNORECASE,
    ),
    SpeakerRole.COUNCIL: re.compile(
        r"\b(my (district|colleagues?|constituents?)|(for|to|ask) (our )?staff|colleagues|in my "
        r"district|"
        r"district (one|two|three|four|five|six|\d)|i('d| would) (like|love) (us )?to (see|"
        r"request|ask)|"
        r"council ?members?|i('ll| will) (second|support|be voting|be supporting)|this (council|"
        r"body)|"
        r"my (amendment|office|motion)|staff (could|can|to)|we as a council)\b",
        re.IGNORECASE,
    ),
    SpeakerRole.STAFF: re.compile(
        r"\b(staff (recommend|propos|is|has|will|are|have)\w*|before you (is|tonight|this evening)|"
        r"our (department|team|office|crews|engineers|consultants?)|we (recommend|anticipate|"
        r"estimate|received|applied|"
        r"are proposing|are working|are recommending|have applied|will be bringing|went out)|"
        r"the contract before|"
        r"this (item|contract|agreement|resolution|grant) (is|would|will)|as you (see|know)|"
        r"next slide|"
        r"council approval|your (approval|authorization|consideration)|bring (this|it|that|"
        r"back))\b",
        re.IGNORECASE,
    ),
    SpeakerRole.DOCUMENT: re.compile(
        r"\b(whereas|be it (resolved|ordained)|an ordinance (amending|to|of|relating)|code of "
        r"ordinances|"
        r"(is )?a resolution (to|of|authorizing|amending)|pursuant to|hereby|ordinance (no|number)|"
        r"calendar (no|number)|section \d+)\b",
        re.IGNORECASE,
    ),
    SpeakerRole.VENDOR: re.compile(
        r"\b(our (company|firm|product|platform|clients|software)|we('re| are) a (company|firm|"
        r"startup))\b",
        re.IGNORECASE,
    ),
}


def of_label(speaker: str) -> SpeakerRole:
    """Return the role a speaker's label names, or unknown."""
    for role, pattern in LABELS:
        if pattern.search(speaker):
            return role
    return SpeakerRole.UNKNOWN


def of_words(text: str) -> SpeakerRole:
    """Return the role the words give away most often, or unknown."""
    counts = {role: len(pattern.findall(text)) for role, pattern in WORDS.items()}
    best = max(counts, key=lambda role: counts[role])
    return best if counts[best] else SpeakerRole.UNKNOWN


def role(speaker: str, quote: str, around: str) -> SpeakerRole:
    """Return who speaks. Who says to be a resident is one: labels go astray."""
    heard = of_words(quote)
    if heard in (SpeakerRole.PUBLIC, SpeakerRole.DOCUMENT):
        return heard
    labelled = of_label(speaker)
    if labelled != SpeakerRole.UNKNOWN:
        return labelled
    return heard if heard != SpeakerRole.UNKNOWN else of_words(around)
