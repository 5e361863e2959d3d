"""What several kinds of things on the wire have alike: lengths, callback addresses, metadata."""

import re
from collections.abc import Mapping

import msgspec

from groundplane.errors import InvalidParameter

MOST_METADATA_BYTES = 10_240
MOST_URL_CHARACTERS = 8_192

_CALLBACK = re.compile(r"https?://[^\s/?#]+\S*|[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", re.IGNORECASE)


def check_length(path: str, text: str, most_characters: int) -> None:
    """Raises InvalidParameter: it is longer."""
    if len(text) > most_characters:
        raise InvalidParameter(
            path, f"length must be less than or equal to {most_characters} characters long"
        )


def check_callback_url(path: str, url: str) -> None:
    """Raises InvalidParameter: it is neither an http(s) URL nor an e-mail address."""
    if len(url) > MOST_URL_CHARACTERS or _CALLBACK.fullmatch(url) is None:
        raise InvalidParameter(path, "must include http:// or https://, or be an email address")


def check_metadata(metadata: Mapping[str, object]) -> None:
    """Raises InvalidParameter: it is over 10 KB as compact JSON in UTF-8."""
    if len(msgspec.json.encode(metadata)) > MOST_METADATA_BYTES:
        raise InvalidParameter("metadata", f"must not be larger than {MOST_METADATA_BYTES} bytes")
