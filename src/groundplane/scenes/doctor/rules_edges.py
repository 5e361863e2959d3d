"""Rules about pictures that do not show what the cloud says is there."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.doctor.edges import ACROSS, DOWN, STRIDE, WIDTH, surface_of
from groundplane.scenes.doctor.judging import finding
from groundplane.scenes.doctor.model import EdgeSigns, Finding, FrameSigns
from groundplane.scenes.doctor.rules_camera import Shots, shots_of

# In deviations of chance; what the largest of a thousand shifts reaches by chance is about 3.6.
_AGREES, _AGREES_AS_GIVEN = 4.0, 7.0
_PEAK, _PEAK_ALONE, _BETTER = 4.2, 4.8, 1.3
_REPAIRED, _REPAIRED_ALONE = 8.0, 9.0
_NEAR = 2  # cells of the surface that still are "here"

_REPAIRS: Mapping[str, tuple[str, str]] = {
    "quaternion_order": ("camera_quaternion_order", "Write heading by name: w is the real part."),
    "pose_inverted": (
        "camera_pose_inverted",
        "position and heading are the camera's in the world (world from camera), not the inverse.",
    ),
    "rotation_inverted": (
        "camera_pose_inverted",
        "heading turns the camera's axes into the world's, not the inverse.",
    ),
    "camera_x_ahead": (
        "camera_axes",
        "A camera's axes are x right, y down, z ahead; this heading is of x ahead, y left, z up.",
    ),
    "camera_z_back": (
        "camera_axes",
        "A camera's axes are x right, y down, z ahead; this heading is of y up, z back (OpenGL).",
    ),
    "focal": ("focal_length", "Check fx and fy against the size of the picture."),
    "size": (
        "intrinsics_of_other_size",
        "Give scale_factor (calibrated size / size of the picture), or scale fx, fy, cx, cy.",
    ),
    "roll": ("camera_rolled", "Check heading: the picture is turned against the cloud."),
    "moved": ("camera_shifted", "Check the camera's position in the world, and its unit."),
    "mirrored": (
        "mirrored",
        "The cloud is mirrored: check the sign of an axis; the world is right-handed.",
    ),
    "swapped": (
        "axes_swapped",
        "x and y of the points are in each other's place: the world is right-handed, z up.",
    ),
    "picture": ("pictures_swapped", "Attach each camera's own pictures."),
}


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How one camera's pictures agree with the cloud, over all frames."""

    shots: Shots
    signs: Sequence[EdgeSigns]
    surface: Float64Array
    each: Sequence[Float64Array]
    here: float
    given: float

    @property
    def trusted(self) -> bool:
        return (
            self.here >= _AGREES and self.here > self.surface.max() - 0.5
        ) or self.given >= _AGREES_AS_GIVEN


def looks_of(frames: Sequence[FrameSigns]) -> list[Look]:
    looks: list[Look] = []
    for shots in shots_of(frames):
        signs = [image.edges for _, image in shots.of if image.edges is not None]
        if not signs:
            continue
        each = [surface_of(sign.surface) for sign in signs if sign.surface]
        total = np.sum(each, axis=0) if each else np.zeros((DOWN + 1, ACROSS + 1))
        deviation = float(total.std())
        surface = total / deviation if deviation else total
        given = float(np.mean([sign.repairs.get("as_given", 0.0) for sign in signs]))
        looks.append(Look(shots, signs, surface, each, _here(surface), given))
    return looks


def edge_findings(looks: Sequence[Look]) -> Iterator[Finding]:
    spoken: dict[tuple[str, str], list[Finding]] = {}
    rest: list[Look] = []
    for look in looks:
        found = _repaired(look)
        if found is None:
            rest += [] if look.trusted else [look]
        else:
            spoken.setdefault((found.rule, found.advice), []).append(found)
    for (rule, _), found in spoken.items():
        # A mirrored cloud is one fault, however many cameras show it.
        yield from found[:1] if rule in ("mirrored", "axes_swapped") else found
    whole_cloud = any(rule in ("mirrored", "axes_swapped") for rule, _ in spoken)
    works = any(look.here >= _AGREES + 0.5 for look in looks)
    for look in rest:
        if not whole_cloud:
            yield from _shifted(look) or _disagrees(look, works=works)


