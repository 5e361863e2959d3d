"""What several kinds of things on the wire have alike: lengths, callback addresses, metadata."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from groundplane.errors import InvalidParameter

MOST_METADATA_BYTES = 10_240
MOST_URL_CHARACTERS = 8_192

_HTTP = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
# Before the @ no colon: `mailto:a@b.example` is a URL of another scheme.
_EMAIL = re.compile(r"[^@\s<>:]+@[^@\s<>]+\.[^@\s<>]+")


def check_length(path: str, text: str, most_characters: int) -> None:
    """Raises InvalidParameter: it is longer."""
    if len(text) > most_characters:
        raise InvalidParameter(
            path, f"length must be less than or equal to {most_characters} characters long"
        )


def check_callback_url(path: str, url: str) -> None:
    """Raises InvalidParameter: it is too long, or neither an http(s) URL nor an e-mail address."""
    check_length(path, url, MOST_URL_CHARACTERS)
    if _EMAIL.fullmatch(url):
        return
    if _HTTP.fullmatch(url) is None:
        raise InvalidParameter(path, "must include http:// or https://, or be an email address")
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that are no IPv6 address, or a port over 65535
        is_complete = False
    if not is_complete:
        raise InvalidParameter(path, "must have a host, and a port from 1 to 65535 if it has one")


def check_metadata(metadata: Mapping[str, object]) -> None:
    """Raises InvalidParameter: it is over 10 KB as compact JSON in UTF-8."""
    if len(msgspec.json.encode(metadata)) > MOST_METADATA_BYTES:
        raise InvalidParameter("metadata", f"must not be larger than {MOST_METADATA_BYTES} bytes")
