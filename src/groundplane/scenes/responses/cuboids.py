"""The answer of lidarannotation, a list of cuboids a frame, from and to cuboids of .sfa files.

Scale's cuboid looks along its y, with its width along x; an .sfa box looks along its x, which is
its length. So yaw differs by a quarter turn, and width and length change places. Tilted boxes are
R = Rz(yaw) Ry(pitch) Rx(roll) in .sfa, and yaw, then pitch about the new x, then roll about the new
y at Scale: the same rotation with the pitch of the other sign.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.formats.paths import CuboidPath
from groundplane.scenes.formats.sfa_model import Annotation, Cuboid, SfaFile
from groundplane.scenes.responses.kinds import Tree
from groundplane.scenes.responses.timeline import Timeline
from groundplane.scenes.responses.tracks import (
    Losses,
    answers_at,
    attribute_paths,
    note_keys,
    note_rest,
    span,
)
from groundplane.scenes.responses.wire import (
    CuboidFrame,
    WireCuboid,
    parsed,
    strange_members,
)

AngleUnit = Literal["radians", "degrees"]
_QUARTER: Final = math.pi / 2
# Answers that tell of a frame what its points and cameras tell anyway.
_MEASURED: Final = ("camera_used", "numberOfPoints", "distance_to_device")
Track = list[tuple[int, WireCuboid]]


def annotations_of(
    tree: Tree, name: str, timeline: Timeline, angles: AngleUnit, losses: Losses
) -> list[Annotation]:
    """A cuboid for each uuid, with a key in each frame that has it; one key if it stands still.

    Raises:
        UnreadableFile: the answer is not as its kind has it.
    """
    frames = parsed(tree, list[CuboidFrame], name)
    losses.add(strange_members(tree, CuboidFrame, "frames"))
    losses.add(
        strange_members((one for frame in tree for one in frame["cuboids"]), WireCuboid, "cuboids")
    )
    tracks: dict[str, Track] = {}
    for k, frame in enumerate(frames):
        for cuboid in frame.cuboids:
            track = tracks.setdefault(cuboid.uuid, [])
            if track and track[-1][0] == k:
                losses.lose("cuboids", "two of one uuid in a frame")
                continue
            track.append((k, cuboid))
    return [_cuboid(uuid, track, timeline, angles, losses) for uuid, track in tracks.items()]


def _cuboid(
    uuid: str, track: Track, timeline: Timeline, angles: AngleUnit, losses: Losses
) -> Cuboid:
    frames, cuboids = [k for k, _ in track], [cuboid for _, cuboid in track]
    first = cuboids[0]
    for key in _MEASURED:
        given = sum(getattr(cuboid, key) is not None for cuboid in cuboids)
        losses.lose(f"cuboids.{key}", "the format has no place for it", given)
    losses.lose("label", "an object has one", sum(one.label != first.label for one in cuboids))
    rows = np.array([_row(cuboid) for cuboid in cuboids])
    rows[:, 6:] = np.unwrap(rows[:, 6:], axis=0)  # what is between two keys turns the shorter way
    stationary = all(cuboid.stationary for cuboid in cuboids)
    losses.lose(
        "stationary",
        "an object is or is not",
        0 if stationary else sum(c.stationary for c in cuboids),
    )
    keys, gaps = _keys(frames, rows, len(timeline.times), is_still=stationary)
    losses.lose("frames without the object", "a path has no gaps", gaps)
    if angles == "degrees":
        rows[:, 6:] = np.degrees(rows[:, 6:])
    return Cuboid(
        id=uuid,
        path=CuboidPath(timeline.times[[frames[k] for k in keys]], rows[keys]),
        label=first.label,
        stationary=stationary,
        attributes=attribute_paths(
            frames, [cuboid.attributes or {} for cuboid in cuboids], timeline, losses
        ),
    )


def _row(cuboid: WireCuboid) -> list[float]:
    size, at = cuboid.dimensions, cuboid.position
    turn = [cuboid.roll, -cuboid.pitch, cuboid.yaw + _QUARTER]
    return [size.y, size.x, size.z, at.x, at.y, at.z, *turn]


def _keys(
    frames: Sequence[int], rows: Float64Array, frame_count: int, *, is_still: bool
) -> tuple[list[int], int]:
    """Which rows become keys, and in how many frames the path is though the object is not.

    A single key of what stands still means the whole scene; where it was in a part, its ends.
    """
    inside = frames[-1] - frames[0] + 1 - len(frames)
    if not is_still or not (rows == rows[0]).all():
        return list(range(len(frames))), inside
    if len(frames) == 1:
        return [0], frame_count - 1
    if len(frames) == frame_count:
        return [0], 0
    return [0, len(frames) - 1], inside


def response_of(
    file: SfaFile, timeline: Timeline, angles: AngleUnit, losses: Losses
) -> list[dict[str, Any]]:
    """The answer: in each frame the cuboids whose path is there, between their keys linear.

    `camera_used` is null, and what is measured on the points is left out.
    """
    cuboids = [one for one in file.annotations if isinstance(one, Cuboid)]
    note_rest(file, cuboids, losses)
    losses.lose("attributes of the file", "the response has none", len(file.attributes or []))
    tilted = any(cuboid.path.values[:, 6:8].any() for cuboid in cuboids)
    frames: list[dict[str, Any]] = [{"cuboids": []} for _ in timeline.times]
    for cuboid in cuboids:
        _note(cuboid, losses)
        if not len(cuboid.path.timestamps):
            losses.lose("cuboids without a key", "are in no frame")
            continue
        note_keys(cuboid.path.timestamps, timeline, losses)
        always = cuboid.stationary and len(cuboid.path.timestamps) == 1
        there = span(cuboid.path.timestamps, timeline, always=always)
        rows = cuboid.path.at(timeline.times[list(there)])
        if angles == "degrees":
            rows[:, 6:] = np.radians(rows[:, 6:])
        for k, row in zip(there, rows.tolist(), strict=True):
            answers = answers_at(cuboid.attributes, int(timeline.times[k]))
            frames[k]["cuboids"].append(_wire(cuboid, row, answers, tilted=tilted))
    return frames


def _note(cuboid: Cuboid, losses: Losses) -> None:
    reason = "the response has no place for them"
    losses.lose("activations", reason, len(cuboid.activations or []))
    losses.lose("projections", reason, len(cuboid.projections or []))
    losses.lose("parent_id", reason, int(cuboid.parent_id is not None))
    losses.lose("label", "the response must have one", int(cuboid.label is None))


def _wire(
    cuboid: Cuboid, row: Sequence[float], answers: dict[str, Any], *, tilted: bool
) -> dict[str, Any]:
    dx, dy, dz, x, y, z, roll, pitch, yaw = row
    return {
        "uuid": str(cuboid.id),
        "label": cuboid.label or "",
        "position": {"x": x, "y": y, "z": z},
        "dimensions": {"x": dy, "y": dx, "z": dz},
        "yaw": _wrapped(yaw - _QUARTER),
        **({"pitch": _wrapped(-pitch), "roll": _wrapped(roll)} if tilted else {}),
        "stationary": cuboid.stationary,
        "camera_used": None,
        "attributes": answers,
    }


def _wrapped(angle: float) -> float:
    """Into -pi to pi; what is there already keeps its bits."""
    return angle if -math.pi <= angle <= math.pi else math.remainder(angle, 2 * math.pi)
