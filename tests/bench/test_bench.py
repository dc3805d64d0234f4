import re
import subprocess
import sys

import pytest

from tests.sites import ROOT


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
