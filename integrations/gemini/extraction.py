"""The extractor that asks Gemini. settings.EXTRACTOR names it when there is a GEMINI_API_KEY."""

from collections.abc import Callable, Sequence

from django.conf import settings

from integrations.gemini import parts, prices, prompts
from integrations.gemini.client import Gemini
from integrations.gemini.reading import BudgetSpent, Reader
from signals.extraction.contract import Findings, Found, Heard, Setting

LONGEST_VERSION = 60


class GeminiExtractor:
    """Finds signals with Gemini: a search that misses little, then a strict check.

    Raise client.Refused if the key, the model or the budget will not do, and client.Unavailable
    if the service stays away. What was answered until then is remembered: extracting again asks
    only for the rest.
    """

    name = "gemini"
    bar = 0.0  # the strict check has decided

    def __init__(self, connect: Callable[[], Gemini] = Gemini.from_settings) -> None:
        prices.known(settings.GEMINI_EXTRACTION_MODEL)
        self.version = f"{settings.GEMINI_EXTRACTION_MODEL}, prompt {prompts.VERSION}"
        self.version = self.version[-LONGEST_VERSION:]
        self._connect = connect

    def extract(
        self,
        heard: Sequence[Heard],
        setting: Setting,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> list[Found]:
        """Return the signals found, the most confident first.

        With GEMINI_MEETING_BUDGET_USD spent, those found until then, as Findings that say so.
        Extracting again has a budget of its own, and is not charged for what was answered before.
        """
        report = progress or (lambda share: None)
        report(0.0)
        cut = parts.cut(
            heard, size=settings.GEMINI_CHUNK_TOKENS, overlap=settings.GEMINI_OVERLAP_TOKENS
        )
        found: list[Found] = []
        if cut:
            with self._connect() as gemini:
                found = _read(Reader(gemini, heard, setting, len(cut)), cut, report)
        report(1.0)
        return found


def _read(reader: Reader, cut: list[parts.Part], report: Callable[[float], None]) -> list[Found]:
    for done, part in enumerate(cut):
        report(done / len(cut))
        try:
            reader.read(part)
        except BudgetSpent as error:
            found = reader.finish(stopped=str(error))
            return Findings(found, stopped=str(error), share=done / len(cut))
    return reader.finish()
