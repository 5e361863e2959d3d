"""Write lenses.json, rotations.json and cuboids.json, which pytest and vitest both read.

    python tests/golden/write_geometry.py

The witness is OpenCV: projectPoints, fisheye.projectPoints, Rodrigues and intersectConvexConvex.
Nothing of groundplane is called. What OpenCV has no notion of is spelled out here by hand: skew in
its perspective model (the plane is projected with K = 1, then K is applied), the division by
scale_factor, which points the picture shows, and the models that it lacks: point by point, by other
routes than the product's (arc cosines and complex numbers, the field by walking out from the axis).
"""

import cmath
import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]
Numbers = dict[str, float]

OPENCV_ORDER = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
UTM = (431_257.25, 5_412_983.5, 107.75)
# Axis times angle of world_from_camera: looks along world +x, z is up.
THIRD_TURN = 2 * math.pi / 3 / math.sqrt(3)
ALONG_X = (-THIRD_TURN, THIRD_TURN, -THIRD_TURN)

LENSES: dict[str, tuple[str, Numbers, Numbers]] = {
    "pinhole": ("pinhole", {}, {}),
    "pinhole, skewed, shrunk by two": ("pinhole", {}, {"skew": 17.5, "scale_factor": 2}),
    "pinhole, scale factor not set": ("pinhole", {}, {"scale_factor": 0}),
    "brown_conrady without coefficients": ("brown_conrady", {}, {}),
    "five coefficients of a road camera": (
        "brown_conrady",
        {"k1": -0.3138, "k2": 0.1184, "p1": 0.00091, "p2": -0.00147, "k3": -0.0197},
        {},
    ),
    "eight coefficients, skewed, shrunk by four thirds": (
        "brown_conrady",
        {
            "k1": 0.311,
            "k2": -0.123,
            "p1": 0.0021,
            "p2": -0.0013,
            "k3": 0.0171,
            "k4": 0.452,
            "k5": 0.0832,
            "k6": 0.0091,
        },
        {"skew": -6.25, "scale_factor": 4 / 3},
    ),
    "fisheye": ("fisheye", {"k1": 0.0513, "k2": -0.0147, "k3": 0.0031, "k4": -0.00057}, {}),
    "fisheye, skewed, shrunk by two": (
        "fisheye",
        {"k1": -0.0241, "k2": 0.0083, "k3": -0.0029, "k4": 0.00041},
        {"skew": 11.0, "scale_factor": 2},
    ),
}


# A whole turn is as wide as the picture, so that nothing is out of sight for its direction alone.
ROUND: Numbers = {"fx_px": 1920 / (2 * math.pi), "fy_px": 1080 / math.pi}
SIX = {"k1": 0.0213, "k2": -0.0117, "k3": 0.0041, "k4": -0.0009, "k5": 0.00012, "k6": -0.000007}
OMNI = {
    "k1": -0.213,
    "k2": 0.031,
    "k3": -0.0041,
    "k4": 0.0007,
    "p1": 0.0011,
    "p2": -0.0017,
    "xi": 0.873,
    "lx": 0.0031,
    "ly": -0.0023,
}
BY_HAND: dict[str, tuple[str, Numbers, Numbers]] = {
    "fisheye past 90 degrees": ("fisheye", {"k1": -0.0313, "k2": 0.0021, "k4": -0.00003}, ROUND),
    "fisheye that folds": ("fisheye", {"k1": -0.1713, "k2": 0.0011}, ROUND),
    "mod_equi_fish": (
        "mod_equi_fish",
        {"k1": 9.0, "k2": -0.031, "k3": 0.017, "k4": -0.0041},
        ROUND,
    ),
    "mod_kannala": ("mod_kannala", {"k1": -0.021, "k2": 0.0053, "k3": -0.0011}, ROUND),
    "cylindrical": ("cylindrical", {}, ROUND),
    "cylindrical, skewed, shrunk by two": ("cylindrical", {}, {"skew": 3.5, "scale_factor": 2}),
    "equirectangular": ("equirectangular", {}, ROUND),
    "equirectangular, cut open aside": ("equirectangular", {}, {**ROUND, "cx_px": 511.25}),
    "omnidirectional": (
        "omnidirectional",
        OMNI,
        {"fx_px": 613.5, "fy_px": 598.25, "skew": -2.75},
    ),
    "omnidirectional beyond the sphere": (
        "omnidirectional",
        {"k1": 0.017, "p2": 0.0009, "xi": 1.31},
        {"fx_px": 713.5, "fy_px": 698.25},
    ),
    "fisheye_rad_tan_prism": (
        "fisheye_rad_tan_prism",
        {
            **SIX,
            "p1": 0.0013,
            "p2": -0.0021,
            "s1": 0.0007,
            "s2": -0.0003,
            "s3": -0.0011,
            "s4": 0.0002,
        },
        ROUND,
    ),
    "fisheye_radial_custom": (
        "fisheye_radial_custom",
        {**SIX, "p1": 0.0013, "p2": -0.0021, "dcx": 0.0071, "dcy": -0.0043},
        {**ROUND, "skew": 1.25},
    ),
    "ftheta in pixels": (
        "ftheta",
        {"k2": 0.00331, "k3": 1.3e-7, "k4": -6.1e-10, "k5": 2.1e-13},
        {"fx_px": 1.0013, "fy_px": 1.0, "skew": 0.0007},
    ),
    "ftheta in focal lengths": ("ftheta", {"k2": 1.0, "k3": 0.021, "k4": -0.013}, ROUND),
}


