"""How the fake of Gemini answers, and how it refuses."""

from dataclasses import dataclass, field
from typing import Any

TYPE = "type.googleapis.com/google.rpc."


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: dict[str, Any] | str = ""
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


def error(
    status: int, name: str, message: str, details: list[dict[str, Any]] | None = None
) -> Answer:
    inner: dict[str, Any] = {"code": status, "message": message, "status": name}
    return Answer(status, {"error": inner | ({"details": details} if details else {})})


class Refusal(Exception):
    """A request the real service would not take."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.body))
        self.answer = answer


def invalid(message: str) -> Refusal:
    return Refusal(error(400, "INVALID_ARGUMENT", message))
