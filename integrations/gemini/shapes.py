"""The shape of answers, in the subset of OpenAPI that Gemini takes.

Gemini writes the properties in the order of required: what is copied first, judgement after.
No bounds on numbers or lists: they make schemas "too many states for serving".
"""

from collections.abc import Sequence
from typing import Any

TEXT, NUMBER, WHOLE = {"type": "STRING"}, {"type": "NUMBER"}, {"type": "INTEGER"}


def one_of(values: Sequence[str]) -> dict[str, Any]:
    return {"type": "STRING", "enum": list(values)}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"nullable": True}


def list_of(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "OBJECT", "properties": properties, "required": list(properties)}
    return {
        "type": "OBJECT",
        "properties": {name: {"type": "ARRAY", "items": item}},
        "required": [name],
    }
