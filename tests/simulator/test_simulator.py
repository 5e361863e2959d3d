"""The simulated drive is true to itself: points, cuboids and files tell one story."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from groundplane.geometry.cuboids import Cuboid
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.simulator.camera import render
from groundplane.simulator.drive import (
    FRAMES_PER_SECOND,
    WORLD_FROM_STREET,
    CalibrationError,
    Drive,
    Scenario,
    scenario,
    simulate,
)
from groundplane.simulator.lidar import Lidar, beams, sweep
from groundplane.simulator.motion import Path as MotionPath
from groundplane.simulator.radar import Radar, listen
from groundplane.simulator.ray_values import CYLINDER
from groundplane.simulator.road import LANE_LINES, LANE_WIDTH_M, Road, build_road
from groundplane.simulator.scene import EPOCH_NS, write_scene
from groundplane.simulator.shapes import Label, Solid, Surface
from groundplane.simulator.street import Actor, Street, build_street
from groundplane.simulator.truth import Truth, TruthCuboid
from groundplane.simulator.vehicle import Vehicle

Array = npt.NDArray[np.float64]


def small(seed: int = 7, frames: int = 2) -> Scenario:
    return scenario(
        seed=seed, frames=frames, points=9_000, cameras=("front", "rear left"),
        image_size_px=(192, 108), radars=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("street")
    return folder, write_scene(folder, small(frames=3), image_base="file:///srv/demo/")


def frame(folder: Path, index: int) -> FrameColumns:
    return read_frame((folder / "frames" / f"{index:03}.json").read_bytes())


def box(cuboid: TruthCuboid, shrink: float = 1.0) -> Cuboid:
    size = np.array(cuboid.size_m) * shrink
    return Cuboid(cuboid.centre_m, size, cuboid.rotation_wxyz)


def inside(positions: Array, pose: Array, size_m: tuple[float, float, float]) -> Array:
    """How far each position (n, 3) is inside its own pose's box (n, 3, 4), negative outside."""
    away = positions - pose[:, :, 3]
    local = np.stack([(away * pose[:, :, axis]).sum(axis=1) for axis in range(3)], axis=1)
    local[:, 2] -= size_m[2] / 2
    return (np.array(size_m) / 2 - np.abs(local)).min(axis=1)


LEVEL = build_road(0.0, -60.0, 200.0)
FLAT = replace(LEVEL, profile_m=np.zeros_like(LEVEL.profile_m))


def street(*actors: Actor, road: Road = FLAT, speed_mps: float = 0.0) -> Street:
    return Street(road, [], list(actors), MotionPath(0.0, 0.0, speed_mps))


def roof(columns: int = 1800, **changes: float) -> Lidar:
    mount = Transform((1, 0, 0, 0), (0, 0, 1.9))
    return replace(Lidar("roof", mount, beams(64), columns), **changes)


def car(path: MotionPath) -> Actor:
    return Actor(Label.CAR, (4.5, 1.9, 1.5), (200, 40, 40), path)


# --- points and the cuboids that they belong to ---


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_point_of_an_object_lies_in_its_cuboid_at_the_points_own_time(seed: int) -> None:
    busy = build_street(seed)
    swept = sweep(busy, roof(), 0.4, np.random.default_rng(1))
    seen = set(np.unique(swept.body).tolist()) - {0}
    assert len(seen) > 20
    assert {busy.actors[body - 1].label for body in seen} == set(Label)
    for body in seen:
        actor, mine = busy.actors[body - 1], swept.body == body
        pose = actor.path.poses(busy.road, swept.time_s[mine])
        assert inside(swept.positions_m[mine], pose, actor.size_m).min() >= 0, actor.label


def test_a_moving_object_is_smeared_by_its_own_motion() -> None:
    """By hand: a car at 20 m/s on a straight road, its rear seen by beams fired 0.4 ms apart."""
    moving = street(car(MotionPath(15.0, 0.0, 20.0)))
    swept = sweep(moving, roof(noise_m=0.0, dropout=0.0), 0.0, np.random.default_rng(1))
    mine = swept.body == 1
    still = sweep(
        street(car(MotionPath(15.0, 0.0))), roof(noise_m=0.0, dropout=0.0), 0.0,
        np.random.default_rng(1),
    )  # fmt: skip
    spread_s = np.ptp(swept.time_s[mine])
    assert spread_s > 1e-3
    rear = swept.positions_m[mine][:, 0] - 20.0 * swept.time_s[mine]
    assert rear.min() == pytest.approx(still.positions_m[still.body == 1][:, 0].min(), abs=2e-3)
    assert (np.diff(np.unique(swept.time_s[mine])) > 0).all()


