"""What was said in two invented meetings, long enough to tell them apart."""

MORNING = (
    "Good morning, this is the session of the water committee, and all members are here.",
    "We need three new pumps for the plant on Alder Street before the spring floods.",
    "The old ones failed twice this winter and the crew slept in the control room.",
    "Thank you, and we will take that up with the budget on the second of the month.",
    "We need somebody to survey the culverts under the county road as well.",
    "I move that we adjourn, and thanks to the clerk for the coffee.",
)
EVENING = (
    "Welcome back, everybody, we open the evening session with the library report.",
    "Circulation is up by a fifth since the branch opened on Saturdays last June.",
    "We need a system to book the meeting rooms, because the paper diary was lost.",
    "Children came to the reading hour in numbers nobody on the board had expected.",
    "If there is nothing else, I would like to thank the volunteers and close.",
)


def timed(said: tuple[str, ...], *, start: float = 30.0) -> list[tuple[float, float, str]]:
    """Return the sentences with times, each lasting seven seconds."""
    return [
        (start + 8 * place, start + 8 * place + 7, sentence) for place, sentence in enumerate(said)
    ]
