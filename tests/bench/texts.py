"""Profiles and needs that read like real ones and repeat words as real ones do: a few words stand
in every text, most in a few, and names in one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

# What is sold, by field: each with words that its texts draw from.
FIELDS = {
    "water": "leak main hydrant meter valve pressure pipe reservoir backflow turbidity",
    "sewer": "manhole inflow lateral lift overflow grease outfall culvert infiltration sludge",
    "streets": "pothole asphalt crack curb paving milling sealant striping gravel shoulder",
    "traffic": "crossing camera loop queue junction detector corridor phase speed collision",
    "transit": "bus stop fare route paratransit headway depot farebox ridership shelter",
    "permits": "plan review applicant inspection zoning setback variance parcel fee intake",
    "parks": "trail playground canopy turf irrigation pavilion shade picnic mulch splash",
    "fire": "hose engine dispatch burn alarm sprinkler ladder evacuation smoke mutual",
    "police": "body footage redaction warrant patrol beat evidence plate jail booking",
    "health": "overdose clinic vaccine nurse syringe outreach naloxone intake triage recovery",
    "housing": "tenant voucher shelter rent eviction landlord encampment bed lottery subsidy",
    "libraries": "catalog shelf loan reader branch hold archive microfilm scanner bookmobile",
    "finance": "ledger invoice audit grant reconciliation budget payroll purchase bond levy",
    "elections": "ballot poll signature precinct tabulator canvass voter drop absentee recount",
    "records": "clerk minutes agenda retention request redact index deed archive transcript",
    "waste": "cart compost route landfill tipping recycling contamination hauler bulky transfer",
    "energy": "solar retrofit boiler battery charger meter lighting tariff microgrid heat",
    "schools": "lunch tutor enrolment bus attendance district counselor absence portal reading",
    "security": "phishing password backup patch firewall endpoint outage log insurance token",
    "airport": "runway apron hangar deicing taxiway noise windsock fuel gate concession",
}
HOW = [
    "sensor",
    "software",
    "drone",
    "survey",
    "kit",
    "service",
    "platform",
    "app",
    "dashboard",
    "robot",
    "training",
    "audit",
    "marketplace",
    "tablet",
    "map",
    "model",
    "hotline",
    "subscription",
    "database",
    "scanner",
]
DOES = [
    "finds",
    "tracks",
    "cuts",
    "counts",
    "plans",
    "repairs",
    "schedules",
    "predicts",
    "reports",
    "records",
    "sorts",
    "measures",
    "replaces",
    "shares",
    "watches",
    "prices",
    "routes",
    "tests",
    "cleans",
    "trains",
]
FOR = [
    "cities",
    "counties",
    "small towns",
    "water departments",
    "public works crews",
    "school districts",
    "clerks",
    "transit agencies",
    "councils",
    "contractors",
    "hospitals",
    "landlords",
    "retailers",
    "farms",
    "insurers",
]
SENTENCES = (
    "Our {how} {does} every {a} and {b}, and staff see it the same day.",
    "{For} use it where the {a} is old and nobody knows which {b} comes next.",
    "It {does} the {a} by night, without a new {b} and without overtime.",
    "Crews open the {how} on a phone, note the {a}, and the office closes the {b} by noon.",
    "A pilot takes six weeks: we bring the {how}, you name one {a}, and we agree on the {b}.",
    "Before, a {a} waited for months; with {name} the {b} is settled in a week.",
    "We were founded in {place} by two engineers who had mended a {a} too often.",
    "The price is by the {b}, so a budget of any size can begin with one {a}.",
    "{name} works beside what is in use already, from the {a} list to the {b} report.",
    "Customers in {place} and {other} cut the cost of each {a} by a third.",
)
NEEDS = (
    "{a} and {b} work for the {field} department",
    "A {how} that {does} the {a}",
    "Old {a}s and no plan for the {b}",
    "Money for a {how} for {field}, from the {a} to the {b}",
    "Who {does} the {a} before winter",
    "A study of {a} and {b} losses",
)
SYLLABLES = [
    "ba",
    "cor",
    "del",
    "fen",
    "gal",
    "hol",
    "iris",
    "jun",
    "kel",
    "lor",
    "mar",
    "nev",
    "or",
    "pel",
    "quin",
    "ras",
    "sol",
    "tam",
    "ul",
    "vex",
]
NAMES = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]  # 8,000


@dataclass(frozen=True, slots=True)
class Profile:
    """What a startup says of itself, and the number of its field."""

    field: int
    name: str
    one_liner: str
    description: str


def profiles(count: int) -> Iterator[Profile]:
    """Yield that many profiles of 60 to 150 words."""
    chance = Random(5)
    fields = list(FIELDS.items())
    for number in range(count):
        at = number % len(fields)
        field, words = fields[at][0], fields[at][1].split()
        name = f"{chance.choice(NAMES).capitalize()} {number}"
        said = chance.sample(SENTENCES, chance.randint(3, 8))
        yield Profile(
            at,
            name,
            f"{chance.choice(HOW).capitalize()} for {field}: {chance.choice(DOES)} "
            f"{' and '.join(chance.sample(words, 2))}",
            " ".join(_filled(one, field, words, name, chance) for one in said),
        )


def needs(count: int) -> list[tuple[int, str]]:
    """Return so many titles of needs, each with the number of its field."""
    chance = Random(6)
    fields = list(FIELDS.items())
    made = []
    for number in range(count):
        field, words = fields[number % len(fields)]
        title = _filled(chance.choice(NEEDS), field, words.split(), "", chance)
        made.append((number % len(fields), title[0].upper() + title[1:]))
    return made


def _filled(sentence: str, field: str, words: list[str], name: str, chance: Random) -> str:
    a, b = chance.sample(words, 2)
    audience = chance.choice(FOR)
    return sentence.format(
        how=chance.choice(HOW),
        does=chance.choice(DOES),
        For=audience.capitalize(),
        a=a,
        b=b,
        field=field,
        name=name,
        place=chance.choice(NAMES).capitalize(),
        other=chance.choice(NAMES).capitalize(),
    )