def test_ranges_of_a_turned_box_are_those_of_the_slab_method() -> None:
    """numpy meets its faces without a line of the caster."""
    centre, half, yaw = np.array([14.0, 3.0, 1.5]), np.array([3.0, 1.2, 1.5]), 0.6
    block = Solid(0, (14.0, 3.0, 1.5), (3.0, 1.2, 1.5), (9, 9, 9), 0.5, Surface.WALL, yaw_rad=yaw)
    alone = Street(FLAT, [block], [], MotionPath(0, 0))
    swept = sweep(alone, roof(noise_m=0.0, dropout=0.0), 0.0, np.random.default_rng(1))
    local_from_world = np.array(
        [[math.cos(yaw), math.sin(yaw), 0], [-math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]]
    )
    origin = np.array([0.0, 0.0, 1.9])
    away = swept.positions_m - origin
    directions = away / np.linalg.norm(away, axis=1, keepdims=True) @ local_from_world.T
    start = local_from_world @ (origin - centre)
    with np.errstate(divide="ignore"):
        one, other = (-half - start) / directions, (half - start) / directions
    enter, leave = np.minimum(one, other).max(axis=1), np.maximum(one, other).min(axis=1)
    meets = (enter > 0) & (enter < leave - 1e-9)
    np.testing.assert_array_equal(meets, swept.surface == Surface.WALL)
    assert meets.sum() > 500
    np.testing.assert_allclose(swept.range_m[meets], enter[meets], atol=1e-9)


def test_a_standing_wall_is_seen_in_one_place_from_a_moving_sensor() -> None:
    """Points are taken from where the sensor is when it fires: at 30 m/s nothing smears."""
    wall = Solid(0, (20.0, 0.0, 2.0), (0.5, 8.0, 2.0), (9, 9, 9), 0.5, Surface.WALL)
    moving = Street(FLAT, [wall], [], MotionPath(0.0, 0.0, 30.0))
    swept = sweep(moving, roof(noise_m=0.0), 0.0, np.random.default_rng(1))
    hit = swept.positions_m[swept.surface == Surface.WALL]
    face = hit[hit[:, 2] < 3.99]
    assert len(face) > 1000
    np.testing.assert_allclose(face[:, 0], 19.5, atol=1e-9)


def test_a_tilted_cylinder_is_met_at_its_radius() -> None:
    pipe = Solid(
        CYLINDER, (8.0, 0.0, 1.9), (0.4, 0.4, 1.0), (9, 9, 9), 0.5, Surface.POLE, pitch_rad=0.5
    )
    swept = sweep(
        Street(FLAT, [pipe], [], MotionPath(0, 0)), roof(noise_m=0.0), 0.0, np.random.default_rng(1)
    )
    on = swept.positions_m[swept.surface == Surface.POLE] - np.array([8.0, 0.0, 1.9])
    axis = np.array([math.sin(0.5), 0.0, math.cos(0.5)])
    along = on @ axis
    away = np.linalg.norm(on - along[:, None] * axis, axis=1)
    shell = np.abs(along) < 0.999
    assert shell.sum() > 50
    np.testing.assert_allclose(away[shell], 0.4, atol=1e-9)
    assert np.abs(along).max() <= 1 + 1e-9


def test_the_road_is_met_at_its_height_uphill_too() -> None:
    hilly = Street(build_road(1 / 260, -60.0, 200.0), [], [], MotionPath(10.0, 0.0, 8.0))
    swept = sweep(hilly, roof(noise_m=0.0), 0.0, np.random.default_rng(1))
    on_road = (swept.surface == Surface.ROAD) | (swept.surface == Surface.LANE_PAINT)
    points = swept.positions_m[on_road]
    assert points[:, 2].max() > 1.0
    np.testing.assert_allclose(points[:, 2], hilly.road.height_m(points[:, 0]), atol=1e-6)
    kerb = swept.surface == Surface.KERB
    above = swept.positions_m[kerb][:, 2] - hilly.road.height_m(swept.positions_m[kerb][:, 0])
    assert kerb.sum() > 100
    assert above.min() > -1e-6
    assert above.max() < 0.12 + 1e-6


