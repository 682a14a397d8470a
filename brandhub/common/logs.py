"""Structured logs, for people in development and as JSON lines for collectors.

What people wrote, and what opens doors, never reaches a log: fields with telling names are
masked, and keys, secrets and public tokens are cut out of every text, tracebacks included.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog

MASK = "[hidden]"

# Fields that are never written, however they got into an entry.
_HIDDEN_FIELDS = re.compile(
    r"(prompt|secret|password|passwd|authorization|cookie|api_?key|token$|^token|^body$|^text$)",
    re.IGNORECASE,
)
# Shapes that give a secret away wherever they stand.
_HIDDEN_SHAPES = [
    re.compile(r"\bbh_(?:live|test)_[A-Za-z0-9_\-]+"),  # API keys
    re.compile(r"\bwhsec_[A-Za-z0-9+/=_\-]+"),  # webhook secrets
    re.compile(r"(?<=/public/)[A-Za-z0-9_\-]{8,}"),  # public avatar tokens
    re.compile(r"(?<=Bearer )\S+", re.IGNORECASE),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),  # user:password in a URL
    # PostgreSQL repeats the row or the key that broke a constraint, prompt and all; in a traceback
    # that ends with the text or where Python tells of the next exception.
    re.compile(
        r"(?<=DETAIL:).*?(?=\n\nThe above exception was|\n\nDuring handling of|\Z)", re.DOTALL
    ),
]


def masked(value: str) -> str:
    """``value`` with everything that looks like a key, secret or token replaced."""
    for shape in _HIDDEN_SHAPES:
        value = shape.sub(MASK, value)
    return value


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked_field(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked_value(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def _masked_field(name: str, value: Any) -> Any:
    if _HIDDEN_FIELDS.search(name) and not isinstance(value, bool | int | float | None):
        return MASK
    return _masked_value(value)


def mask_secrets(
    logger: Any, method_name: str, event_dict: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A structlog processor; runs last before rendering, when tracebacks are text already."""
    return {
        key: value if key.startswith("_") else _masked_field(key, value)
        for key, value in event_dict.items()
    }


def _renderer(as_json: bool) -> Any:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        pad_event_to=0,
        exception_formatter=structlog.dev.plain_traceback,
    )


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's ``LOGGING``, and structlog configured to pass through the same handler.

    Entries of libraries and of BrandHub itself take the same way and carry the same fields,
    ``request_id`` and ``task_id`` among them, to standard error.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(allow=[]),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    # Plain tracebacks: the local variables of a frame hold prompts and keys.
                    structlog.processors.format_exc_info,
                    mask_secrets,
                    _renderer(as_json),
                ],
            }
        },
        "handlers": {
            "standard_error": {"class": "logging.StreamHandler", "formatter": "structured"}
        },
        "root": {"handlers": ["standard_error"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # Its warnings repeat the path; the request log has the route and the status.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # SQL with its literals, at DEBUG only, and never wanted.
            "django.db.backends": {"level": "INFO"},
            # The task log of django-structlog says the same without arguments and results.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            # Uvicorn installs handlers of its own before it loads the application.
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.access": {"level": "WARNING"},
        },
    }
