"""Faults as data engineers make them, each a small function on the frames of a good scene."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.transforms import Transform
from groundplane.scenes.doctor.judgement import findings_of
from groundplane.scenes.doctor.model import Finding
from groundplane.scenes.doctor.signs import signs_of
from groundplane.scenes.formats.frame_head import FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.scene_frames import SceneFrame

Scene = Sequence[SceneFrame]
OnFrame = Callable[[int, FrameColumns], FrameColumns]


@dataclass(frozen=True, slots=True)
class Fault:
    """`found`: the rules of which one must speak; `looks`: only a look at pictures finds it."""

    plant: Callable[[Scene], Scene]
    found: frozenset[str]
    looks: bool = False


def examined(scene: Scene, *, looks: bool = True) -> list[Finding]:
    signs = [
        signs_of(frame.columns, index, pictures=frame.pictures if looks else ())
        for index, frame in enumerate(scene)
    ]
    return findings_of(signs)


def loud(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.severity != "note"]


def _in_each(change: OnFrame) -> Callable[[Scene], Scene]:
    return lambda scene: [
        replace(frame, columns=change(index, frame.columns)) for index, frame in enumerate(scene)
    ]


def _in_frame(index: int, change: OnFrame) -> Callable[[Scene], Scene]:
    return _in_each(lambda k, frame: change(k, frame) if k == index else frame)


def _head(frame: FrameColumns, **members: Any) -> FrameColumns:
    return replace(frame, head=replace(frame.head, **members))


def _images(frame: FrameColumns, change: Callable[[FrameImage], FrameImage]) -> FrameColumns:
    return _head(frame, images=tuple(map(change, frame.head.images)))


def _first_image(frame: FrameColumns, change: Callable[[FrameImage], FrameImage]) -> FrameColumns:
    first, *others = frame.head.images
    return _head(frame, images=(change(first), *others))


def _row(vector: Float64Array) -> tuple[float, ...]:
    return tuple(vector.tolist())


def _everywhere(
    frame: FrameColumns, change: Callable[[Float64Array], Float64Array]
) -> FrameColumns:
    """Points, device and cameras."""
    position = _row(change(np.array([frame.head.device_position]))[0])
    moved = _head(replace(frame, xyz=change(frame.xyz)), device_position=position)
    return _images(
        moved, lambda image: replace(image, position=_row(change(np.array([image.position]))[0]))
    )


def _turned(image: FrameImage, axis: tuple[float, float, float], degrees: float) -> FrameImage:
    turn = rotations.from_axis_angle(axis, np.radians(degrees))
    return replace(image, rotation_wxyz=_row(rotations.multiply(image.rotation_wxyz, turn)))


def _device(frame: FrameColumns) -> Transform:
    rotation = frame.head.device_rotation_wxyz
    assert rotation is not None
    return Transform(rotation, frame.head.device_position)


def _mirrored(frame: FrameColumns) -> FrameColumns:
    """As from a sensor whose y axis points to the right."""
    device = _device(frame)
    return replace(
        frame, xyz=device.apply(device.inverse().apply(frame.xyz) * np.array([1.0, -1.0, 1.0]))
    )


def _frozen(scene: Scene) -> Scene:
    """Every sweep is moved to the world by the first frame's pose."""
    first = _device(scene[0].columns)
    head = scene[0].columns.head

    def stay(_: int, frame: FrameColumns) -> FrameColumns:
        back = first @ _device(frame).inverse()

        def moved(image: FrameImage) -> FrameImage:
            pose = back @ Transform(image.rotation_wxyz, image.position)
            return replace(
                image, position=_row(pose.translation_m), rotation_wxyz=_row(pose.rotation_wxyz)
            )

        frame = _images(replace(frame, xyz=back.apply(frame.xyz)), moved)
        return _head(
            frame,
            device_position=head.device_position,
            device_rotation_wxyz=head.device_rotation_wxyz,
        )

    return _in_each(stay)(scene)


def _swapped(scene: Scene) -> Scene:
    return [
        replace(frame, pictures=[frame.pictures[1], frame.pictures[0], *frame.pictures[2:]])
        for frame in scene
    ]


