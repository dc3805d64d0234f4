"""Hard eligibility: what a startup must have before its score counts, whatever the score."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from matching import excluding, profiles
from signals.models import Signal
from startups.models import Startup

CERTIFICATES = (
    "SOC 2",
    "ISO 27001",
    "FedRAMP",
    "StateRAMP",
    "GovRAMP",
    "CJIS",
    "HIPAA",
    "PCI DSS",
    "NSF 61",
    "NSF/ANSI 61",
    "MBE",
    "WBE",
    "DBE",
    "SDVOSB",
)
NAMED = {
    name: re.compile(rf"(?<!\w){'[- ]?'.join(map(re.escape, name.split()))}(?!\w)", re.IGNORECASE)
    for name in CERTIFICATES
}
SHORT = {"MBE", "WBE", "DBE"}  # words of three letters count in capitals alone
MUST = re.compile(
    r"\b(must|requires?|required|requirement|needs? to (?:be|have)|has to (?:be|have)|"
    r"have to (?:be|have)|shall|only (?:consider|accept|take)|mandatory)\b",
    re.IGNORECASE,
)
SMALL = re.compile(r"\bsmall[- ]business(?:es)?(?:[- ]set[- ]aside)?\b", re.IGNORECASE)
SMALL_MOST = 500  # employees; the usual standard of the US Small Business Administration
COMPLAINT = re.compile(
    r"\b(problems?|issues?|fail(?:s|ed|ing|ures?)?|crash\w*|outages?|unhappy|dissatisf\w+|"
    r"frustrat\w+|complain\w*|terminat\w+|replac\w+|switch\w*|not working|doesn't work|"
    r"does not work|didn't work|did not work|stopped working|unreliable|too slow|overcharg\w+|"
    r"over budget|behind schedule|let (?:us|them) down|mov(?:e|ing) (?:away|off)|"
    r"get(?:ting)? rid of|no longer supports?|not renew\w*)\b",
    re.IGNORECASE,
)
FEWEST_LETTERS = 3


class Lack(str):
    """What a startup lacks, as a sentence. thing names it in a few words, to be counted by."""

    __slots__ = ("thing",)
    thing: str

    def __new__(cls, sentence: str, *, thing: str) -> "Lack":
        made = super().__new__(cls, sentence)
        made.thing = thing
        return made


@dataclass(frozen=True)
class Demands:
    """What a signal's words demand of whoever answers it, and which of the startups among which it
    is asked asked not to be told of it.
    """

    signal: Signal
    among: Collection[int] = ()

    @cached_property
    def text(self) -> str:
        return f"{self.signal.title}. {self.signal.summary} {self.signal.heard}"

    @cached_property
    def sentences(self) -> list[str]:
        return profiles.sentences(self.text)

    @cached_property
    def certificates(self) -> list[str]:
        """Those named in a sentence that demands something."""
        strict = [one for one in self.sentences if MUST.search(one)]
        return [name for name in CERTIFICATES if any(_names(name, one) for one in strict)]

    @cached_property
    def small_only(self) -> bool:
        return any(SMALL.search(one) and MUST.search(one) for one in self.sentences)

    @cached_property
    def unwanted(self) -> dict[int, str]:
        return excluding.against(self.signal, self.among) if self.among else {}

    def missing(self, startup: Startup) -> list[Lack]:
        """Return what the startup lacks, each as a sentence. Needs its contents."""
        return [
            *self._place(startup),
            *(
                Lack(f"Its profile does not say that it has {name}, which is demanded.", thing=name)
                for name in self.certificates
                if not any(_names(name, text) for text in profiles.weighted(startup).values())
            ),
            *self._size(startup),
            *self._incumbent(startup),
            *self._unwanted(startup),
        ]

    def _place(self, startup: Startup) -> list[Lack]:
        served = startup.contents.regions
        here = self.signal.jurisdiction.region
        if not served or here.pk in served:
            return []
        return [Lack(f"It does not serve {here.name}.", thing=f"Serving {here.name}")]

    def _unwanted(self, startup: Startup) -> list[Lack]:
        what = self.unwanted.get(startup.pk)
        if not what:
            return []
        return [Lack(f"It asked not to be told of {what}.", thing="Wanting to be told")]

    def _size(self, startup: Startup) -> list[Lack]:
        if not self.small_only or (startup.team_size or 0) <= SMALL_MOST:
            return []
        said = f"Only small businesses are asked, and it has {startup.team_size:,} people."
        return [Lack(said, thing="Being a small business")]

    def _incumbent(self, startup: Startup) -> list[Lack]:
        """The vendor in use, if the words that name it complain: in its sentence or the next."""
        # A pattern is made for every name, so look first whether the words occur at all.
        if len(startup.name) < FEWEST_LETTERS or startup.name not in self.text:
            return []
        name = re.compile(rf"(?<!\w){re.escape(startup.name)}(?!\w)")
        for at, sentence in enumerate(self.sentences):
            around = " ".join(self.sentences[at : at + 2])
            if name.search(sentence) and COMPLAINT.search(around) and not sentence.isupper():
                said = "It is the vendor they complain about."
                return [Lack(said, thing="Not being the vendor complained about")]
        return []


def _names(certificate: str, text: str) -> bool:
    found = NAMED[certificate].search(text)
    return found is not None and (certificate not in SHORT or found[0].isupper())
