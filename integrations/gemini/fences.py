"""Marks around what a model only reads, so that it cannot pass for what the model is told."""

import hashlib


def fenced(name: str, text: str) -> str:
    """Return the text between marks that it cannot itself contain: their code is its own digest."""
    code = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return f"<<<{name} {code}>>>\n{text}\n<<<END OF {name} {code}>>>"
