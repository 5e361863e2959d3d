"""Rules about cameras that need no look at what is on the picture."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.transforms import Transform
from groundplane.scenes.doctor.judging import finding
from groundplane.scenes.doctor.model import Finding, FrameSigns, ImageSigns
from groundplane.scenes.model import Quaternion

_FARTHEST_M = 25.0
_LOOSE_M, _LOOSE_RAD = 1.2, math.radians(8)
_ROLL_RAD, _PITCH_RAD = math.radians(30), math.radians(50)
_UPRIGHT_RAD = math.radians(15)
_FLAT = frozenset({"brown_conrady", "pinhole"})


@dataclass(frozen=True, slots=True, eq=False)
class Shots:
    """All pictures of one camera, each with its frame."""

    name: str
    of: Sequence[tuple[FrameSigns, ImageSigns]]

    @property
    def frames(self) -> list[int]:
        return [frame.index for frame, _ in self.of]

    def picture(self) -> str:
        """The first picture that was looked at."""
        for frame, image in self.of:
            if image.width_px:
                return f"{frame.index}/{image.camera}"
        return ""


def shots_of(frames: Sequence[FrameSigns]) -> list[Shots]:
    """By camera number; its name is that of its first picture."""
    found: dict[int, list[tuple[FrameSigns, ImageSigns]]] = {}
    for frame in frames:
        for image in frame.images:
            found.setdefault(image.camera, []).append((frame, image))
    return [Shots(shots[0][1].name, shots) for _, shots in sorted(found.items())]


def camera_findings(frames: Sequence[FrameSigns], trusted: Mapping[str, bool]) -> Iterator[Finding]:
    """`trusted`: cameras whose pictures show the edges of the cloud where they should be."""
    for shots in shots_of(frames):
        is_trusted = trusted.get(shots.name, False)
        yield from _pictures(shots)
        yield from _intrinsics(shots, is_trusted=is_trusted)
        yield from _place(shots)
        if not is_trusted:
            yield from _pose(shots)
    yield from _rig(frames)


def _pictures(shots: Shots) -> Iterator[Finding]:
    bad = [(frame.index, image.problem) for frame, image in shots.of if image.problem]
    if bad:
        yield finding(
            "picture_unreadable",
            "error",
            [index for index, _ in bad],
            f"the picture of frame {bad[0][0]} cannot be read: {bad[0][1]}",
            "Write the picture again as JPEG, PNG or WebP.",
            sensor=shots.name,
        )
    blank = [
        (frame.index, image)
        for frame, image in shots.of
        if 0 <= image.brightness[1] < 2 and not image.problem
    ]
    if blank:
        mean, deviation = blank[0][1].brightness
        yield finding(
            "picture_blank",
            "warning",
            [index for index, _ in blank],
            f"brightness is {mean:.0f} of 255 all over (deviation {deviation:.1f})",
            "Look at the picture: nothing is on it.",
            sensor=shots.name,
            picture=f"{blank[0][0]}/{blank[0][1].camera}",
        )


def _intrinsics(shots: Shots, *, is_trusted: bool) -> Iterator[Finding]:
    image = next((image for _, image in shots.of if image.width_px), None)
    if image is None:
        return
    scale = image.scale_factor or 1.0
    across = 2 * image.cx_px / scale / image.width_px
    down = 2 * image.cy_px / scale / image.height_px
    sizes = f"{image.width_px} x {image.height_px} pixels"
    at = f"({image.cx_px / scale:.0f}, {image.cy_px / scale:.0f})"
    other_size = (
        min(abs(across - 1), abs(down - 1)) > 0.2 and abs(across / down - 1) < 0.2
        if down > 0 and across > 0
        else False
    )
    if other_size and not is_trusted:
        yield finding(
            "intrinsics_of_other_size",
            "error",
            shots.frames,
            f"cx, cy {at} would be the middle of a picture {across:.2f} times as wide and "
            f"{down:.2f} times as high as {sizes}",
            "Give scale_factor (calibrated size / size of the picture), or scale fx, fy, cx, cy.",
            sensor=shots.name,
            picture=shots.picture(),
        )
    elif not (0 <= across <= 2 and 0 <= down <= 2):
        yield finding(
            "principal_point",
            "error",
            shots.frames,
            f"cx, cy {at} is outside of {sizes}",
            "Check cx and cy: pixels of this picture from its top left corner.",
            sensor=shots.name,
            picture=shots.picture(),
        )
    yield from _focal_length(shots, image, scale)


def _focal_length(shots: Shots, image: ImageSigns, scale: float) -> Iterator[Finding]:
    ratio = image.fx_px / image.fy_px
    angle = math.degrees(2 * math.atan(image.width_px * scale / 2 / image.fx_px))
    if image.model not in _FLAT or (4 < angle < 155 and 0.5 < ratio < 2):
        return
    yield finding(
        "focal_length",
        "error",
        shots.frames,
        f"fx {image.fx_px:g}, fy {image.fy_px:g}: the picture would be {angle:.1f}° wide",
        "Check fx and fy: pixels, not millimetres, of a picture of this size.",
        sensor=shots.name,
        picture=shots.picture(),
    )


def _place(shots: Shots) -> Iterator[Finding]:
    off = {
        frame.index: math.dist(image.position, frame.device_position) for frame, image in shots.of
    }
    far = [index for index, distance in off.items() if distance > _FARTHEST_M]
    if len(far) > len(off) / 2:
        yield finding(
            "camera_far",
            "error",
            far,
            f"the camera is {median(off.values()):.4g} m from the device",
            "Write the camera's position in the world frame and in the unit of the points.",
            sensor=shots.name,
        )
        return
    under: dict[int, float] = {}
    for frame, image in shots.of:
        ground = frame.cloud.ground if frame.cloud is not None else None
        if ground is None or ground.normal[2] < 0.7 or ground.share < 0.15:
            continue
        height = float(np.dot(ground.normal, image.position)) - ground.offset
        if height < -0.6:
            under[frame.index] = height
    if len(under) > len(off) / 2:
        yield finding(
            "camera_below_ground",
            "error",
            under,
            f"the camera is {-median(under.values()):.3g} m below the ground",
            "Check the camera's position and its frame: x, y, z of the world, z up.",
            sensor=shots.name,
        )


def _pose(shots: Shots) -> Iterator[Finding]:
    """Where the camera looks; asked only where its picture does not prove it right."""
    odd = [frame.index for frame, image in shots.of if not _is_upright(image.rotation_wxyz)]
    if len(odd) > 0.6 * len(shots.of):
        orders = sum(_other_order_is_upright(image.rotation_wxyz) for _, image in shots.of)
        roll, pitch = np.median([_tilt(image.rotation_wxyz) for _, image in shots.of], axis=0)
        by_order = orders > 0.6 * len(shots.of)
        yield finding(
            "camera_quaternion_order" if by_order else "camera_tilted",
            "error" if by_order else "warning",
            odd,
            f"the camera looks {math.degrees(pitch):.0f}° above the horizon, rolled by "
            f"{math.degrees(roll):.0f}°"
            + (", and is upright with w at the other end of the quaternion" if by_order else ""),
            "Write heading by name: w is the cosine of half the angle. Many libraries list "
            "x, y, z, w."
            if by_order
            else "Check heading: it turns the camera's axes (x right, y down, z ahead) into the "
            "world's, not the other way.",
            sensor=shots.name,
            picture=shots.picture(),
        )
    blind = [
        frame.index
        for frame, image in shots.of
        if 0 <= image.seen_share < 0.002
        and frame.cloud is not None
        and frame.cloud.azimuths_covered > 0.9
    ]
    if len(blind) > 0.6 * len(shots.of):
        share = median(image.seen_share for _, image in shots.of)
        yield finding(
            "camera_sees_nothing",
            "error",
            blind,
            f"{share:.2%} of the points are on the picture, and there are points all round",
            "The camera looks away from the cloud: check heading, position and fx, fy, cx, cy.",
            sensor=shots.name,
        )


def _is_upright(wxyz: Quaternion) -> bool:
    roll, pitch = _tilt(wxyz)
    return abs(roll) < _ROLL_RAD and abs(pitch) < _PITCH_RAD


def _other_order_is_upright(wxyz: Quaternion) -> bool:
    w, x, y, z = wxyz
    return any(max(map(abs, _tilt(other))) < _UPRIGHT_RAD for other in ((z, w, x, y), (x, y, z, w)))


def _tilt(wxyz: Quaternion) -> tuple[float, float]:
    """Roll and pitch in radians of a camera: 0, 0 when it looks at the horizon, upright."""
    axes = rotations.to_matrix(wxyz)
    pitch = math.asin(max(-1.0, min(1.0, float(axes[2, 2]))))
    return math.atan2(float(axes[2, 0]), -float(axes[2, 1])), pitch


def _rig(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """A camera is bolted to the device: it does not move against it."""
    loose: dict[str, list[tuple[int, float, float]]] = {}
    cameras = shots_of(frames)
    for shots in cameras:
        held = [
            (frame, image) for frame, image in shots.of if frame.device_rotation_wxyz is not None
        ]
        if len(held) < 3:
            continue
        mounts = [
            Transform(frame.device_rotation_wxyz or (1, 0, 0, 0), frame.device_position).inverse()
            @ Transform(image.rotation_wxyz, image.position)
            for frame, image in held
        ]
        places = np.array([mount.translation_m for mount in mounts])
        off_m = np.linalg.norm(places - np.median(places, axis=0), axis=1)
        turned = np.array(
            [
                [rotations.angle_between(a.rotation_wxyz, b.rotation_wxyz) for b in mounts]
                for a in mounts[:50]
            ]
        )
        off_rad = turned[int(np.median(turned, axis=1).argmin())]
        for (frame, _), metres, radians in zip(held, off_m, off_rad, strict=True):
            if metres > _LOOSE_M or radians > _LOOSE_RAD:
                entry = (frame.index, float(metres), float(radians))
                loose.setdefault(shots.name, []).append(entry)
    for name, found in loose.items():
        metres = max(entry[1] for entry in found)
        degrees = math.degrees(max(entry[2] for entry in found))
        yield finding(
            "camera_moves_on_device",
            "warning",
            [entry[0] for entry in found],
            f"the camera moves against the device, by up to {metres:.3g} m and {degrees:.2g}°",
            "Cameras and device must be in one world frame in every frame: check the poses of "
            "both, and that all were updated.",
            sensor=name,
        )
