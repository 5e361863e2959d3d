"""What several task types ask of a value. Each raises InvalidParameter, naming it by its path."""

import math
from collections.abc import Collection, Mapping, Sequence

from groundplane.errors import InvalidParameter

# Far outside of what anybody drives with, and inside of what our times and lengths can hold:
# 5,000 frames end within 2**53 ns and are never at the same one.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "max_distance_meters": (0.0, math.inf),
    "meters_per_unit": (1e-6, 1e6),
    "frames_per_second": (1e-3, 1e6),
}


def required(path: str, value: object) -> None:
    """Absent, or as good as: an empty text or list."""
    if value is None or value in ("", []):
        raise InvalidParameter(path, "is required")


def one_of(path: str, value: str, words: Sequence[str]) -> None:
    if value not in words:
        raise InvalidParameter(path, f"must be one of [{', '.join(words)}]")


def at_least(path: str, value: float | None, least: int) -> None:
    if value is not None and value < least:
        raise InvalidParameter(path, f"must be greater than or equal to {least}")


def bounded(path: str, value: float | None) -> None:
    """A length or rate of the name's last part, inside of BOUNDS."""
    least, most = BOUNDS[path]
    if value is not None and value <= 0:
        raise InvalidParameter(path, "must be greater than 0")
    if value is not None and not least <= value <= most:
        raise InvalidParameter(path, f"must be from {least:g} to {most:g}")


def texts(path: str, values: Sequence[str]) -> None:
    """Names: none empty, none twice."""
    for index, value in enumerate(values):
        if not value:
            raise InvalidParameter(f"{path}.{index}", "is not allowed to be empty")
    unique(path, values)


def unique(path: str, values: Sequence[object]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise InvalidParameter(f"{path}.{index}", "is there more than once")


def indexes(path: str, values: Sequence[int] | None) -> None:
    """Indexes counted from 0; None is no list at all, an empty one is refused."""
    if values is None:
        return
    if not values:
        raise InvalidParameter(path, "must contain at least 1 items")
    for index, value in enumerate(values):
        at_least(f"{path}.{index}", value, 0)
    unique(path, values)


def among(path: str, values: Sequence[str], known: Collection[str], whose: str) -> None:
    """Each is one of `known`; `whose` says what those are."""
    for index, value in enumerate(values):
        if value not in known:
            raise InvalidParameter(f"{path}.{index}", f"must be one of {whose}")
