"""The fake service, the settings that lead to it, and time that passes only when told to."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from integrations.gemini import asking
from integrations.gemini.client import Gemini
from integrations.gemini.extraction import GeminiExtractor
from signals import finding
from tests.fakes.gemini import KEY, FakeGemini
from tests.integrations.gemini.talk import hears_needs


class Clock:
    """Time that passes while one sleeps, and not else."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gemini(settings) -> Iterator[FakeGemini]:
    """The fake, hearing needs, and settings as a site has them that uses it."""
    with FakeGemini() as fake:
        fake.model = hears_needs
        settings.GEMINI_API_KEY = KEY
        settings.GEMINI_BASE_URL = fake.url
        settings.GEMINI_TIMEOUT_SECONDS = 5
        settings.EXTRACTOR = "integrations.gemini.extraction.GeminiExtractor"
        finding.extractor.cache_clear()
        cache.delete(asking.AWAY)
        yield fake
    finding.extractor.cache_clear()
    cache.delete(asking.AWAY)


@pytest.fixture
def extractor(db, gemini, clock) -> GeminiExtractor:
    return GeminiExtractor(lambda: Gemini.from_settings(sleep=clock.sleep, clock=clock))