def lens_case(name: str, place: str, seed: int) -> dict[str, object]:
    model, coefficients, more = (LENSES | BY_HAND)[name]
    lens: dict[str, object] = {
        "model": model,
        "fx_px": 1013.5,
        "fy_px": 1131.25,
        "cx_px": 951.75,
        "cy_px": 563.5,
        "skew": 0.0,
        "scale_factor": 1.0,
        "width_px": 1920,
        "height_px": 1080,
        "coefficients": coefficients,
        **more,
    }
    rotation, position = PLACES[place]
    points_camera = scattered(seed)
    if name in BY_HAND:
        # Straight behind a lens that sees there, the image is a circle.
        points_camera[-1] = 0.02, -0.05, -2
    points_world = points_camera @ cv2.Rodrigues(np.array(rotation))[0].T + np.array(position)
    if name in BY_HAND:
        plane = np.array([by_hand(lens, *point) for point in points_camera.tolist()])
    else:
        # cv2 wants camera_from_world; around the camera, so that float64 keeps a millionth of a
        # pixel. A point on or behind the camera's plane has no image.
        plane = witness(lens, points_world - np.array(position), -np.array(rotation))
        plane[points_camera[:, 2] <= 0] = math.nan
    u, v = uv_px = pixels(lens, plane)
    width, height = 1920, 1080
    inside = (u >= -0.5) & (u < width - 0.5) & (v >= -0.5) & (v < height - 0.5)
    return {
        "name": f"{name}, {place}",
        "lens": lens,
        "rotation_wxyz": quaternion(rotation).tolist(),
        "position_m": list(position),
        "points_world": points_world.tolist(),
        "depth_m": points_camera[:, 2].tolist(),
        "uv_px": [None if math.isnan(row[0]) else row for row in uv_px.T.tolist()],
        "visible": inside.tolist(),
    }


PLACES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "at the origin": ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    "looking along +x at UTM coordinates": (ALONG_X, UTM),
    "anyhow": ((0.7, -1.9, 0.4), (12.5, -7.25, 1.75)),
}


def scattered(seed: int) -> Float64Array:
    """(17, 3) in the camera frame: on the picture, beside it, on the axis, and three behind."""
    random = np.random.default_rng(seed)
    depth = random.uniform(3, 60, 12)
    seen = np.stack([random.uniform(-0.8, 0.8, 12) * depth, random.uniform(-0.4, 0.4, 12) * depth])
    extra = [[0, 0, 7], [-1.5, 3.5, 4], [0.3, 0.2, -7], [-4, 1, -0.5], [0, 0, -2]]
    return np.concatenate([np.stack([*seen, depth], axis=1), np.array(extra)])


