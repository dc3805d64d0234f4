"""The reasons of matches: asked of the explainer before anything is locked, stored with the match.

Startups read reasons, and an explainer may be another company's: it gets the quotes as shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

from matching import profiles
from matching.contract import Explainer, Pairing
from matching.explaining import LocalExplainer
from matching.models import Match, Reason
from signals.models import Evidence, Signal
from startups.models import Startup

MOST = 2


@dataclass(frozen=True)
class Reasons:
    """The pairings found for each startup (by its key), and how they came about."""

    pieces: list[Evidence]
    pairings: dict[int, list[Pairing]] = field(default_factory=dict)
    by: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, startup: Startup, found: list[Pairing]) -> None:
        self.pairings[startup.pk] = list(found)
        if by := getattr(found, "by", ""):
            self.by[by] += 1
        self.dropped.update(getattr(found, "dropped", {}))
        if (failure := getattr(found, "failure", "")) and failure not in self.failures:
            self.failures.append(failure)

    def as_json(self) -> dict[str, object]:
        return {"by": dict(self.by), "dropped": dict(self.dropped), "failures": self.failures}


def find(
    signal: Signal, startups: Iterable[Startup], explainer: Explainer | None = None
) -> Reasons:
    """Return the reasons for each startup. May ask a vendor: hold no lock meanwhile.

    By the explainer of the settings, unless another one is given.
    """
    explainer, startups = explainer or _chosen(), list(startups)
    found = Reasons(list(signal.evidence.all()))
    quotes = [piece.shown for piece in found.pieces]
    if startups and isinstance(explainer, LocalExplainer):
        explainer.bring(signal, quotes, startups)
    for startup in startups:
        found.add(startup, explainer.explain(quotes, profiles.passages(startup), most=MOST))
    return found


def are_local() -> bool:
    """Whether the site's reasons are found on this machine, by likeness."""
    return isinstance(_chosen(), LocalExplainer)


def _chosen() -> Explainer:
    made: Explainer = import_string(settings.EXPLAINER)()
    return made


def store(
    matches: Iterable[Match], found: Reasons, current: Sequence[Evidence]
) -> dict[Match, list[Reason]]:
    """Store the reasons found for the matches' startups, those whose words still stand; return
    them.
    """
    standing = {piece.pk: piece for piece in current}
    made = {match: _standing(match, found, standing) for match in matches}
    Reason.objects.bulk_create(reason for reasons in made.values() for reason in reasons)
    return made


def _standing(match: Match, found: Reasons, pieces: Mapping[int, Evidence]) -> list[Reason]:
    longest = Reason._meta.get_field("profile_part").max_length
    cited = [
        (pairing, pieces.get(found.pieces[pairing.piece].pk))
        for pairing in found.pairings.get(match.startup_id, ())
    ]
    return [
        Reason(
            match=match,
            position=position,
            verdict=Reason.Verdict.FITS if pairing.fits else Reason.Verdict.DOUBT,
            evidence=piece,
            they_said=pairing.they_said,
            profile_says=pairing.profile_says,
            profile_part=pairing.profile_part[:longest],
        )
        for position, (pairing, piece) in enumerate(cited)
        if piece and pairing.they_said in piece.shown
    ]