def _with_picture(change: Callable[[Array], Array]) -> Callable[[Scene], Scene]:
    """Of the first camera, in frame 1."""

    def plant(scene: Scene) -> Scene:
        picture = scene[1].pictures[0]
        assert picture is not None
        changed = replace(scene[1], pictures=[change(picture), *scene[1].pictures[1:]])
        return [scene[0], changed, *scene[2:]]

    return plant


def _black(_: Array) -> Array:
    out = io.BytesIO()
    Image.new("RGB", (640, 360)).save(out, "JPEG")
    return np.frombuffer(out.getvalue(), np.uint8)


def _copied(scene: Scene) -> Scene:
    """Frame 2 is frame 1 with a time of its own."""
    copy = _head(scene[1].columns, timestamp=scene[2].columns.head.timestamp)
    return [*scene[:2], SceneFrame(copy, scene[1].pictures), *scene[3:]]


def _few(frame: FrameColumns) -> FrameColumns:
    names = ("xyz", "intensity", "device", "time", "is_ground", "present")
    columns = {name: getattr(frame, name) for name in names}
    return replace(
        frame, **{name: None if column is None else column[:90] for name, column in columns.items()}
    )


def _xyzw(wxyz: Sequence[float]) -> tuple[float, ...]:
    """A quaternion in the other order, read as this one."""
    w, x, y, z = wxyz
    return x, y, z, w


def _later(image: FrameImage, by_s: float) -> FrameImage:
    assert image.timestamp is not None
    time = float(image.timestamp)
    return replace(image, timestamp=repr(time + by_s * (1e9 if time > 1e12 else 1)))


def _sideways(image: FrameImage) -> FrameImage:
    right = rotations.rotate(image.rotation_wxyz, (1.0, 0.0, 0.0))
    return replace(image, position=_row(np.array(image.position) + right))


def _resized(image: FrameImage, ratio: float) -> FrameImage:
    return replace(
        image,
        fx_px=image.fx_px * ratio,
        fy_px=image.fy_px * ratio,
        cx_px=image.cx_px * ratio,
        cy_px=image.cy_px * ratio,
    )


def _intensity(frame: FrameColumns, factor: float) -> FrameColumns:
    assert frame.intensity is not None
    return replace(frame, intensity=frame.intensity * np.float32(factor))


def _sparse(frame: FrameColumns, every: int, value: float) -> FrameColumns:
    hit = np.arange(frame.count)[:, None] % every == 0
    return replace(frame, xyz=np.where(hit, value, frame.xyz))


def _of(plant: Callable[[Scene], Scene], *found: str) -> Fault:
    return Fault(plant, frozenset(found), looks=not _BLIND.isdisjoint(found))


_BLIND = frozenset(
    {
        "camera_pose_inverted", "camera_shifted", "focal_length", "intrinsics_of_other_size",
        "mirrored", "picture_blank", "picture_unreadable", "pictures_swapped", "principal_point",
    }
)  # fmt: skip
_WRONG_LENS = ("focal_length", "intrinsics_of_other_size")
_WRONG_POSE = ("camera_shifted", "edges_disagree")
_ELSEWHERE = ("device_away", "points_not_in_world", "clouds_do_not_line_up")

