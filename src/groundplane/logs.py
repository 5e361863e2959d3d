"""Structured logs on standard error: one JSON object a line, without secrets.

Secrets stay out by construction: nothing logs bodies, headers, queries or capability paths. As a
second wall, values under a telling name are replaced.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import msgspec
import structlog

SECRET_NAMES = ("token", "secret", "password", "authorization", "cookie", "api_key", "database_url")


def configure_logs(process: str) -> None:
    """Everything that any library logs comes out as one JSON line that names the process."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
        _naming(process),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Never the frames' local variables, where every key and token passes through.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(_as_json),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Their INFO is a line a request or a job; ours say the same with less.
    for chatty in ("httpcore", "uvicorn.access", "alembic", "procrastinate", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _naming(process: str) -> structlog.typing.Processor:
    def name_process(
        _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return name_process


def hide_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor: a value whose name says that it is a secret is never written."""
    for name in event:
        if _is_secret(name):
            event[name] = "[hidden]"
    return event


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return any(secret in name.lower() for secret in SECRET_NAMES)


def _as_json(event: object, **_options: object) -> str:
    """A line; what JSON has no word for is written as Python would show it."""
    try:
        return msgspec.json.encode(event, enc_hook=repr).decode()
    except (ValueError, TypeError, UnicodeEncodeError):  # keys of any type, lone surrogates
        return json.dumps(event, default=repr, skipkeys=True)