def witness(lens: dict[str, object], points: Float64Array, back: Float64Array) -> Float64Array:
    """The image plane (n, 2) by OpenCV."""
    given = lens["coefficients"]
    assert isinstance(given, dict)
    zero = np.zeros(3)
    if lens["model"] == "fisheye":
        k = np.array([given[name] for name in ("k1", "k2", "k3", "k4")])
        plane = cv2.fisheye.projectPoints(points[:, None], back, zero, np.eye(3), k)[0]
    else:
        k = np.array([given.get(name, 0.0) for name in OPENCV_ORDER])
        plane = cv2.projectPoints(points, back, zero, np.eye(3), k)[0]
    return np.asarray(plane, dtype=np.float64).reshape(-1, 2)


def pixels(lens: dict[str, object], plane: Float64Array) -> Float64Array:
    """(2, n)."""
    number = {key: value for key, value in lens.items() if isinstance(value, int | float)}
    x, y = plane.T.copy()
    scale = number["scale_factor"] or 1
    if lens["model"] in {"cylindrical", "equirectangular"}:
        # Of the pictures of a direction, a turn apart, the one nearest to the picture's middle.
        turn = 2 * math.pi * number["fx_px"] / scale
        middle = (number["width_px"] - 1) / 2
        off = (number["fx_px"] * x + number["cx_px"]) / scale - middle
        x -= 2 * math.pi * np.round(off / turn)
    u = (number["fx_px"] * x + number["skew"] * y + number["cx_px"]) / scale
    v = (number["fy_px"] * y + number["cy_px"]) / scale
    return np.stack([u, v])


def by_hand(lens: dict[str, object], x: float, y: float, z: float) -> tuple[float, float]:
    """The image plane of one camera-frame point, NaN where it has no image."""
    given = lens["coefficients"]
    assert isinstance(given, dict)
    k: Callable[[str], float] = lambda name: float(given.get(name, 0.0))  # noqa: E731 - short
    model = lens["model"]
    if model in {"cylindrical", "equirectangular"}:
        around = abs(complex(z, x))
        down = y / around if model == "cylindrical" else cmath.phase(complex(around, y))
        return cmath.phase(complex(z, x)), down
    away = math.sqrt(x * x + y * y + z * z)
    angle = math.acos(z / away)
    towards = complex(x, y) / abs(complex(x, y)) if x or y else 0j
    radius = RADII[str(model)]
    # The last model walks by itself.
    steps = 1 if model == "ftheta" else WALK
    walk = [radius(angle * step / steps, k) for step in range(steps + 1)]
    if angle and any(not later > earlier for earlier, later in pairwise(walk)):
        return math.nan, math.nan
    point = towards * walk[-1]
    s = abs(point) ** 2
    if model == "fisheye_rad_tan_prism":
        bend = complex(k("p1"), k("p2"))
        dot = (point * bend.conjugate()).real
        prism = complex(k("s1") * s + k("s2") * s * s, k("s3") * s + k("s4") * s * s)
        point += 2 * dot * point + s * bend + prism
    if model == "fisheye_radial_custom":
        bend = complex(k("p2"), k("p1"))
        dot = (point * bend.conjugate()).real
        point += 2 * dot * point + s * bend + complex(k("dcx"), k("dcy"))
    if model == "omnidirectional":
        m = math.sin(angle) / (math.cos(angle) + k("xi"))
        gain = walk[-1] / m if m else 1.0
        a = m * towards + complex(k("lx"), k("ly"))
        bend = complex(k("p2"), k("p1"))
        dot = (a * bend.conjugate()).real
        point = a * gain + 2 * dot * a + m * m * bend
    return point.real, point.imag


Named = Callable[[str], float]
WALK = 200


def series(angle: float, k: Named, count: int) -> float:
    return angle + sum(k(f"k{n}") * angle ** (2 * n + 1) for n in range(1, count + 1))


