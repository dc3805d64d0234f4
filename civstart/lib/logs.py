"""Logs: events with fields, as lines a person reads or as JSON for machines."""

import re
import sys
from collections.abc import Sequence
from typing import Any

import structlog
from structlog.typing import WrappedLogger

WITHHELD = "[withheld]"


class Withholding:
    """Takes the secrets that stand in addresses out of a finished line."""

    def __init__(self, prefixes: Sequence[str]) -> None:
        """prefixes: what comes right before a secret in an address, as "/feeds/"."""
        before = "|".join(re.escape(one) for one in prefixes)
        self._secret = re.compile(rf"({before})[^/?#\s\"'\\]+") if prefixes else None

    def __call__(self, logger: WrappedLogger, method: str, line: str) -> str:
        return self._secret.sub(rf"\1{WITHHELD}", line) if self._secret else line


def config(*, readable: bool, level: str, secrets_after: Sequence[str] = ()) -> dict[str, Any]:
    """Return Django's LOGGING: everything to standard error.

    secrets_after: after which parts of an address a secret stands, which is not written.
    """
    renderer = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if readable
        else structlog.processors.JSONRenderer()
    )
    lines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
            Withholding(secrets_after),
        ],
        "foreign_pre_chain": [structlog.stdlib.add_log_level],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": lines},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django_structlog": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "daphne": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "pinecone": {"level": "WARNING"},
            "django-q": {"level": "WARNING"},
        },
    }


def configure_structlog(*, readable: bool) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso"),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
