"""Settings of tests: those of the site, on an embedded database of their own, and faster where
safe.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for name in (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "GEMINI_API_KEY",
    "EXTRACTOR",
    "EMBEDDER",
    "VECTOR_INDEX",
    "PINECONE_API_KEY",
    "EXPLAINER",
    "RERANKER",
    "LABELS_DIR",
):
    os.environ[name] = ""  # and not what a .env of the checkout says
os.environ |= {"RERANK": "False", "EXPLAIN": "False", "DEBUG": "True", "SECRET_KEY": "of-tests"}
os.environ["VAR_DIR"] = os.environ.get("TESTS_VAR_DIR", str(ROOT / "var" / "tests"))

from civstart.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
MAIL_HOLD_MINUTES = 0  # tests of holding say how long
ACCOUNT_RATE_LIMITS = False
SECOND_LOOK_SHARE = 0.0  # tests that want one draw it
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
