"""What was said in an invented council, and a model that hears needs in it."""

import re
from collections.abc import Sequence
from typing import Any

from signals.extraction.contract import Found, Heard, Setting
from tests.fakes.gemini import Answer, Asked, says

COUNCIL = (
    ("Mayor Ilse Brandt", "Good evening, the council of Marlow Falls is in session."),
    ("Clerk", "All seven members are here, and the minutes were handed out on Friday."),
    (
        "Tom Okafor, public works director",
        "We need a system that tells us which of the storm drains on Alder Street are blocked.",
    ),
    (
        "Tom Okafor, public works director",
        "We have put $240,000 for it into the request, and it has to run before the spring rains.",
    ),
    ("Councilmember Reyes", "Thank you, Tom, that was overdue after last April."),
    ("Mayor Ilse Brandt", "Next is the library, and then we will hear from the parks board."),
    (
        "June Park, library director",
        "We need something to book the study rooms with, since the paper diary has been lost.",
    ),
    ("Councilmember Reyes", "I move that we thank the volunteers who painted the reading hall."),
    ("Mayor Ilse Brandt", "If there is nothing else, this meeting stands adjourned."),
)
DRAINS = COUNCIL[2][1]
MONEY = COUNCIL[3][1]
ROOMS = COUNCIL[6][1]
SETTING = Setting("Marlow Falls, OH", "City Council", "2026-11-12")

STREETS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Pine",
]
THINGS = [
    "culverts",
    "hydrants",
    "lamps",
    "pumps",
    "signals",
    "meters",
    "sirens",
    "benches",
    "gates",
    "valves",
]


def heard(said: Sequence[tuple[str, str]] = COUNCIL) -> list[Heard]:
    """Return the sentences as segments of eight seconds each."""
    return [
        Heard(index, 8.0 * index, 8.0 * index + 7, words, speaker)
        for index, (speaker, words) in enumerate(said)
    ]


def long_meeting(count: int = 120, *, needs: Sequence[int] = ()) -> list[Heard]:
    """Return a meeting of that many different sentences; those at needs say what is needed."""
    return heard(
        [
            (
                "Tom Okafor, public works director",
                f"We need new {THINGS[i % 10]} on {STREETS[i % 12]} Street, which is item {i}."
                if i in needs
                else f"Item {i} is about {THINGS[i % 10]} on {STREETS[i % 12]} Street, as read.",
            )
            for i in range(count)
        ]
    )


def signal(number: int, words: str, **fields: Any) -> dict[str, Any]:
    """A signal as the first pass answers it."""
    return {
        "segments": [number],
        "quote": words,
        "discussed_from": number,
        "discussed_to": number,
        "amount": None,
        "timeframe": None,
        "speaker_role": "staff",
        "title": f"A thing that is needed, {' '.join(words.split()[2:6])}",
        "summary": "The department asks for it.",
        "kind": "need",
        "category": "public-works",
        "strength": 2,
        "confidence": 0.7,
    } | fields


def verdict(number: int, **fields: Any) -> dict[str, Any]:
    """A verdict as the second pass answers it: it stands, unless told otherwise."""
    return {
        "number": number,
        "reason": "signal",
        "keep": True,
        "kind": "need",
        "category": "public-works",
        "strength": 2,
        "confidence": 0.8,
        "title": "",
    } | fields


def finds(*signals: dict[str, Any]) -> Answer:
    return says({"signals": list(signals)})


def judges(*verdicts: dict[str, Any]) -> Answer:
    return says({"verdicts": list(verdicts)})


def hears_needs(asked: Asked) -> Answer:
    """A model that takes each "we need" for a signal, and keeps every candidate as it is."""
    if asked.wants == "signals":
        return finds(
            *(
                signal(number, words)
                for number, words in asked.lines.items()
                if re.search("we need", words, re.IGNORECASE)
            )
        )
    return judges(
        *(
            verdict(
                one["number"], **{name: one[name] for name in ("kind", "category", "confidence")}
            )
            for one in asked.candidates
        )
    )


def quotes(found: Sequence[Found], segments: Sequence[Heard]) -> list[str]:
    """Return the stored words at each signal's spans."""
    texts = {one.index: one.text for one in segments}
    return [
        " ".join(texts[span.index][span.first : span.last] for span in one.spans) for one in found
    ]
