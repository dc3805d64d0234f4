"""Every page, and how to get there: whose it is, and steps.

A step is an address ("/…"), "press: <button>", "open: <what of the page, as in CSS>" or
"type: <label> = <words>"; "press?" presses what only some widths show. {names} are filled with
what `rows` made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

NO_SPACES = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
NOBODY = "nobody@looks.example"
NEWCOMER = "fay@looks.example"
FOUNDER = "{founder}"
TOLD_MUCH = "theo@plumbtrace.example"
ANA, MARCUS = "ana.ruiz@civstart.example", "marcus.oyelaran@civstart.example"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page in a state. status is what it must answer with."""

    name: str
    who: str | None
    steps: tuple[str, ...]
    status: int = 200


def _of(who: str | None, pages: dict[str, str | tuple[str, ...]], status: int = 200) -> list[Shown]:
    return [
        Shown(name, who, (steps,) if isinstance(steps, str) else steps, status)
        for name, steps in pages.items()
    ]


DOOR = _of(
    None,
    {
        "door-login": "/accounts/login/",
        "door-login-wrong": (
            "/accounts/login/",
            "type: E-mail = ana@nowhere.example",
            "type: Password = wrong",
            "press: Sign in",
        ),
        "door-signup": "/accounts/signup/",
        "door-inactive": "/accounts/inactive/",
        "door-reset": "/accounts/password/reset/",
        "door-reset-wrong": (
            "/accounts/password/reset/",
            "type: E-mail = nothing",
            "press: Mail me the link",
        ),
        "door-reset-done": "/accounts/password/reset/done/",
        "door-reset-key-old": "/accounts/password/reset/key/1-set-password/",
        "door-reset-key-done": "/accounts/password/reset/key/done/",
        "door-confirm-sent": "/accounts/confirm-email/",
        "door-confirm-old": "/accounts/confirm-email/abc/",
    },
)
STARTUP = (
    _of(
        FOUNDER,
        {
            "home": "/",
            "home-not-for-us": ("/", "open: .dismiss > summary"),
            "home-menu": ("/", "open: .masthead .menu > summary"),
            "signals": "/signals/",
            "signals-filters": ("/signals/?kind=budget", "press?: Filters"),
            "signals-filtered": "/signals/?kind=budget&kind=procurement&strength=2&q=water",
            "signals-none": "/signals/?kind=need&q=zeppelin",
            "signals-bad": "/signals/?amount_min=lots&sort=sideways&page=900",
            "signals-long-question": f"/signals/?q={'water+' * 60}",
            "signal": "/signals/{signal}/",
            "signal-long": "/signals/{long}/",
            "signal-asked-nothing": ("/signals/{signal}/", "press: Ask"),
            "dismiss": "/matches/{match}/dismiss/",
            "exclusions": "/exclusions/",
            "saved": "/saved/",
            "saved-new": "/saved/new/?kind=budget&strength=2",
            "saved-name-taken": (
                "/saved/new/?kind=budget&strength=2",
                "type: Name = Budgets",
                "press: Save search",
            ),
            "saved-edit": "/saved/{saved}/",
            "saved-said": ("/saved/{saved}/", "press: Change it"),
            "places": "/places/",
            "places-state": "/places/?state=OH",
            "places-none": "/places/?name=zeppelin",
            "place": "/places/{place}/",
            "meeting": "/meetings/{meeting}/",
            "profile": "/profile/",
            "startup-long": "/startups/{long_startup}/",
            "notices": "/notices/",
            "password": "/accounts/password/change/",
            "password-wrong": (
                "/accounts/password/change/",
                "type: Current password = no",
                "press: Save the password",
            ),
            "email": "/accounts/email/",
            "reauthenticate": "/accounts/reauthenticate/",
            "logout": "/accounts/logout/",
            "docs": "/api/docs/",
        },
    )
    + _of(
        NEWCOMER,
        {
            "new-home": "/",
            "new-saved": "/saved/",
            "new-notices": "/notices/",
            "new-profile": "/profile/",
            "new-exclusions": "/exclusions/",
        },
    )
    + _of(TOLD_MUCH, {"many-home": "/", "many-notices": "/notices/"})
    + _of(NOBODY, {"nobody-home": "/", "nobody-profile": "/profile/"})
)
ERRORS = [
    *_of(FOUNDER, {"error-404": "/nothing/here/"}, 404),
    *_of(FOUNDER, {"error-403": "/staff/"}, 403),
    *_of(ANA, {"error-404-staff": "/staff/nothing/"}, 404),
    *_of(FOUNDER, {"error-405": "/notices/read/"}, 405),
    *_of(FOUNDER, {"error-withdrawn": "/signals/{withdrawn}/"}, 410),
    *_of(ANA, {"review-gone": "/staff/review/00000000-0000-4000-8000-000000000000/"}, 404),
    *_of(ANA, {"demand-wrong": "/staff/matching/demand/?days=1"}, 400),
    *_of(None, {"error-429": "/too-fast/"}, 429),
    *_of(None, {"error-old-form": "/old-form/"}, 403),
    *_of(None, {"error-500": "/fault/"}, 500),
    *_of(None, {"error-400": "http://127.0.0.1:{port}/"}, 400),
]
STAFF = _of(
    ANA,
    {
        "today": "/staff/",
        "everything": "/staff/everything/",
        "app": "/staff/signals/",
        "review": "/staff/review/",
        "review-long": "/staff/review/{waits}/",
        "review-decided": "/staff/review/{rejected}/",
        "review-none": "/staff/review/?kind=mandate&q=zeppelin",
        "bulk": ("/staff/review/{waits}/", "open: .queue-tick", "press: Reject all"),
        "history": "/staff/signal-history/{rejected}/",
        "history-long": "/staff/signal-history/{long}/",
        "upload": "/staff/upload/",
        "upload-wrong": (
            "/staff/upload/",
            "type: Jurisdiction = Atlantis",
            "press: Upload",
        ),
        "coverage": "/staff/coverage/",
        "trust": "/staff/trust/",
        "trust-looks": "/staff/trust/second-looks/",
        "trust-automatic": "/staff/trust/automatic/",
        "policies": "/staff/matching/",
        "policy-current": "/staff/matching/policies/{current}/",
        "policy-draft": "/staff/matching/policies/{draft}/",
        "rematches": "/staff/matching/rematches/",
        "rematch": "/staff/matching/rematches/{rematch}/",
        "exposure": "/staff/matching/exposure/",
        "demand": "/staff/matching/demand/?days=365",
        "demand-none": "/staff/matching/demand/?category=transportation",
        "evaluation": "/staff/matching/evaluation/",
        "signal-matches": "/staff/matching/signals/{signal}/",
        "signal-matches-long": "/staff/matching/signals/{long}/",
        "questions": "/staff/questions/",
        "questions-answered": "/staff/questions/?shown=answered",
        "correct": "/staff/questions/{answered}/correct/",
        "add-nothing": ("/staff/signals/source/add/", "press: Save"),
        "save-said": ("/staff/signals/source/{source}/change/", "press: Save"),
        "delete": "/staff/signals/source/{source}/delete/",
        "history-of-row": "/staff/signals/source/{source}/history/",
        "popup": "/staff/places/jurisdiction/add/?_popup=1",
        "list-nothing-found": "/staff/signals/source/?q=zeppelin",
        "password-staff": "/staff/password_change/",
        "signal-staff": "/signals/{waits}/",
    },
) + _of(MARCUS, {"second-look": "/staff/trust/second-looks/next/"})
ALL = [*DOOR, *STARTUP, *ERRORS, *STAFF]


def every(made: Mapping[str, Any]) -> list[Shown]:
    """Return all pages, those of the staff site's models too."""
    ours = (replace(one, who=one.who and one.who.format(**made)) for one in ALL)
    return [*ours, *(Shown(name, ANA, (path,)) for name, path in made["admin"])]