def test_paint_gives_more_back_than_asphalt_and_lies_where_the_lanes_say() -> None:
    busy = build_street(7)
    swept = sweep(busy, roof(4000), 0.0, np.random.default_rng(1))
    paint, asphalt = swept.surface == Surface.LANE_PAINT, swept.surface == Surface.ROAD
    near = swept.range_m < 25
    assert swept.intensity[paint & near].min() > np.quantile(swept.intensity[asphalt & near], 0.999)
    along_m, aside_m = busy.road.along_and_aside(swept.positions_m[paint, :2])
    off_crossing = ~((along_m > 39) & (along_m < 45))
    off_line_m = np.abs(aside_m[:, None] - [line.aside_m for line in LANE_LINES]).min(axis=1)
    assert off_line_m[off_crossing].max() < 0.08 + 0.03


def test_rings_and_times_are_those_of_the_beam_table_and_the_turn() -> None:
    lidar = roof(360, noise_m=0.0, dropout=0.0)
    swept = sweep(street(), lidar, 3.0, np.random.default_rng(1))
    x, y, z = swept.beams_m.T
    np.testing.assert_allclose(
        np.arctan2(z, np.hypot(x, y)), np.array(lidar.elevations_rad)[swept.ring], atol=1e-9
    )
    turned = np.mod(math.pi - np.arctan2(y, x), 2 * math.pi) / (2 * math.pi)
    np.testing.assert_allclose(swept.time_s, 3.0 + (turned - 0.5) * 0.1, atol=1e-9)
    assert (np.diff(swept.time_s) >= 0).all()


# --- radar ---


def test_doppler_is_the_change_of_distance() -> None:
    """The witness: the distance from the radar to the very point of the car, a moment later."""
    path = MotionPath(25.0, 3.0, -12.0, drift_mps=1.5)
    moving = street(car(path), road=build_road(1 / 120, -60, 200), speed_mps=9.0)
    mount = Transform((1, 0, 0, 0), (2.0, 0.3, 0.6))
    heard = listen(
        moving, Radar("front", mount, noise_m=0, noise_mps=0), 0.2, np.random.default_rng(1)
    )
    mine = heard.body == 1
    assert mine.sum() > 5
    later_s = 1e-5
    now, then = path.poses(moving.road, np.array([0.2, 0.2 + later_s]))
    local = (heard.positions_m[mine] - now[:, 3]) @ now[:, :3]
    moved = local @ then[:, :3].T + then[:, 3]
    radar_now, radar_then = moving.mounted(mount, np.array([0.2, 0.2 + later_s]))[:, :, 3]
    before = np.linalg.norm(heard.positions_m[mine] - radar_now, axis=1)
    after = np.linalg.norm(moved - radar_then, axis=1)
    np.testing.assert_allclose(heard.doppler_mps[mine], (after - before) / later_s, atol=2e-3)
    assert heard.doppler_mps[mine].max() < -10


def test_what_stands_has_no_speed_over_ground() -> None:
    heard = listen(build_street(7), Radar("f", Transform((1, 0, 0, 0), (2, 0, 0.6)), noise_mps=0),
                   0.0, np.random.default_rng(1))  # fmt: skip
    standing = heard.body == 0
    assert standing.sum() > 10
    np.testing.assert_allclose(heard.ground_mps[standing], 0, atol=1e-9)
    assert heard.doppler_mps[standing].min() < -7  # the vehicle's own 8 m/s


# --- motion ---


def test_an_arc_is_driven_with_the_heading_along_the_path() -> None:
    road = build_road(1 / 150, -60.0, 200.0)
    path = MotionPath(3.0, -2.0, 7.0, acceleration_mps2=1.0, change_m=3.0, change_s=2.0)
    step_s = 1e-5
    here, there = path.poses(road, np.array([1.2, 1.2 + step_s]))
    step = (there - here)[:2, 3]
    assert math.atan2(step[1], step[0]) == pytest.approx(
        math.atan2(here[1, 0], here[0, 0]), abs=1e-4
    )


def test_a_car_on_a_slope_pitches_and_stands_on_the_road() -> None:
    road = build_road(0.0, -60.0, 200.0)
    (pose,) = MotionPath(40.0, 0.0, base_m=2.6).poses(road, np.array([0.0]))
    np.testing.assert_allclose(pose[:, :3].T @ pose[:, :3], np.eye(3), atol=1e-12)
    for ahead_m in (-1.3, 1.3):
        x, _, z = pose @ np.array([ahead_m, 0, 0, 1])
        assert z == pytest.approx(float(road.height_m(np.array([x]))[0]), abs=0.01)
    assert pose[2, 0] > 0.03


