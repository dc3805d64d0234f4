"""Queue entry points."""

from matching import meaning


def embed_signals() -> None:
    """Embed approved signals that have no vector yet, so that searches by meaning find them."""
    meaning.embed_missing()
