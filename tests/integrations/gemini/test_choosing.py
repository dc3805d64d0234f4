"""A key chooses Gemini, no key the local extractor; what is wrong is said early."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.core.checks import run_checks

GEMINI = "integrations.gemini.extraction.GeminiExtractor"
LOCAL = "signals.extraction.local.LocalExtractor"


def setting_with(tmp_path, setting, **environment):
    """Return the setting of a site started in this environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in {"EXTRACTOR", "GEMINI_API_KEY", "RERANK", "RERANKER", "DJANGO_SETTINGS_MODULE"}
    }
    ran = subprocess.run(
        [sys.executable, "-c", f"from civstart import settings; print(settings.{setting})"],
        cwd=site.BASE_DIR,
        env=kept | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({"GEMINI_API_KEY": ""}, LOCAL),
        ({"GEMINI_API_KEY": " \n"}, LOCAL),
        ({"GEMINI_API_KEY": "AIza-some"}, GEMINI),
        ({"GEMINI_API_KEY": "AIza-some", "EXTRACTOR": LOCAL}, LOCAL),
        ({"GEMINI_API_KEY": "", "EXTRACTOR": GEMINI}, GEMINI),
    ],
)
def test_a_key_in_the_environment_chooses_gemini(tmp_path, environment, chosen):
    assert setting_with(tmp_path, "EXTRACTOR", **environment) == chosen


def faults():
    return [fault.id for fault in run_checks() if str(fault.id).startswith("integrations.")]


def test_a_sound_site_has_no_faults(gemini):
    assert faults() == []


def test_gemini_without_a_key_is_a_fault(gemini, settings):
    settings.GEMINI_API_KEY = ""

    assert faults() == ["integrations.E001"]


def test_a_model_without_a_price_is_a_fault(gemini, settings):
    settings.GEMINI_EXTRACTION_MODEL = "gemini-9-flash"

    assert faults() == ["integrations.E002"]


def test_parts_that_overlap_too_much_are_a_fault(gemini, settings):
    settings.GEMINI_CHUNK_TOKENS, settings.GEMINI_OVERLAP_TOKENS = 500, 400

    assert faults() == ["integrations.E003"]


def test_the_local_extractor_needs_none_of_it(settings):
    settings.EXTRACTOR, settings.GEMINI_API_KEY = LOCAL, ""
    settings.GEMINI_EXTRACTION_MODEL = "gemini-9-flash"

    assert faults() == []


RERANKER = "integrations.gemini.reranking.GeminiReranker"


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({"GEMINI_API_KEY": "AIza-some"}, ""),
        ({"GEMINI_API_KEY": "AIza-some", "RERANK": "True"}, RERANKER),
        ({"RERANK": "True", "RERANKER": "some.other.Reranker"}, "some.other.Reranker"),
    ],
)
def test_a_key_alone_chooses_no_re_ranker(tmp_path, environment, chosen):
    assert setting_with(tmp_path, "RERANKER", **environment) == chosen


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("GEMINI_RERANK_MODEL", "gemini-9-flash", "integrations.E010"),
        ("GEMINI_MATCHING_TIMEOUT_SECONDS", 0, "integrations.E011"),
        ("GEMINI_MATCHING_TIMEOUT_SECONDS", 600, "integrations.E011"),
        ("GEMINI_DAILY_BUDGET_USD", -1.0, "integrations.E012"),
        ("GEMINI_DAILY_BUDGET_USD", float("nan"), "integrations.E012"),
    ],
)
def test_a_re_ranker_told_wrongly_is_a_fault(gemini, settings, name, value, fault):
    settings.RERANKER = RERANKER
    assert faults() == []

    setattr(settings, name, value)

    assert faults() == [fault]


def test_a_re_ranker_without_a_key_is_a_fault(settings):
    settings.RERANKER = RERANKER

    assert faults() == ["integrations.E009"]