def test_along_and_aside_undo_points_on_either_bend() -> None:
    for bend in (1 / 90, -1 / 90, 0.0):
        road = build_road(bend, -60.0, 200.0)
        along_m, aside_m = np.array([-50.0, 0.0, 30.0, 110.0]), np.array([6.0, -1.0, 2.0, -7.0])
        again = road.along_and_aside(road.points(along_m, aside_m)[:, :2])
        np.testing.assert_allclose(again, [along_m, aside_m], atol=1e-9)


@pytest.mark.parametrize("seed", [3, 7])
def test_no_two_actors_overlap_during_a_drive_of_five_seconds(seed: int) -> None:
    busy = build_street(seed, duration_s=5.0)
    still = Drive(Scenario(seed, 50, Vehicle(())))
    for time_s in (0.0, 1.0, 2.5, 5.0):
        cuboids = still.cuboids(time_s, np.zeros(1, np.int64))
        boxes = [box(cuboid, 0.98) for cuboid in cuboids]
        assert len(boxes) == len(busy.actors)
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                if math.dist(one.centre, other.centre) < 12:
                    assert not one.contains(other.corners()).any(), (time_s, number)
                    assert not other.contains(one.corners()).any(), (time_s, number)


def test_a_longer_drive_begins_as_the_shorter_one() -> None:
    short, long = build_street(7, 1.0), build_street(7, 8.0)
    assert list(short.actors[:9]) == list(long.actors[:9])
    assert long.road.end_m > short.road.end_m + 50
    parked = [a for a in short.actors if a.path.stationary]
    assert parked == [a for a in long.actors if a.path.stationary][: len(parked)]


# --- calibration ---


def test_a_calibration_error_moves_only_what_is_reported() -> None:
    right = small(frames=1)
    wrong = replace(right, calibration_error=CalibrationError(turn_deg=0.5, shift_m=0.07))
    (a,), (b,) = simulate(right), simulate(wrong)
    np.testing.assert_array_equal(a.sweeps[0].positions_m, b.sweeps[0].positions_m)
    np.testing.assert_array_equal(a.pictures[0].rgb, b.pictures[0].rgb)
    assert a.cuboids == b.cuboids
    np.testing.assert_allclose(a.reported_m[0], a.sweeps[0].positions_m, atol=1e-8)
    off_m = np.linalg.norm(b.reported_m[0] - b.sweeps[0].positions_m, axis=1)
    most_m = 0.07 + 2 * math.sin(math.radians(0.25)) * a.sweeps[0].range_m
    assert (off_m < most_m + 1e-9).all()
    assert off_m.max() > 0.1
    true, told = Drive(right).reported.cameras[0], Drive(wrong).reported.cameras[0]
    shift_m = true.ego_from_camera.translation_m - told.ego_from_camera.translation_m
    assert np.linalg.norm(shift_m) == pytest.approx(0.07)


# --- files ---


def test_the_same_seed_writes_the_same_scene_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed, threads in (("a", 5, 1), ("b", 5, 2), ("c", 6, 1)):
        write_scene(tmp_path / name, small(seed), image_base="http://h", threads=threads)
    files = sorted(
        p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file()
    )
    assert len(files) == 2 * (1 + 2 + 4 + 1) + 1
    for file in files:
        first = (tmp_path / "a" / file).read_bytes()
        assert (tmp_path / "b" / file).read_bytes() == first, file
        if file.name != "001_object.png":
            assert (tmp_path / "c" / file).read_bytes() != first, file


def test_frames_hold_what_the_drive_saw(written: tuple[Path, Truth]) -> None:
    folder, truth = written
    seen = Drive(small(frames=3)).frame(2)
    columns = frame(folder, 2)
    assert columns.time is not None
    assert columns.time.dtype == np.int64
    np.testing.assert_allclose(columns.xyz, seen.sweeps[0].positions_m, atol=6e-5)
    np.testing.assert_allclose((columns.time - EPOCH_NS) / 1e9, seen.sweeps[0].time_s, atol=1e-6)
    assert columns.intensity is not None
    assert 0.8 * 9_000 < columns.count < 1.25 * 9_000
    assert truth.frame_times_ns == (0, 100_000_000, 200_000_000)
    assert truth.frames_per_second == FRAMES_PER_SECOND
    stored = np.load(folder / "truth/points/002.npz")
    np.testing.assert_array_equal(stored["object"], seen.sweeps[0].body - 1)
    counts = [track.cuboids[2].points for track in truth.tracks]
    np.testing.assert_array_equal(
        np.bincount(stored["object"][stored["object"] >= 0], minlength=len(counts)), counts
    )


