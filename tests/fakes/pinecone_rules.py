"""What Pinecone refuses in vectors, metadata and filters, and which metadata a filter matches."""

import json
import math
from collections.abc import Callable
from typing import Any

MOST_BYTES = 2 * 1024 * 1024
MOST_VECTORS = 1000
MOST_IDS = 1000
MOST_TOP_K = 10_000
MOST_LISTED = 100
MOST_METADATA_BYTES = 40 * 1024
LONGEST_ID = 512

INVALID, NOT_FOUND, OUT_OF_RANGE = 3, 5, 11  # codes of gRPC, which the data plane speaks


class Refusal(Exception):
    """A request the real service would not take."""

    def __init__(self, message: str, *, status: int = 400, code: int = INVALID) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    @property
    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": str(self), "details": []}


def fields(body: dict[str, Any], allowed: str, needed: str = "") -> None:
    """Refuse names the service does not know, and the absence of those it needs."""
    for name in body:
        if name not in allowed.split():
            raise Refusal(f"{name}: Cannot find field.")
    for name in needed.split():
        if name not in body:
            raise Refusal(f"{name}: this field is required.")


def vector_id(value: Any) -> None:
    sound = isinstance(value, str) and value.isascii() and "\0" not in value
    if not sound or not 1 <= len(value) <= LONGEST_ID:
        raise Refusal(f"Vector ID must be ASCII of 1 to {LONGEST_ID} characters, but got {value!r}")


def values(found: Any, dimension: int) -> None:
    """Refuse what is no vector of the index. JSON writes NaN and infinity as null."""
    if not isinstance(found, list) or not all(_is_number(n) for n in found):
        raise Refusal("Invalid value for field values: expected a list of finite numbers")
    if len(found) != dimension:
        raise Refusal(
            f"Vector dimension {len(found)} does not match the dimension of the index {dimension}"
        )
    if not any(found):
        raise Refusal("Dense vectors must contain at least one non-zero value.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def metadata(found: Any) -> None:
    if not isinstance(found, dict):
        raise Refusal("metadata must be an object")
    if len(json.dumps(found).encode()) > MOST_METADATA_BYTES:
        raise Refusal(f"metadata size exceeds the limit of {MOST_METADATA_BYTES} bytes per vector")
    for key, value in found.items():
        if not key or key.startswith("$"):
            raise Refusal(f"metadata key {key!r} must not be empty or start with $")
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (is_list or isinstance(value, str | bool) or _is_number(value)):
            raise Refusal(
                "Metadata value must be a string, number, boolean or list of strings, got "
                f"'{json.dumps(value)}' for field '{key}'"
            )


def top_k(value: Any) -> None:
    if not isinstance(value, int) or not 1 <= value <= MOST_TOP_K:
        raise Refusal(f"topK must be between 1 and {MOST_TOP_K}, got {value!r}")


# --- Filters --------------------------------------------------------------------------------


def _any(held: Any, wanted: Callable[[Any], bool]) -> bool:
    return any(wanted(one) for one in held) if isinstance(held, list) else wanted(held)


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(held: Any, asked: Any) -> bool:
        if not _is_number(asked):
            raise Refusal("range operators take numbers only")
        return _is_number(held) and holds(held, asked)

    return compare


def _in(held: Any, asked: Any) -> bool:
    if not isinstance(asked, list) or not asked:
        raise Refusal("$in and $nin take a list")
    return held is not None and _any(held, lambda one: one in asked)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda held, asked: held is not None and _any(held, lambda one: one == asked),
    "$ne": lambda held, asked: held is None or not _any(held, lambda one: one == asked),
    "$in": _in,
    "$nin": lambda held, asked: not _in(held, asked),
    "$gt": _compared(lambda held, asked: held > asked),
    "$gte": _compared(lambda held, asked: held >= asked),
    "$lt": _compared(lambda held, asked: held < asked),
    "$lte": _compared(lambda held, asked: held <= asked),
    "$exists": lambda held, asked: (held is not None) == asked,
}


def matches(asked: Any, held: dict[str, Any]) -> bool:
    """Whether the metadata passes the filter."""
    if not isinstance(asked, dict):
        raise Refusal("filter must be an object")
    # Each clause is looked at, also behind one that fails: a faulty one is refused wherever it is.
    found = [_clause(name, wanted, held) for name, wanted in asked.items()]
    return all(found)


def _clause(name: str, wanted: Any, held: dict[str, Any]) -> bool:
    if name in {"$and", "$or"}:
        if not isinstance(wanted, list) or not wanted:
            raise Refusal(f"{name} takes a list of filters")
        found = [matches(one, held) for one in wanted]
        return all(found) if name == "$and" else any(found)
    if name.startswith("$"):
        raise Refusal(f"{name} is not a valid operator")
    clauses = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    for operator in clauses:
        if operator not in OPERATORS:
            raise Refusal(f"{operator} is not a valid operator")
    passed = [OPERATORS[operator](held.get(name), one) for operator, one in clauses.items()]
    return all(passed)


def not_empty(asked: Any) -> None:
    if not asked:
        raise Refusal("filter must not be empty")
