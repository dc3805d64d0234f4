"""A web process that begins to answer has loaded what its first visitors need."""

import subprocess
import sys

from django.template import engines

from civstart import warming
from tests import sites

TELL = (
    "from civstart import wsgi; from django.urls import get_resolver; "
    "from civstart.lib.minilm import encoder; "
    "print(get_resolver()._populated, encoder._session_of.cache_info().currsize)"
)


def test_every_template_is_loaded_before_anybody_asks_and_no_database_is_needed():
    (loader,) = engines["django"].engine.template_loaders
    loader.reset()

    warming.warm()

    loaded = {name for name, found in loader.get_template_cache.items() if found}
    assert {"base.html", "signals/signals.html", "admin/change_list.html"} <= loaded


def test_gunicorn_s_worker_loads_addresses_and_the_embedder_as_it_starts():
    told = subprocess.run(
        [sys.executable, "-c", TELL], cwd=sites.ROOT, check=True, capture_output=True, text=True
    )

    assert told.stdout.split() == ["True", "1"]