def test_a_frame_names_its_images_under_the_base(written: tuple[Path, Truth]) -> None:
    folder, _ = written
    front, rear = frame(folder, 2).head.images
    assert front.image_url == "file:///srv/demo/images/front/002.jpg"
    assert (front.name, rear.name) == ("front", "rear left")
    with Image.open(folder / "images/rear_left/002.jpg") as picture:
        assert picture.size == (192, 108)


def test_a_late_picture_shows_the_street_of_its_own_time_from_where_the_camera_is_then(
    tmp_path: Path,
) -> None:
    late = scenario(
        frames=2, points=9_000, cameras=("front",), image_size_px=(192, 108), image_delay_s=0.04
    )
    write_scene(tmp_path, late, image_base="file:///late", with_truth_files=False)
    drive = Drive(late)
    (camera,) = late.vehicle.cameras
    then = render(drive.street, camera, 0.14)
    np.testing.assert_array_equal(drive.frame(1).pictures[0].rgb, then.rgb)
    (image,) = frame(tmp_path, 1).head.images
    assert image.timestamp == str(EPOCH_NS + 140_000_000)
    pose = drive.world_from_ego(0.14) @ camera.ego_from_camera
    np.testing.assert_allclose(image.position, pose.translation_m, atol=1e-6)
    moved_m = np.array(image.position) - (drive.world_from_ego(0.1) @ camera.ego_from_camera).apply(
        np.zeros(3)
    )
    assert np.linalg.norm(moved_m) > 0.2


def test_radar_points_carry_position_and_speed(written: tuple[Path, Truth]) -> None:
    folder, _ = written
    content = json.loads((folder / "frames/001.json").read_text())
    device = np.array([content["device_position"][axis] for axis in "xyz"])
    points = content["radar_points"]
    assert len(points) > 20
    for point in points:
        position = np.array([point["position"][axis] for axis in "xyz"])
        speed = np.array([point["direction"][axis] for axis in "xyz"])
        assert np.linalg.norm(position - device) < 125
        assert np.linalg.norm(speed) < 15
        assert 0 < point["size"] <= 1


def test_truth_on_disk_is_the_truth_returned(written: tuple[Path, Truth]) -> None:
    folder, truth = written
    stored = json.loads((folder / "truth.json").read_text())
    assert stored["tracks"][3]["uuid"] == truth.tracks[3].uuid
    assert stored["tracks"][3]["cuboids"][2]["centre_m"] == list(
        truth.tracks[3].cuboids[2].centre_m
    )
    assert len({track.uuid for track in truth.tracks}) == len(truth.tracks)
    assert {track.label for track in truth.tracks} == {"Car", "Truck", "Pedestrian", "Cyclist"}


def test_cuboids_move_as_their_velocity_says(written: tuple[Path, Truth]) -> None:
    _, truth = written
    for track in truth.tracks:
        first, middle, last = (np.array(cuboid.centre_m) for cuboid in track.cuboids)
        assert track.stationary == (math.dist(first, last) == 0)
        mean_mps = (last - first) / 0.2
        np.testing.assert_allclose(mean_mps, track.cuboids[1].velocity_mps, atol=0.12)
        assert middle == pytest.approx((first + last) / 2, abs=0.02)


def test_lane_lines_lie_on_the_road_a_lane_apart(written: tuple[Path, Truth]) -> None:
    _, truth = written
    lines = {line.name: np.array(line.points_m) for line in truth.lanes}
    apart_m = np.linalg.norm(lines["centre"] - lines["left lane edge"], axis=1)
    np.testing.assert_allclose(apart_m, LANE_WIDTH_M, atol=0.02)  # the slope across is tiny
    road = build_street(7, 0.3).road
    street_m = WORLD_FROM_STREET.inverse().apply(lines["centre"])
    np.testing.assert_allclose(street_m[:, 2], road.height_m(street_m[:, 0]), atol=1e-9)


def test_the_street_stands_turned_and_far_from_the_origin(written: tuple[Path, Truth]) -> None:
    folder, _ = written
    device_m = np.array(frame(folder, 0).head.device_position)
    np.testing.assert_allclose(
        WORLD_FROM_STREET.apply(np.array([0, -1.7, 1.9])), device_m, atol=0.01
    )
    assert np.abs(device_m).min() > 20
