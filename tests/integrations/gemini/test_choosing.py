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
        not in {
            "DJANGO_SETTINGS_MODULE",
            "EXPLAIN",
            "EXPLAINER",
            "EXTRACTOR",
            "GEMINI_API_KEY",
            "RERANK",
            "RERANKER",
        }
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
EXPLAINER = "integrations.gemini.explaining.GeminiExplainer"
LOCAL_EXPLAINER = "matching.explaining.LocalExplainer"
KEYED = {"GEMINI_API_KEY": "AIza-some"}


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        (KEYED, f" {LOCAL_EXPLAINER}"),
        (KEYED | {"RERANK": "True", "EXPLAIN": "True"}, f"{RERANKER} {EXPLAINER}"),
        (
            {"RERANK": "True", "RERANKER": "some.other", "EXPLAIN": "True", "EXPLAINER": "a.third"},
            "some.other a.third",
        ),
    ],
)
def test_a_key_alone_chooses_neither_re_ranker_nor_explainer(tmp_path, environment, chosen):
    both = "RERANKER + ' ' + settings.EXPLAINER"

    assert setting_with(tmp_path, both, **environment) == chosen.strip()


@pytest.mark.parametrize(
    ("backend", "path", "name", "value", "fault"),
    [
        ("RERANKER", RERANKER, "GEMINI_RERANK_MODEL", "gemini-9-flash", "E010"),
        ("RERANKER", RERANKER, "GEMINI_MATCHING_TIMEOUT_SECONDS", 0, "E011"),
        ("RERANKER", RERANKER, "GEMINI_DAILY_BUDGET_USD", -1.0, "E012"),
        ("RERANKER", RERANKER, "GEMINI_API_KEY", "", "E009"),
        ("EXPLAINER", EXPLAINER, "GEMINI_EXPLAIN_MODEL", "gemini-9-flash", "E014"),
        ("EXPLAINER", EXPLAINER, "GEMINI_MATCHING_TIMEOUT_SECONDS", 600, "E011"),
        ("EXPLAINER", EXPLAINER, "GEMINI_DAILY_BUDGET_USD", float("nan"), "E012"),
        ("EXPLAINER", EXPLAINER, "GEMINI_API_KEY", "", "E013"),
    ],
)
def test_what_matching_asks_of_gemini_told_wrongly_is_a_fault(
    gemini, settings, backend, path, name, value, fault
):
    settings.EXTRACTOR = LOCAL
    setattr(settings, backend, path)
    assert faults() == []

    setattr(settings, name, value)

    assert faults() == [f"integrations.{fault}"]
