"""Which numbers, texts and answers make sense on their own, whatever the document holds."""

import math
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec

from groundplane.annotations.kinds import (
    AttributeAnswer,
    Box2dGeometry,
    BoxTopdownGeometry,
    CuboidGeometry,
    Ellipse2dGeometry,
    Geometry,
    PointGeometry,
    PoseGeometry,
    Proposed,
    Quaternion,
    Value,
)
from groundplane.annotations.taxonomy import AttributeDefinition, leaves
from groundplane.errors import InvalidParameter

LARGEST_COORDINATE = 1e9  # the Earth's centre is 6.4e6 m from any place on it
LARGEST_SIZE = 1e4
LARGEST_SIZE_PX = 1e6
UNIT_TOLERANCE = 1e-6
LONGEST_TEXT = 10_000


def refuse_unstorable(path: str, value: Value) -> None:
    """Numbers that JSON cannot say and texts that PostgreSQL cannot keep."""
    for where, leaf in _leaves_of("", msgspec.to_builtins(value)):
        if isinstance(leaf, float) and not math.isfinite(leaf):
            raise InvalidParameter(path + where, "must be a finite number")
        if isinstance(leaf, float) and abs(leaf) > LARGEST_COORDINATE:
            raise InvalidParameter(path + where, "is too large")
        if isinstance(leaf, str) and len(leaf) > LONGEST_TEXT:
            raise InvalidParameter(path + where, f"is longer than {LONGEST_TEXT} characters")
        if isinstance(leaf, str) and not _is_storable(leaf):
            raise InvalidParameter(path + where, "holds a character that is not text")
    provenance = value.provenance
    if isinstance(provenance, Proposed) and not 0 <= provenance.confidence <= 1:
        raise InvalidParameter(f"{path}.provenance.confidence", "must be from 0 to 1")


def _is_storable(text: str) -> bool:
    # PostgreSQL's jsonb has neither U+0000 nor half of a surrogate pair.
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _leaves_of(where: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves_of(f"{where}.{name}", member)
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _leaves_of(f"{where}[{index}]", member)
    else:
        yield where, value


def check_geometry(
    path: str, value: Geometry, *, cameras: Sequence[int] | None, upright: bool
) -> None:
    """Sizes are positive, rotations turn, the camera is one of the scene's.

    `upright`: a cuboid may turn about z only, as without `pitch_and_roll_enabled` the answer says
    nothing else.
    """
    if isinstance(value, CuboidGeometry | BoxTopdownGeometry):
        _check_size(f"{path}.size_m", value.size_m, LARGEST_SIZE)
    elif isinstance(value, Box2dGeometry):
        _check_size(f"{path}.size_px", value.size_px, LARGEST_SIZE_PX)
    elif isinstance(value, Ellipse2dGeometry):
        _check_size(f"{path}.radii_px", value.radii_px, LARGEST_SIZE_PX)
    if isinstance(value, CuboidGeometry | PoseGeometry):
        _check_unit(f"{path}.rotation_wxyz", value.rotation_wxyz)
    if isinstance(value, CuboidGeometry) and upright:
        _, x, y, _ = value.rotation_wxyz
        if math.hypot(x, y) > UNIT_TOLERANCE:
            raise InvalidParameter(f"{path}.rotation_wxyz", "must turn about z only")
    if isinstance(value, CuboidGeometry | PointGeometry):
        camera = value.camera_used
        if camera is not None and (camera < 0 or (cameras is not None and camera not in cameras)):
            raise InvalidParameter(f"{path}.camera_used", f"{camera} is not a camera of this task")


def _check_size(path: str, size: Iterable[float], largest: float) -> None:
    for index, length in enumerate(size):
        if not 0 < length < largest:
            raise InvalidParameter(f"{path}[{index}]", f"must be above 0 and below {largest:g}")


def _check_unit(path: str, quaternion_wxyz: Quaternion) -> None:
    if abs(math.hypot(*quaternion_wxyz) - 1) > UNIT_TOLERANCE:
        raise InvalidParameter(path, "must have length 1")


def check_answer(path: str, attribute: AttributeDefinition, answer: AttributeAnswer) -> None:
    """An answer against its definition; whether a linked one exists is not asked here.

    Raises:
        InvalidParameter: the wrong type, out of range, or not one of the choices.
    """
    match attribute.type:
        case "category":
            _check_choice(path, attribute, answer)
        case "text" if not isinstance(answer, str):
            raise InvalidParameter(path, "must be a text")
        case "linked" if not isinstance(answer, str) or not _is_uuid(answer):
            raise InvalidParameter(path, "must be the uuid of an object")
        case "text" | "linked":
            pass
        case "angle":
            _check_range(path, _number(path, answer), 0, 360)
        case "number" | "x_line" | "y_line":
            _check_range(path, _number(path, answer), attribute.min, attribute.max)


def _check_range(path: str, number: float, least: float | None, most: float | None) -> None:
    if least is not None and number < least:
        raise InvalidParameter(path, f"must be at least {least:g}")
    if most is not None and number > most:
        raise InvalidParameter(path, f"must be at most {most:g}")


def _check_choice(path: str, attribute: AttributeDefinition, answer: AttributeAnswer) -> None:
    choices = leaves(attribute.choices)
    if attribute.allow_multiple:
        if not isinstance(answer, tuple):
            raise InvalidParameter(path, "must be a list of choices")
        if len(set(answer)) != len(answer):
            raise InvalidParameter(path, "names a choice twice")
        for index, choice in enumerate(answer):
            if choice not in choices:
                raise InvalidParameter(f"{path}[{index}]", f'"{choice}" is not a choice')
    elif not isinstance(answer, str):
        raise InvalidParameter(path, "must be one choice")
    elif answer not in choices:
        raise InvalidParameter(path, f'"{answer}" is not a choice of "{attribute.name}"')


def _number(path: str, answer: AttributeAnswer) -> float:
    if not isinstance(answer, int | float):
        raise InvalidParameter(path, "must be a number")
    if not abs(answer) <= LARGEST_COORDINATE:
        raise InvalidParameter(path, "is too large")
    return answer


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
