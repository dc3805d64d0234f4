import re
import subprocess
import sys

import pytest

from tests.sites import ROOT


@pytest.mark.drill
@pytest.mark.servers
@pytest.mark.xdist_group("servers")
def test_the_quick_bench_prints_its_table():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", "ingest"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"^what +CivStart +beside it in the same run +ratio$", done.stdout, re.M)
    assert re.search(r"^Read and store .* hours of meeting/s ", done.stdout, re.M)


@pytest.mark.drill
@pytest.mark.servers
@pytest.mark.xdist_group("servers")
def test_the_quick_bench_of_matching_compares_with_bare_queries():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", "matching"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for size in (256, 3072):
        assert re.search(
            rf"^Recall@10 of the index, {size} dimensions +(1|0\.9)", done.stdout, re.M
        )
        assert re.search(rf"^Re-match everything, {size} dimensions .* by numpy", done.stdout, re.M)
