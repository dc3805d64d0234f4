"""What the API's tests share."""

from typing import Any


def rows(answer: Any) -> list[dict[str, Any]]:
    """Return the rows of a page of a list."""
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def errors(answer: Any) -> list[tuple[str, str | None]]:
    """Return code and attribute of each error, having checked the shape all errors share."""
    body = answer.json()
    assert set(body) == {"type", "errors"}
    assert body["type"] in {"client_error", "validation_error", "server_error"}
    assert all(set(error) == {"code", "detail", "attr"} for error in body["errors"])
    return [(error["code"], error["attr"]) for error in body["errors"]]
