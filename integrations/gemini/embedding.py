"""The embedder that asks Gemini. settings.EMBEDDER names it when there is a GEMINI_API_KEY."""

from collections.abc import Callable, Sequence

import numpy as np

from civstart.lib import vectors
from integrations.gemini import client, prices
from integrations.gemini.client import Gemini
from integrations.gemini.texts import Texts
from matching.contract import EmbedderUnavailable, type_of_vectors

MOST_AT_ONCE = 100  # texts in one request, the service's limit
DOCUMENT, QUERY = "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"


class GeminiEmbedder:
    """gemini-embedding-001 with all its 3,072 dimensions.

    Raise EmbedderUnavailable if the service stays away or answers nonsense, and client.Refused if
    the key or the model will not do.
    """

    model = vectors.GEMINI.model
    dimensions = vectors.GEMINI.dimensions
    most_words = 1200  # of the 2,048 tokens it reads
    english_only = False

    def __init__(self, connect: Callable[[], Gemini] = Gemini.from_settings) -> None:
        prices.known(self.model)
        self._connect = connect

    def documents(self, texts: Sequence[str]) -> type_of_vectors:
        return self._embed(texts, DOCUMENT)

    def queries(self, texts: Sequence[str]) -> type_of_vectors:
        return self._embed(texts, QUERY)

    def _embed(self, texts: Sequence[str], task: str) -> type_of_vectors:
        """Return a vector a text; of one without a letter zeros, and nothing is asked for it."""
        made = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        said = [row for row, text in enumerate(texts) if text.strip()]
        if not said:
            return made
        try:
            with self._connect() as gemini:
                for first in range(0, len(said), MOST_AT_ONCE):
                    rows = said[first : first + MOST_AT_ONCE]
                    asked = tuple(texts[row] for row in rows)
                    made[rows] = gemini.embed(Texts(self.model, asked, task, self.dimensions))
        except client.Unavailable as error:
            raise EmbedderUnavailable(str(error)) from error
        return made
