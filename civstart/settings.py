"""How the site is configured, from the environment. A fresh checkout runs with none of it set."""

from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from civstart.lib import embedded, logs, schema
from civstart.lib.environment import days, env, share, truth

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Where it runs -----------------------------------------------------------------------

DEBUG = truth("DEBUG", default=True)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
INSECURE_KEY = "insecure-key-for-this-machine-only-set-SECRET_KEY-in-production"
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

EMBEDDED = not env.str("DATABASE_URL", default="")
EMBEDDED_REDIS = not env.str("REDIS_URL", default="")
_here = embedded.addresses(VAR_DIR)
REDIS_URL = env.str("REDIS_URL", default="") or _here.redis_url

if not DEBUG:
    missing = [
        name
        for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL")
        if not env.str(name, default="")
    ]
    if missing:
        raise ImproperlyConfigured(f"DEBUG is off, so set {', '.join(missing)} (see .env.example).")

# --- What it is made of ------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "civstart.lib.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "allauth",
    "allauth.account",
    "civstart.lib.apps.LibConfig",
    "civstart.accounts",
    "civstart.places",
    "civstart.events",
    "civstart.notices",
    "signals",
    "startups",
    "matching",
    "integrations",
    "civstart",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "civstart.lib.pages.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "civstart.lib.errorpages.WrongMethodMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]
ROOT_URLCONF = "civstart.urls"
WSGI_APPLICATION = "civstart.wsgi.application"
ASGI_APPLICATION = "civstart.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "civstart.notices.pages.masthead",
            ],
        },
    }
]

# --- Data --------------------------------------------------------------------------------

DATABASES = {
    "default": env.db_url_config(env.str("DATABASE_URL", default="") or _here.database_url)
}
# Web processes may pool connections; forked workers must never inherit a pool.
if env.int("DATABASE_POOL_SIZE", default=0):
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE")}
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "civstart.lib.hints.HintCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "civstart.lib.hints.HintLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "civstart"},
    }
}
Q_CLUSTER = {
    "name": "civstart",
    "orm": "default",
    "workers": env.int("WORKERS", default=2),
    "poll": 0.05,  # a startup waits for this: the match after an approval
    "timeout": 600,
    "retry": 660,
    "max_attempts": 3,
    "ack_failures": True,  # what must happen is retried by our own deliveries
    "catch_up": False,
    "save_limit": 1000,
    "max_rss": 1_500_000,
    "label": "Background work",
}

# --- People ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_validators = ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"} for name in _validators
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "civstart.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- API ---------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "civstart.accounts.api.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "civstart.lib.paging.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = schema.SETTINGS

# --- The doors to the outside (backends by dotted path) -----------------------------------

GEMINI_API_KEY = env.str("GEMINI_API_KEY", default="").strip()
GEMINI_BASE_URL = env.str("GEMINI_BASE_URL", default="https://generativelanguage.googleapis.com")
GEMINI_EXTRACTION_MODEL = env.str("GEMINI_EXTRACTION_MODEL", default="gemini-2.5-flash")
GEMINI_TIMEOUT_SECONDS = env.float("GEMINI_TIMEOUT_SECONDS", default=90)
GEMINI_MEETING_BUDGET_USD = env.float("GEMINI_MEETING_BUDGET_USD", default=1.0)
# Of reading again and of reasons; the wait for an answer is short, a task has more to do.
GEMINI_RERANK_MODEL = env.str("GEMINI_RERANK_MODEL", default="gemini-2.5-flash")
GEMINI_EXPLAIN_MODEL = env.str("GEMINI_EXPLAIN_MODEL", default="gemini-2.5-flash")
GEMINI_MATCHING_TIMEOUT_SECONDS = env.float("GEMINI_MATCHING_TIMEOUT_SECONDS", default=30)
GEMINI_DAILY_BUDGET_USD = env.float("GEMINI_DAILY_BUDGET_USD", default=2.0)
GEMINI_CHUNK_TOKENS = env.int("GEMINI_CHUNK_TOKENS", default=6000)
GEMINI_OVERLAP_TOKENS = env.int("GEMINI_OVERLAP_TOKENS", default=400)
# USD for a million tokens of prompt, output and cached prompt; of several readings the highest.
GEMINI_PRICES = {
    "gemini-2.5-flash": (0.30, 2.50, 0.075),
    "gemini-2.5-flash-lite": (0.10, 0.40, 0.025),
    "gemini-2.5-pro": (2.50, 15.00, 0.625),
    "gemini-3.5-flash": (1.50, 9.00, 1.50),
    "gemini-3.5-flash-lite": (0.30, 2.50, 0.30),
    "gemini-3.8-flash": (1.50, 7.50, 1.50),
    "gemini-3.1-pro-preview": (2.00, 12.00, 2.00),
    "gemini-embedding-001": (0.15, 0.0, 0.15),
}

