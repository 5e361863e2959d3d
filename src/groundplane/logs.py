"""Structured logs on standard error: one JSON object a line, without secrets.

Secrets stay out by construction: nothing logs bodies, headers, queries or capability paths. As a
second wall, values under a telling name are replaced. A traceback shows code, never the variables
of its frames, where every key and token passes through.
"""

import json
import logging
import sys
from functools import lru_cache
from typing import Any

import msgspec
from pythonjsonlogger.core import BaseJsonFormatter

SECRET_NAMES = ("token", "secret", "password", "authorization", "cookie", "api_key", "database_url")
NAMES = {"message": "event", "levelname": "level", "name": "logger", "exc_info": "exception"}

LogData = dict[str, Any]


def configure_logs(process: str) -> None:
    """Everything that any library logs comes out as one JSON line that names the process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLine(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Their INFO is a line a request or a job; ours say the same with less.
    for chatty in ("httpcore", "uvicorn.access", "alembic", "procrastinate", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _JsonLine(BaseJsonFormatter):
    def __init__(self, process: str) -> None:
        super().__init__(
            "%(message)s%(levelname)s%(name)s",
            rename_fields=NAMES,
            static_fields={"process": process},
            timestamp=True,
        )

    def process_log_record(self, log_data: LogData) -> LogData:
        log_data["level"] = log_data["level"].lower()
        return hide_secrets(log_data)

    def jsonify_log_record(self, log_data: LogData) -> str:
        """A line; what JSON has no word for is written as Python would show it."""
        try:
            return msgspec.json.encode(log_data, enc_hook=repr).decode()
        except (ValueError, TypeError, UnicodeEncodeError):  # keys of any type, lone surrogates
            return json.dumps(log_data, default=repr, skipkeys=True)


def hide_secrets(log_data: LogData) -> LogData:
    """A value whose name says that it is a secret is never written."""
    for name in log_data:
        if _is_secret(name):
            log_data[name] = "[hidden]"
    return log_data


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return any(secret in name.lower() for secret in SECRET_NAMES)
