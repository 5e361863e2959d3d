"""Query parameters and keyset pages (api.md 1.1, 3.1.3)."""

import base64
import binascii
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

import msgspec

from groundplane.errors import InvalidParameter
from groundplane.wire.values import is_id, parse_time

MOST_PER_PAGE = 100
MOST_OFFSET = 10_000_000


class Query:
    """The query string, read with the quirks of Scale's clients.

    Empty values are absent; a list may be repeated, comma-joined or both; `True` is `true`;
    what nobody asks for is ignored.
    """

    def __init__(self, values: Mapping[str, Sequence[str]], as_sent: str = "") -> None:
        self._values = values
        self._as_sent = as_sent

    def text(self, name: str) -> str | None:
        """The last value given."""
        values = self._values.get(name)
        return values[-1] if values else None

    def words(self, name: str) -> list[str] | None:
        """All values of a list; None when it was not given."""
        words = [word for value in self._values.get(name, ()) for word in value.split(",") if word]
        return words or None

    def whole_values(self, name: str) -> list[str] | None:
        """As `words`, and each value also unsplit: a unique_id may itself hold a comma."""
        words = self.words(name)
        return None if words is None else list(dict.fromkeys([*words, *self._values[name]]))

    def readings(self, name: str, known: Container[str]) -> list[list[str]]:
        """What the list `name` may mean, the likeliest first; what finds something is meant.

        Scale's Python client pastes a unique_id into the address without encoding it when it looks
        for its task after a lost answer, and takes the first that is found: a `,` joins no list, a
        `+` is a plus, `%25` no percent sign, and `&` ends nothing unless what follows is `known`.
        """
        given, sent = self._values.get(name, ()), self._as_sent.split("&")
        before, _, pasted = self._as_sent.partition(f"{name}=")
        readings: list[list[str]] = []
        is_asked = any(_list_name(pair) in known and pair.partition("=")[2] for pair in sent[1:])
        if not before and "&" in pasted and not is_asked:
            readings.append(_unencoded(pasted))
        if len(given) == 1 and "," in given[0]:
            readings.append([given[0]])
        if (proper := self.whole_values(name)) is not None:
            readings.append(proper)
        raw = [pair.partition("=")[2] for pair in sent if _list_name(pair) == name]
        careless = [value for one in raw for value in _unencoded(one) if value not in given]
        if careless:
            readings.append(careless)
        return readings

    def flag(self, name: str) -> bool:
        """Raises InvalidParameter: the value is no boolean."""
        match (self.text(name) or "false").lower():
            case "true" | "1":
                return True
            case "false" | "0":
                return False
            case _:
                raise InvalidParameter(name, "must be a boolean")

    def time(self, name: str) -> datetime | None:
        """Raises InvalidParameter: the value is no moment."""
        text = self.text(name)
        return None if text is None else parse_time(name, text)

    def last_time(self, name: str) -> datetime | None:
        """The end of a range, inclusive: what was shown with this time is in it.

        Times are shown with milliseconds and kept with microseconds, so a bound that is no finer
        than what is shown is the last microsecond of its millisecond.

        Raises:
            InvalidParameter: the value is no moment.
        """
        moment = self.time(name)
        if moment is None or moment.microsecond % 1000:
            return moment
        return moment.replace(microsecond=moment.microsecond + 999)

    def integer(self, name: str, *, default: int, least: int, most: int) -> int:
        """Raises InvalidParameter: the value is no integer, or out of bounds."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()):
            raise InvalidParameter(name, "must be an integer")
        # More digits than this is over every bound, and Python refuses to parse 4,301 of them.
        number = int(text[:19])
        if number < least:
            raise InvalidParameter(name, f"must be greater than or equal to {least}")
        if number > most:
            raise InvalidParameter(name, f"must be less than or equal to {most}")
        return number

    def limit(self) -> int:
        return self.integer("limit", default=MOST_PER_PAGE, least=1, most=MOST_PER_PAGE)

    def offset(self) -> int:
        return self.integer("offset", default=0, least=0, most=MOST_OFFSET)

    def position(self) -> "Position | None":
        """Where the page before ended. Raises InvalidParameter: the token is not one of ours."""
        token = self.text("next_token")
        return None if token is None else Position.read(token)


def _list_name(pair: str) -> str:
    return unquote(pair.partition("=")[0]).removesuffix("[]")


def _unencoded(sent: str) -> list[str]:
    """What may have been pasted: the client itself encodes only blanks and what is not ASCII."""
    pasted = re.sub("(%20|%[89A-F][0-9A-F])+", lambda escapes: unquote(escapes[0]), sent)
    return list(dict.fromkeys([unquote(sent), pasted, sent]))


class _Token(msgspec.Struct, omit_defaults=True):
    created_at: str
    task_id: str = ""
    id: str = ""  # the spelling of older answers (api.md 10, row 22)


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page: the next page holds what was created before it."""

    created_at: datetime
    row_id: str

    def token(self) -> str:
        """base64 of JSON, with microseconds: the times shown have only milliseconds."""
        at = self.created_at.astimezone(UTC).isoformat(timespec="microseconds")
        return base64.b64encode(
            msgspec.json.encode(_Token(created_at=at.replace("+00:00", "Z"), task_id=self.row_id))
        ).decode()

    @classmethod
    def read(cls, token: str) -> "Position":
        """Raises InvalidParameter: the token is not one of ours."""
        try:
            # `+` of an unquoted token arrives as a space.
            content = base64.b64decode(token.replace(" ", "+"), validate=True)
            read = msgspec.json.decode(content, type=_Token)
            created_at = parse_time("next_token", read.created_at)
        except (binascii.Error, ValueError, msgspec.MsgspecError, InvalidParameter):
            raise InvalidParameter("next_token", "is not a token of this list") from None
        row_id = read.task_id or read.id
        if not is_id(row_id):
            raise InvalidParameter("next_token", "is not a token of this list")
        return cls(created_at, row_id)