_extractor = "integrations.gemini.extraction.GeminiExtractor"
EXTRACTOR = env.str("EXTRACTOR", default="") or (
    _extractor if GEMINI_API_KEY else "signals.extraction.local.LocalExtractor"
)
_embedder = "integrations.gemini.embedding.GeminiEmbedder"
EMBEDDER = env.str("EMBEDDER", default="") or (
    _embedder if GEMINI_API_KEY else "matching.embedders.MiniLmEmbedder"
)
# Labelled examples that staff may measure against: a folder with gold, transcripts and startups.
_labels = BASE_DIR.parent / "shared" / "data"
LABELS_DIR = env.str("LABELS_DIR", default=str(_labels) if _labels.is_dir() else "")
# What makes the vectors of each model that may be stored.
EMBEDDERS = {
    "minilm-l6-v2-int8": "matching.embedders.MiniLmEmbedder",
    "wordllama-256": "matching.embedders.WordLlamaEmbedder",
    "gemini-embedding-001": _embedder,
}
PINECONE_API_KEY = env.str("PINECONE_API_KEY", default="").strip()
PINECONE_INDEX = env.str("PINECONE_INDEX", default="civstart-signals")
PINECONE_CLOUD = env.str("PINECONE_CLOUD", default="aws")  # where verify_index makes it
PINECONE_REGION = env.str("PINECONE_REGION", default="us-east-1")
PINECONE_CONTROLLER_HOST = env.str("PINECONE_CONTROLLER_HOST", default="")
PINECONE_TIMEOUT_SECONDS = env.float("PINECONE_TIMEOUT_SECONDS", default=15)
VECTOR_INDEX = env.str("VECTOR_INDEX", default="") or (
    "integrations.pinecone.index.PineconeIndex"
    if PINECONE_API_KEY
    else "matching.indexes.PgvectorIndex"
)
EXPLAINER = env.str("EXPLAINER", default="") or (
    "integrations.gemini.explaining.GeminiExplainer"
    if truth("EXPLAIN", default=False)
    else "matching.explaining.LocalExplainer"
)
# Reads the best of a ranking again; "" for none.
_reranker = "integrations.gemini.reranking.GeminiReranker"
RERANKER = env.str("RERANKER", default="") or (_reranker if truth("RERANK", default=False) else "")
# What a re-match changed is kept signal by signal for so long after its end; its figures stay.
REMATCH_DIFFERENCES_DAYS = days("REMATCH_DIFFERENCES_DAYS", default=180)
SPENDING = "integrations.spending.since"  # tells what calls to vendors came to since a time
MEANING_SEARCH = "matching.meaning.nearest"  # finds signals by what they mean

# Residents' names, addresses, phone numbers and e-mail addresses are withheld from startups.
REDACT_RESIDENTS = truth("REDACT_RESIDENTS", default=True)

# A decision can be undone for so long by who made it; its e-mails wait as long.
REVIEW_UNDO_MINUTES = env.float("REVIEW_UNDO_MINUTES", default=10)
MAIL_HOLD_MINUTES = env.float("MAIL_HOLD_MINUTES", default=REVIEW_UNDO_MINUTES)
# Takes back what an approval led to, and says how many were told of it already.
APPROVAL_WITHDRAWER = "matching.withdrawing.withdraw"

LIVE_GROUPS = ["startups.membership.groups_of"]

# What lists the files a watched source offers, by the source's kind.
SOURCE_READERS = {
    "legistar": "integrations.legistar.events.listing",
    "feed": "signals.sources.feed.listing",
    "folder": "signals.sources.folder.listing",
}
LEGISTAR_URL = env.str("LEGISTAR_URL", default="https://webapi.legistar.com/v1").rstrip("/")
# Hosts inside our own network that may be fetched from all the same, as host:port.
OUTBOUND_ALLOW_HOSTS = env.list("OUTBOUND_ALLOW_HOSTS", default=[])
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # the upload form says it kindly, and sooner

# --- Trust: how decisions are checked, and what a machine may decide -----------------------

SECOND_LOOK_SHARE = share("SECOND_LOOK_SHARE", default=0.05)
AUTO_APPROVAL_PRECISION = share("AUTO_APPROVAL_PRECISION", default=0.9, least=0.5)
AUTO_APPROVAL_DECISIONS = env.int("AUTO_APPROVAL_DECISIONS", default=50)
AUTO_APPROVAL_DAYS = env.int("AUTO_APPROVAL_DAYS", default=180)
AUTO_APPROVAL_CHECK_SHARE = share("AUTO_APPROVAL_CHECK_SHARE", default=0.2, least=0.1)

# --- Mail --------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="CivStart <hello@civstart.example>")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20

# --- Files, language, time ---------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
_static = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "civstart.lib.formats"

# --- Safety ------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'none'; form-action 'self'; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"
)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
if not DEBUG:
    SECURE_SSL_REDIRECT = truth("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# --- Logs --------------------------------------------------------------------------------

# Whoever has one of these addresses may read the feed, or choose a password.
SECRETS_AFTER = ("/feeds/", "/password/reset/key/", "/confirm-email/")
LOGGING = logs.config(
    readable=DEBUG, level=env.str("LOG_LEVEL", default="INFO"), secrets_after=SECRETS_AFTER
)
logs.configure_structlog(readable=DEBUG)
