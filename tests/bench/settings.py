"""Settings of the API's bench: the site's, with one more address for the bare view."""

from civstart.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
