"""Pictures are lens-true, and their truth is that of the cuboids. OpenCV is the witness."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from groundplane.geometry.cameras import LENS_MODELS, Lens, project, unproject
from groundplane.geometry.cuboids import Cuboid
from groundplane.geometry.transforms import Transform
from groundplane.simulator import vehicle
from groundplane.simulator.camera import Camera, directions_at, render
from groundplane.simulator.drive import WORLD_FROM_STREET, Drive, Scenario
from groundplane.simulator.motion import Path as MotionPath
from groundplane.simulator.road import LANE_LINES, build_road
from groundplane.simulator.shapes import Solid, Surface
from groundplane.simulator.street import Street, build_street
from groundplane.simulator.vehicle import Vehicle

Array = npt.NDArray[np.float64]
WIDTH, HEIGHT = 480, 270
LEVEL = build_road(0.0, -60.0, 200.0)
FLAT = replace(LEVEL, profile_m=np.zeros_like(LEVEL.profile_m))
AHEAD = Transform((0.5, -0.5, 0.5, -0.5), (0.0, 0.0, 1.5))


def opencv(points_camera: Array, lens: Lens) -> Array:
    """(n, 2) pixels by OpenCV, which shares no line with ours."""
    matrix = np.array([[lens.fx_px, 0, lens.cx_px], [0, lens.fy_px, lens.cy_px], [0, 0, 1.0]])
    bend = lens.coefficients
    if lens.model == "fisheye":
        values = np.array([bend.get(f"k{n}", 0.0) for n in (1, 2, 3, 4)])
        points = points_camera.reshape(-1, 1, 3)
        pixels, _ = cv2.fisheye.projectPoints(points, np.zeros(3), np.zeros(3), matrix, values)
    else:
        values = np.array([bend.get(name, 0.0) for name in ("k1", "k2", "p1", "p2", "k3")])
        pixels, _ = cv2.projectPoints(points_camera, np.zeros(3), np.zeros(3), matrix, values)
    return pixels.reshape(-1, 2).astype(np.float64)


@pytest.mark.parametrize("model", ["brown_conrady", "fisheye", "equirectangular", "ftheta"])
def test_every_pixel_of_an_object_lies_in_its_cuboid(model: str) -> None:
    """Through the exact unprojection, with the depth: so it holds for a lens of any model."""
    cameras = vehicle.cameras(("front", "rear"), model, WIDTH, HEIGHT)
    drive = Drive(Scenario(7, 1, Vehicle((), cameras)))
    frame_cuboids = drive.cuboids(0.0, np.zeros(1, np.int64))
    for camera in cameras:
        picture = render(drive.street, camera, 0.0)
        street_from_camera = Transform.from_matrix(
            drive.street.mounted(camera.ego_from_camera, np.zeros(1))[0]
        )
        rows, columns = np.nonzero(picture.body)
        rays = unproject(np.column_stack([columns, rows]).astype(np.float64), camera.lens)
        assert rays.valid.all()
        away = rays.directions * picture.depth_m[rows, columns, None]
        points = WORLD_FROM_STREET.apply(street_from_camera.apply(away))
        bodies = picture.body[rows, columns]
        big = [body for body in np.unique(bodies) if (bodies == body).sum() > 40]
        assert len(big) >= 4
        for body in big:
            told = frame_cuboids[body - 1]
            assert (
                Cuboid(told.centre_m, told.size_m, told.rotation_wxyz)
                .contains(points[bodies == body])
                .all()
            )


@pytest.mark.parametrize("model", ["pinhole", "brown_conrady", "fisheye"])
def test_an_object_fills_the_outline_of_its_projected_cuboid(model: str) -> None:
    """Its pixels' box is that of the cuboid by OpenCV, less the margin and round corners."""
    (camera,) = vehicle.cameras(("front",), model, 2 * WIDTH, 2 * HEIGHT)
    street = build_street(7)
    picture = render(street, camera, 0.0)
    camera_from_street = Transform.from_matrix(
        street.mounted(camera.ego_from_camera, np.zeros(1))[0]
    ).inverse()
    actor, body = street.actors[1], 2  # the car that pulls out, which nothing hides
    pose = Transform.from_matrix(actor.path.poses(street.road, np.zeros(1))[0])
    cuboid = Cuboid(pose.apply((0, 0, actor.size_m[2] / 2)), actor.size_m, pose.rotation_wxyz)
    expected_px = opencv(camera_from_street.apply(cuboid.corners()), camera.lens)
    rows, columns = np.nonzero(picture.body == body)
    (left, top), (right, low) = expected_px.min(axis=0), expected_px.max(axis=0)
    slack = 0.09 * (right - left)
    assert left - 1 < columns.min() < left + slack
    assert right - slack < columns.max() < right + 1
    assert top - 1 < rows.min() < top + slack
    assert low - slack < rows.max() < low + 1


