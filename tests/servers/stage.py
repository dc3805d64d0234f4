"""Fills the site the tests visit. Runs in a process of its own, with the site's settings."""

import json
import sys

import django

PASSWORD = "a-long-password-5"
SIGNALS = 10


def main() -> None:
    django.setup()
    from tests import make

    leakwise = make.startup("Leakwise")
    people = {
        "sam": make.user("Sam Staffer", is_staff=True, is_superuser=True),
        "ana": make.user("Ana Ruiz", is_staff=True, is_superuser=True),
        "rita": make.user("Rita Founder"),
        "lou": make.user("Lou Listener"),
    }
    for name in ("rita", "lou"):
        make.membership(leakwise, people[name])
    signals = [
        make.signal(f"Acoustic leak detection for cast-iron water mains in ward {number}")
        for number in range(1, SIGNALS + 1)
    ]
    json.dump(
        {
            "emails": {name: person.email for name, person in people.items()},
            "signals": [{"id": str(one.public_id), "title": one.title} for one in signals],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