FAULTS: dict[str, Fault] = {
    "y is up": _of(
        _in_each(lambda _, f: _everywhere(f, lambda rows: rows[:, [0, 2, 1]].copy())),
        "axes_swapped",
    ),
    "z is down": _of(
        _in_each(lambda _, f: _everywhere(f, lambda rows: rows * np.array([1.0, -1, -1]))),
        "upside_down",
    ),
    "points mirrored": _of(_in_each(lambda _, f: _mirrored(f)), "mirrored"),
    "x and y of points swapped": _of(
        _in_each(lambda _, f: replace(f, xyz=f.xyz[:, [1, 0, 2]].copy())),
        "axes_swapped", "device_away",
    ),
    "camera quaternions x, y, z, w": _of(
        _in_each(
            lambda _, f: _images(
                f, lambda i: replace(i, rotation_wxyz=_xyzw(i.rotation_wxyz))
            )
        ),
        "camera_quaternion_order",
    ),
    "device quaternion x, y, z, w": _of(
        _in_each(
            lambda _, f: _head(f, device_rotation_wxyz=_xyzw(f.head.device_rotation_wxyz or ()))
        ),
        "device_quaternion_order",
    ),
    "camera from world": _of(
        _in_each(
            lambda _, f: _images(
                f, lambda i: replace(i, rotation_wxyz=_row(rotations.conjugate(i.rotation_wxyz)))
            )
        ),
        "camera_pose_inverted",
    ),
    "camera turned by 3°": _of(
        _in_each(lambda _, f: _first_image(f, lambda i: _turned(i, (1, 0, 0), 3))), *_WRONG_POSE
    ),
    "camera turned by 40°": _of(
        _in_each(lambda _, f: _first_image(f, lambda i: _turned(i, (0, 1, 0), 40))), *_WRONG_POSE
    ),
    "camera 1 m to the side": _of(
        _in_each(lambda _, f: _first_image(f, _sideways)), *_WRONG_POSE
    ),
    "focal length doubled": _of(
        _in_each(
            lambda _, f: _first_image(
                f, lambda i: replace(i, fx_px=2 * i.fx_px, fy_px=2 * i.fy_px)
            )
        ),
        *_WRONG_LENS,
    ),
    "intrinsics of half the size": _of(
        _in_each(lambda _, f: _images(f, lambda i: _resized(i, 0.5))), "intrinsics_of_other_size"
    ),
    "principal point outside": _of(
        _in_each(lambda _, f: _first_image(f, lambda i: replace(i, cx_px=-500.0))),
        "principal_point",
    ),
    "pictures of two cameras swapped": _of(_swapped, "pictures_swapped"),
    "millimetres": _of(
        _in_each(lambda _, f: _everywhere(f, lambda rows: rows * 1000)), "units"
    ),
    "poses in millimetres": _of(
        _in_each(
            lambda _, f: _head(
                f, device_position=_row(1000 * np.array(f.head.device_position))
            )
        ),
        "device_away", "device_speed",
    ),
    "points in the device's frame": _of(
        _in_each(lambda _, f: replace(f, xyz=_device(f).inverse().apply(f.xyz))), *_ELSEWHERE
    ),
    "pose frozen": _of(_frozen, "pose_frozen"),
    "time reversed": _of(lambda scene: scene[::-1], "time_reversed"),
    "two frames in each other's place": _of(
        lambda scene: [scene[0], scene[2], scene[1], *scene[3:]], "time_order"
    ),
    "a frame dropped": _of(lambda scene: [*scene[:2], *scene[3:]], "time_gap"),
    "a frame twice": _of(_copied, "frame_repeated"),
    "a timestamp in other units": _of(
        _in_frame(2, lambda _, f: _head(f, timestamp=str(float(f.head.timestamp or 0) * 1000))),
        "time_units_mixed",
    ),
    "pictures a second late": _of(
        _in_each(lambda _, f: _first_image(f, lambda i: _later(i, 1.0))), "image_time"
    ),
    "a pose jumps": _of(
        _in_frame(2, lambda _, f: _everywhere(f, lambda rows: rows + np.array([3.0, 2, 0]))),
        "pose_jump",
    ),
    "intensities to 255": _of(_in_each(lambda _, f: _intensity(f, 255)), "intensity_range"),
    "intensities to 255 in one frame": _of(
        _in_frame(2, lambda _, f: _intensity(f, 255)), "intensity_mixed"
    ),
    "intensities all 0": _of(_in_each(lambda _, f: _intensity(f, 0)), "intensity_constant"),
    "a frame nearly empty": _of(_in_frame(1, lambda _, f: _few(f)), "frame_empty"),
    "points that are not numbers": _of(
        _in_each(lambda _, f: _sparse(f, 50, np.nan)), "points_not_finite"
    ),
    "beams without an echo at 0": _of(
        _in_each(lambda _, f: _sparse(f, 20, 0.0)), "points_at_origin"
    ),
    "a picture cut off": _of(
        _with_picture(lambda picture: picture[: len(picture) // 2]), "picture_unreadable"
    ),
    "a picture black": _of(_with_picture(_black), "picture_blank"),
}  # fmt: skip