def mei_radius(angle: float, k: Named) -> float:
    below = math.cos(angle) + k("xi")
    m = math.sin(angle) / below if below > 0 else -1.0
    return m + sum(k(f"k{n}") * m ** (2 * n + 1) for n in range(1, 5))


def ftheta_radius(angle: float, k: Named) -> float:
    """Out from the axis in small steps while the angle grows; then halve the last step."""
    step = 1e-3 / k("k2")
    high = 0.0
    while ftheta_angle(high, k) < angle:
        if ftheta_angle(high + step, k) <= ftheta_angle(high, k):
            return math.nan
        high += step
    low = max(0.0, high - step)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if ftheta_angle(middle, k) < angle else (low, middle)
    return (low + high) / 2


def ftheta_angle(radius: float, k: Named) -> float:
    return sum(k(f"k{n + 1}") * radius**n for n in range(5))


RADII: dict[str, Callable[[float, Named], float]] = {
    "fisheye": lambda angle, k: series(angle, k, 4),
    "mod_kannala": lambda angle, k: series(angle, k, 4),
    "mod_equi_fish": lambda angle, k: (
        angle * sum((1.0, k("k2") * angle**2, k("k3") * angle**3, k("k4") * angle**4))
    ),
    "fisheye_rad_tan_prism": lambda angle, k: series(angle, k, 6),
    "fisheye_radial_custom": lambda angle, k: series(angle, k, 6),
    "omnidirectional": mei_radius,
    "ftheta": ftheta_radius,
}


def quaternion(axis_times_angle: tuple[float, float, float]) -> Float64Array:
    vector = np.array(axis_times_angle)
    angle = float(np.linalg.norm(vector))
    axis = vector / angle if angle else vector
    return np.concatenate([[math.cos(angle / 2)], math.sin(angle / 2) * axis])


def rotations() -> dict[str, object]:
    random = np.random.default_rng(11)
    turns = [(0.0, 0.0, 0.0), (0.0, 0.0, math.pi), (math.pi, 0.0, 0.0), (0.0, math.pi - 1e-7, 0.0)]
    turns += [tuple(row) for row in random.uniform(-1.7, 1.7, (8, 3)).tolist()]
    matrices = [cv2.Rodrigues(np.array(turn))[0] for turn in turns]
    return {
        "source": "tests/golden/write_geometry.py, cv2.Rodrigues",
        "matrices": [
            {"rotation_wxyz": quaternion(turn).tolist(), "matrix": matrix.tolist()}
            for turn, matrix in zip(turns, matrices, strict=True)
        ],
        "slerps": [slerp(turns[a], turns[b], f) for a, b, f in SLERPS],
    }


SLERPS = [(4, 5, 0.25), (5, 6, 0.5), (6, 7, 0.9), (8, 9, 0.0), (9, 10, 1.0), (0, 11, 0.375)]


def slerp(
    a: tuple[float, float, float], b: tuple[float, float, float], fraction: float
) -> dict[str, object]:
    """A exp(f log(A⁻¹ B)): the same arc, by matrices. b is written with the far sign."""
    matrix_a, matrix_b = cv2.Rodrigues(np.array(a))[0], cv2.Rodrigues(np.array(b))[0]
    turn = cv2.Rodrigues(matrix_a.T @ matrix_b)[0]
    between = matrix_a @ cv2.Rodrigues(fraction * turn)[0]
    quaternion_a, quaternion_b = quaternion(a), quaternion(b)
    far = -quaternion_b if quaternion_a @ quaternion_b > 0 else quaternion_b
    return {
        "a_wxyz": quaternion_a.tolist(),
        "b_wxyz": far.tolist(),
        "fraction": fraction,
        "matrix": between.tolist(),
    }