def _here(surface: Float64Array) -> float:
    down, across = DOWN // STRIDE, ACROSS // STRIDE
    near = surface[down - _NEAR : down + _NEAR + 1, across - _NEAR : across + _NEAR + 1]
    return float(near.max())


def _repaired(look: Look) -> Finding | None:
    """Another reading of the calibration that fits much better than the one given."""
    count = len(look.signs)
    names = {name for sign in look.signs for name in sign.repairs} - {"as_given"}
    means = {
        name: float(np.mean([sign.repairs.get(name, 0.0) for sign in look.signs])) for name in names
    }
    if not means:
        return None
    best = max(means, key=lambda name: (means[name], name))
    least = _REPAIRED_ALONE if count == 1 else _REPAIRED
    better = sum(
        sign.repairs.get(best, 0.0) > sign.repairs.get("as_given", 0.0) + 2 for sign in look.signs
    )
    if means[best] < max(least, 1.5 * look.given + 4) or better < 0.75 * count:
        return None
    rule, advice = next(entry for name, entry in _REPAIRS.items() if best.startswith(name))
    return finding(
        rule,
        "error",
        look.shots.frames,
        f"edges of points and picture agree {means[best]:.1f} deviations above chance when read "
        f"as {best.replace('_', ' ')}, {look.given:.1f} as given",
        advice,
        sensor=look.shots.name,
        picture=look.shots.picture(),
    )


def _shifted(look: Look) -> list[Finding]:
    surface, count = look.surface, len(look.each)
    row, column = np.unravel_index(int(surface.argmax()), surface.shape)
    peak = float(surface.max())
    down = (int(row) - DOWN // STRIDE) * STRIDE
    across = (int(column) - ACROSS // STRIDE) * STRIDE
    if math.hypot(down, across) < 5 or peak < (_PEAK_ALONE if count < 2 else _PEAK):
        return []
    there = (slice(max(row - 1, 0), row + 2), slice(max(column - 1, 0), column + 2))
    better = sum(float(one[there].max()) > _here(one) for one in look.each)
    if peak < look.here + _BETTER or better < 0.75 * count:
        return []
    image = next(image for _, image in look.shots.of if image.width_px)
    step_px = image.width_px / WIDTH
    degrees = math.degrees(
        math.hypot(down, across) * step_px * (image.scale_factor or 1.0) / image.fx_px
    )
    return [
        finding(
            "camera_shifted",
            "error" if degrees > 3 else "warning",
            look.shots.frames,
            f"edges of points and picture agree {peak:.1f} deviations above chance with the "
            f"points moved {across * step_px:+.0f} px across and {down * step_px:+.0f} px down "
            f"(about {degrees:.1f}°), {look.here:.1f} as given",
            "Calibrate the camera again, or check that heading and position are of this drive.",
            sensor=look.shots.name,
            picture=look.shots.picture(),
        )
    ]


def _disagrees(look: Look, *, works: bool) -> list[Finding]:
    """No agreement where there should be some. Only where edges are many, over several frames."""
    points = float(np.mean([sign.points for sign in look.signs]))
    bright = np.median([image.brightness[1] for _, image in look.shots.of])
    frames, most, here, given = (3, 150, 3.6, 3.5) if works else (4, 250, 2.5, 2.5)
    if len(look.signs) < frames or points < most or bright < 15:
        return []
    if look.here > here or look.given > given:
        return []
    return [
        finding(
            "edges_disagree",
            "warning",
            look.shots.frames,
            f"edges of points and picture agree no better than by chance ({look.here:.1f} "
            f"deviations over {len(look.signs)} frames)",
            "Look at the picture with the points on it; check the camera's position, heading and "
            "lens, and that the picture is of this frame.",
            sensor=look.shots.name,
            picture=look.shots.picture(),
        )
    ]
