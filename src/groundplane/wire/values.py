"""Ids and times as they look on the wire (api.md 1.1)."""

import re
import secrets
import time
from datetime import UTC, datetime

from groundplane.errors import InvalidParameter

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
"""Whatever a JSON text can hold."""

_ID = re.compile(r"[0-9a-f]{24}")
# `2021-04-25`, `2021-04-25T03:14:15-07:00`, `2021-04-25 03:14:15.123456`, `20210425T031415.123Z`
_TIME = re.compile(
    r"""(\d{4}-\d{2}-\d{2} ([T\ ] \d{2}:\d{2} (:\d{2} (\.\d{1,9})?)? (Z|[+-]\d{2}:?\d{2})?)?
        |\d{8} ([T\ ] \d{4} (\d{2} (\.\d{1,9})?)? (Z|[+-]\d{2}:?\d{2})?)?)""",
    re.ASCII | re.VERBOSE,
)
# A `+` of an offset that was not percent-encoded arrives as a space.
_SPACED_OFFSET = re.compile(r"(.{8,10}[T ].{3,17}\d) (\d{2}:?\d{2})")
_TOO_FINE = re.compile(r"(\.\d{6})\d+")


def new_id() -> str:
    """24 lower-case hex digits in the shape of a Mongo ObjectId: seconds, then 64 random bits."""
    return f"{int(time.time()) & 0xFFFFFFFF:08x}{secrets.token_hex(8)}"


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def timestamp(moment: datetime) -> str:
    """ISO 8601 UTC with milliseconds and `Z`; what is finer is cut, never rounded up."""
    shown = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{shown.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def parse_time(name: str, text: str) -> datetime:
    """A moment from any of the spellings of api.md 1.1; without a zone it is UTC.

    Args:
        name: the parameter that is blamed.
        text: a date, or a date and time with `T` or a space, with or without a zone; in the
            extended form of ISO 8601 or in the basic one.

    Raises:
        InvalidParameter: it is none of these, or no such moment exists.
    """
    text = text.strip()
    if spaced := _SPACED_OFFSET.fullmatch(text):
        text = f"{spaced[1]}+{spaced[2]}"
    if _TIME.fullmatch(text) is None:
        raise InvalidParameter(name, "must be a valid ISO 8601 date")
    try:
        moment = datetime.fromisoformat(_TOO_FINE.sub(r"\1", text))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidParameter(name, "must be a valid ISO 8601 date") from None