@pytest.mark.parametrize(
    ("model", "bend_px"), [("pinhole", 0), ("brown_conrady", 5), ("fisheye", 7)]
)
def test_a_straight_edge_bends_as_the_lens_says(model: str, bend_px: float) -> None:
    bar = Solid(0, (4.0, 0.0, 2.85), (0.02, 40.0, 0.02), (250, 20, 20), 0.5, Surface.WALL)
    lens = vehicle.lens(model, 960, 540)
    picture = render(Street(FLAT, [bar], [], MotionPath(0, 0)), Camera("c", AHEAD, lens), 0.0)
    across_m = np.linspace(-2.2, 2.2, 23)
    line = np.column_stack([-across_m, np.full(23, -1.35), np.full(23, 4.0)])
    for u, v in opencv(line, lens):
        column = picture.surface[:, round(u)] == Surface.WALL
        assert np.abs(np.flatnonzero(column).mean() - v) < 1.5
    pixels = opencv(line, lens)
    sag_px = abs(pixels[11, 1] - (pixels[0, 1] + pixels[-1, 1]) / 2)
    assert sag_px >= bend_px
    assert bend_px > 0 or sag_px < 1e-9


@pytest.mark.parametrize("model", sorted(LENS_MODELS))
def test_interpolated_directions_are_exact_to_a_fiftieth_of_a_pixel(model: str) -> None:
    lens = vehicle.lens(model, 640, 400)
    chance = np.random.default_rng(4)
    uv_px = chance.uniform(0, 1, (4000, 2)) * np.array([640, 400]) - 0.5
    directions, valid = directions_at(uv_px, lens)
    assert valid.mean() > 0.7
    again = project(directions[valid], Transform.identity(), lens)
    assert np.abs(again.uv_px - uv_px[valid]).max() < 0.02


def test_painted_pixels_lie_on_the_lane_lines() -> None:
    (camera,) = vehicle.cameras(("front",), "brown_conrady", WIDTH, HEIGHT)
    street = build_street(7)
    picture = render(street, camera, 0.0)
    rows, columns = np.nonzero(picture.surface == Surface.LANE_PAINT)
    rays = unproject(np.column_stack([columns, rows]).astype(np.float64), camera.lens)
    street_from_camera = Transform.from_matrix(
        street.mounted(camera.ego_from_camera, np.zeros(1))[0]
    )
    points = street_from_camera.apply(rays.directions * picture.depth_m[rows, columns, None])
    along_m, aside_m = street.road.along_and_aside(points[:, :2])
    lines = np.abs(aside_m[:, None] - [line.aside_m for line in LANE_LINES]).min(axis=1) < 0.081
    assert len(rows) > 300
    assert (lines | (np.abs(along_m - 42) < 2.01)).all()
    bright = picture.rgb[rows, columns].mean()
    asphalt = picture.rgb[picture.surface == Surface.ROAD].mean()
    assert bright > asphalt + 40


def test_a_wall_throws_its_shadow_away_from_the_sun() -> None:
    wall = Solid(0, (10.0, 0.0, 1.0), (2.0, 0.1, 1.0), (200, 200, 200), 0.5, Surface.WALL)
    lens = vehicle.lens("pinhole", 640, 360)
    above = Camera("above", Transform((0, 1, 0, 0), (10.0, 0.0, 12.0)), lens)
    picture = render(Street(FLAT, [wall], [], MotionPath(0, 0)), above, 0.0)
    bright = picture.rgb.astype(float).mean(axis=2)
    left, right = (
        bright[round(v), round(u)]
        for u, v in project(
            np.array([[10.3, 0.7, 0.0], [10.3, -0.7, 0.0]]), above.ego_from_camera.inverse(), lens
        ).uv_px
    )
    assert left > right * 1.4  # the sun stands at the left


def test_the_sky_has_no_depth_and_no_object() -> None:
    (camera,) = vehicle.cameras(("front",), "pinhole", WIDTH, HEIGHT)
    picture = render(build_street(7), camera, 0.0)
    sky = picture.surface == Surface.SKY
    assert sky[:20].any()
    assert np.isinf(picture.depth_m[sky]).all()
    assert not picture.body[sky].any()
    assert np.isfinite(picture.depth_m[~sky]).all()