def cuboids() -> dict[str, object]:
    return {
        "source": "tests/golden/write_geometry.py, cv2.Rodrigues and cv2.intersectConvexConvex",
        "corners": [
            corners((4.5, -3.25, 1.5), (4.75, 1.875, 1.625), (0.0, 0.0, 0.875)),
            corners(UTM, (12.0, 2.5, 3.5), (0.0, 0.0, -2.5)),
            corners((-7.0, 11.0, 2.0), (3.0, 2.0, 1.0), (0.3, -0.2, 1.1)),
        ],
        "ious": [
            iou((0.0, 0.0, 0.5), (4.0, 2.0, 1.5), 0.0, (1.0, 0.5, 0.75), (4.5, 1.75, 1.25), 0.4),
            iou((3.0, -2.0, 1.0), (4.5, 1.9, 1.6), 2.9, (3.25, -2.5, 1.25), (4.25, 2.1, 1.5), -3.1),
            iou((0.0, 0.0, 0.0), (10.0, 1.0, 2.0), 0.2, (0.5, 0.25, 0.5), (1.0, 9.0, 2.5), -0.3),
            iou((0.0, 0.0, 0.0), (4.0, 2.0, 1.5), 0.3, (9.0, 0.0, 0.0), (4.0, 2.0, 1.5), 0.3),
            iou((0.0, 0.0, 0.0), (4.0, 2.0, 1.5), 0.3, (0.0, 0.0, 1.75), (4.0, 2.0, 1.5), 0.3),
            iou((1.0, 2.0, 3.0), (6.0, 5.0, 4.0), 0.6, (1.25, 2.25, 3.25), (1.0, 2.0, 0.5), 1.2),
        ],
    }


Three = tuple[float, float, float]


def corners(centre: Three, size: Three, turn: Three) -> dict[str, object]:
    """By the drawing in cuboids.py: bit 0 of the index is x, bit 1 is y, bit 2 is z."""
    signs = [[1 if k & bit else -1 for bit in (1, 2, 4)] for k in range(8)]
    local = np.array(signs) * np.array(size) / 2
    turned = local @ cv2.Rodrigues(np.array(turn))[0].T
    return {
        "centre": centre,
        "size": size,
        "rotation_wxyz": quaternion(turn).tolist(),
        "corners": (turned + np.array(centre)).tolist(),
    }


def iou(
    centre_a: Three, size_a: Three, yaw_a: float, centre_b: Three, size_b: Three, yaw_b: float
) -> dict[str, object]:
    shared_m2 = cv2.intersectConvexConvex(
        ground(centre_a, size_a, yaw_a), ground(centre_b, size_b, yaw_b)
    )[0]
    top = min(centre_a[2] + size_a[2] / 2, centre_b[2] + size_b[2] / 2)
    bottom = max(centre_a[2] - size_a[2] / 2, centre_b[2] - size_b[2] / 2)
    shared_m3 = shared_m2 * max(top - bottom, 0)
    both_m3 = math.prod(size_a) + math.prod(size_b) - shared_m3
    return {
        "a": {"centre": centre_a, "size": size_a, "yaw_rad": yaw_a},
        "b": {"centre": centre_b, "size": size_b, "yaw_rad": yaw_b},
        "iou": shared_m3 / both_m3,
    }


def ground(centre: Three, size: Three, yaw: float) -> npt.NDArray[np.float32]:
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size[:2]) / 2
    turn = np.array([[math.cos(yaw), -math.sin(yaw)], [math.sin(yaw), math.cos(yaw)]])
    return (half @ turn.T + np.array(centre[:2])).astype(np.float32)


def goldens() -> dict[str, object]:
    """File name → content."""
    pairs = [(name, place) for name in LENSES for place in PLACES]
    places = list(PLACES)
    pairs += [(name, places[at % len(places)]) for at, name in enumerate(BY_HAND)]
    return {
        "lenses.json": {
            "source": "tests/golden/write_geometry.py, cv2.projectPoints, cv2.fisheye, by hand",
            "cases": [lens_case(name, place, seed) for seed, (name, place) in enumerate(pairs)],
        },
        "rotations.json": rotations(),
        "cuboids.json": cuboids(),
    }


def main() -> None:
    for name, content in goldens().items():
        Path(__file__).with_name(name).write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
