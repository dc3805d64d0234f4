"""Settings of the site that is looked at: it shows its own error pages."""

from civstart.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "tests.looks.urls"
