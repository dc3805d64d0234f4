"""How signals are found in tests: by an extractor small enough to see through."""

from collections.abc import Callable, Iterator

import pytest

from signals import finding


@pytest.fixture
def choose_extractor(settings) -> Iterator[Callable[[str], None]]:
    """Return a function that chooses one of tests/support/extractors.py by name."""

    def choose(name: str) -> None:
        settings.EXTRACTOR = f"tests.support.extractors.{name}"
        finding.extractor.cache_clear()

    yield choose
    finding.extractor.cache_clear()


@pytest.fixture
def needs_heard(choose_extractor: Callable[[str], None]) -> None:
    """Each "we need" is a signal."""
    choose_extractor("HearsNeeds")
