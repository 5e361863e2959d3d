"""What msgspec does not like about a value, in the words of Scale's validator."""

import re
import types
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec

from groundplane.errors import InvalidParameter

_AT = re.compile(r" - at `(?:key in )?\$?(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_SOME_KEY = "[...]"
_ENUM = "Invalid enum value"


def blame_in(
    error: msgspec.ValidationError,
    value: object,
    into: object,
    path: str = "",
    *,
    strict: bool = True,
) -> InvalidParameter:
    """The complaint about `value`, whose conversion `into` a type has failed.

    msgspec does not say under which key of an object it found something; here the objects on the
    way are read again for it. Nothing of this costs those who send what is right.

    Args:
        error: what was raised.
        value: what was converted.
        into: the type.
        path: of the value.
        strict: as it was converted.
    """
    complaint = str(error)
    found = _AT.search(complaint)
    before, some_key, _ = (found["path"] if found else "").partition(_SOME_KEY)
    inner, kind = _walk(value, into, before)
    if some_key and isinstance(inner, dict):
        of_items = next(
            (get_args(one)[1] for one in _members(kind) if get_origin(one) is dict), Any
        )
        for key, item in inner.items():
            try:
                msgspec.convert(item, of_items, strict=strict)
            except msgspec.ValidationError as deeper:
                here = _joined(_joined(path, _dotted(before)), str(key))
                return blame_in(deeper, item, of_items, here, strict=strict)
    if complaint.startswith(_ENUM) and (words := _words(kind)):
        return InvalidParameter(
            _joined(path, _dotted(before)), f"must be one of [{', '.join(words)}]"
        )
    return blame(complaint, path)


def blame(complaint: str, path: str = "") -> InvalidParameter:
    """A complaint of msgspec in the words of Scale's validator.

    Args:
        complaint: e.g. "Expected `int`, got `str` - at `$.labels[0]`".
        path: where, if the complaint does not say.
    """
    if found := _AT.search(complaint):
        path = _joined(path, _dotted(found["path"]))
        complaint = complaint[: found.start()]
    if missing := re.fullmatch(r"Object missing required field `(?P<name>.+)`", complaint):
        return InvalidParameter(
            ".".join(part for part in (path, missing["name"]) if part), "is required"
        )
    return InvalidParameter(path or "value", _reason(complaint))


_KINDS = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "array": "an array",
    "object": "an object",
    "uuid": "a UUID",
}


def _reason(complaint: str) -> str:
    expected = re.match(r"Expected `(?P<kinds>[^`]+)`(?P<more>.*)", complaint)
    if not expected:
        return complaint[:1].lower() + complaint[1:] if complaint else "is not valid"
    kinds = [kind for kind in expected["kinds"].split(" | ") if kind != "null"]
    if limit := re.match(r" (of length )?(?P<limit>[<>=]+ \S+)", expected["more"]):
        of = "length " if limit[1] else ""
        return f"must be {' or '.join(_KINDS.get(k, k) for k in kinds)} of {of}{limit['limit']}"
    return f"must be {' or '.join(_KINDS.get(kind, kind) for kind in kinds)}"


def _joined(path: str, inner: str) -> str:
    return ".".join(part for part in (path, inner) if part)


def _dotted(path: str) -> str:
    """E.g. `.b[0].c` as `b.0.c`."""
    return re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).strip(".")


def _walk(value: object, kind: object, path: str) -> tuple[object, object]:
    """What is at a path of fields and indexes, and its type; Any where that is not known."""
    for name, index in _STEP.findall(path):
        try:
            value = cast("Any", value)[int(index) if index else name]
        except (LookupError, TypeError):
            return None, Any
        kind = next(_inside(kind, name), Any)
    return value, kind


def _inside(kind: object, name: str) -> Iterator[object]:
    """The types that a field, or without a name an element, may have."""
    for one in _members(kind):
        if name and isinstance(one, type) and issubclass(one, msgspec.Struct):
            for field in msgspec.structs.fields(one):
                if field.encode_name == name:
                    yield field.type
        elif not name and get_origin(one) is list:
            yield get_args(one)[0]


def _members(kind: object) -> list[object]:
    """Of a union each, of anything else the type itself."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [member for one in get_args(kind) for member in _members(one)]
    return [kind]


def _words(kind: object) -> Sequence[str]:
    """Those that a type admits."""
    words: list[str] = []
    for one in _members(kind):
        if get_origin(one) is Literal:
            words += map(str, get_args(one))
        elif isinstance(one, type) and issubclass(one, Enum):
            words += (str(member.value) for member in one)
    return words
