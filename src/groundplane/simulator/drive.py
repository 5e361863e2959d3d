"""A drive through a street, frame by frame: what the sensors bring back, and what is so.

    for frame in simulate(scenario(seed=3, frames=5, lidars=2, cameras=("front",))):
        frame.sweeps[0].positions_m, frame.cuboids[0].centre_m

The same scenario gives the same numbers, and each frame can be made alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator import vehicle as vehicles
from groundplane.simulator.camera import Picture, render
from groundplane.simulator.lidar import Sweep, sweep
from groundplane.simulator.radar import Returns, listen
from groundplane.simulator.street import Street, build_street, track_uuid
from groundplane.simulator.truth import Truth, TruthCuboid, TruthTrack, cuboid_at, lanes_of
from groundplane.simulator.vehicle import Vehicle

FRAMES_PER_SECOND: Final = 10
# The street does not lie along an axis, nor at the origin: mistakes with either would not show.
WORLD_FROM_STREET: Final = Transform(rotations.from_yaw(0.42), (412.0, -265.0, 31.0))


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """How far the reported mount of every sensor is from the true one, in a random direction."""

    turn_deg: float = 0.0
    shift_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """`image_size_px` etc. are in the vehicle's cameras; see `scenario` for the usual ones."""

    seed: int
    frames: int
    vehicle: Vehicle
    calibration_error: CalibrationError = CalibrationError()


def scenario(  # noqa: PLR0913 - each has a usual value
    *,
    seed: int = 7,
    frames: int = 10,
    lidars: int = 1,
    points: int = 120_000,
    cameras: tuple[str, ...] = ("front",),
    lens: str = "brown_conrady",
    image_size_px: tuple[int, int] = (1280, 720),
    image_delay_s: float = 0.0,
    radars: int = 0,
    calibration_error: CalibrationError = CalibrationError(),
) -> Scenario:
    """A drive of `frames` frames, ten a second, with about `points` points each.

    Raises:
        UnknownLens: `lens` is not a model of `geometry.cameras`.
        KeyError: a camera that is not in `vehicle.CAMERA_NAMES`.
    """
    width_px, height_px = image_size_px
    vehicle = Vehicle(
        vehicles.lidars(lidars, points),
        vehicles.cameras(cameras, lens, width_px, height_px, image_delay_s),
        vehicles.radars(radars),
    )
    return Scenario(seed, frames, vehicle, calibration_error)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """World frame. One sweep, picture or set of returns for each sensor of the vehicle, in order.

    `time_ns` since the first frame. `reported_m`: each sweep's positions as the reported mounts
    place them; without a calibration error they are the true ones.
    """

    index: int
    time_ns: int
    world_from_ego: Transform
    sweeps: tuple[Sweep, ...]
    reported_m: tuple[Float64Array, ...]
    pictures: tuple[Picture, ...]
    returns: tuple[Returns, ...]
    cuboids: tuple[TruthCuboid, ...]


@dataclass(frozen=True, eq=False)
class Drive:
    """The street and the vehicle of a scenario; `reported` has the mounts that the files name."""

    scenario: Scenario

    @cached_property
    def street(self) -> Street:
        return build_street(self.scenario.seed, self.scenario.frames / FRAMES_PER_SECOND)

    @cached_property
    def reported(self) -> Vehicle:
        vehicle, error = self.scenario.vehicle, self.scenario.calibration_error
        chance = np.random.default_rng([self.scenario.seed, 4])

        def nudged(mount: Transform) -> Transform:
            return vehicles.nudged(mount, chance, error.turn_deg, error.shift_m)

        return Vehicle(
            tuple(replace(s, ego_from_lidar=nudged(s.ego_from_lidar)) for s in vehicle.lidars),
            tuple(replace(s, ego_from_camera=nudged(s.ego_from_camera)) for s in vehicle.cameras),
            tuple(replace(s, ego_from_radar=nudged(s.ego_from_radar)) for s in vehicle.radars),
        )

    def frame(self, index: int) -> Frame:
        street, vehicle = self.street, self.scenario.vehicle
        time_s = index / FRAMES_PER_SECOND

        def chance(kind: int, number: int) -> np.random.Generator:
            return np.random.default_rng([self.scenario.seed, 3, index, kind, number])

        sweeps = [sweep(street, s, time_s, chance(0, n)) for n, s in enumerate(vehicle.lidars)]
        returns = [listen(street, s, time_s, chance(1, n)) for n, s in enumerate(vehicle.radars)]
        bodies = [s.body for s in sweeps]
        counts = np.bincount(np.concatenate(bodies or [np.zeros(0, np.int64)]), minlength=1)
        return Frame(
            index=index,
            time_ns=time_ns(index),
            world_from_ego=self.world_from_ego(time_s),
            sweeps=tuple(map(_sweep_in_world, sweeps)),
            reported_m=tuple(
                self._reported_m(s, mount.ego_from_lidar)
                for s, mount in zip(sweeps, self.reported.lidars, strict=True)
            ),
            pictures=tuple(
                render(street, camera, time_s + camera.delay_s) for camera in vehicle.cameras
            ),
            returns=tuple(map(_returns_in_world, returns)),
            cuboids=self.cuboids(time_s, counts),
        )

    def truth(self, frames: list[tuple[TruthCuboid, ...]]) -> Truth:
        """From the cuboids of each frame."""
        tracks = tuple(
            TruthTrack(
                track_uuid(self.scenario.seed, number),
                actor.label.value,
                actor.path.stationary,
                tuple(cuboids[number] for cuboids in frames),
            )
            for number, actor in enumerate(self.street.actors)
        )
        times_ns = tuple(time_ns(index) for index in range(len(frames)))
        lanes = lanes_of(self.street, WORLD_FROM_STREET)
        return Truth(FRAMES_PER_SECOND, times_ns, tracks, lanes)

    def world_from_ego(self, time_s: float) -> Transform:
        pose = self.street.ego.poses(self.street.road, np.array([time_s]))[0]
        return WORLD_FROM_STREET @ Transform.from_matrix(pose)

    def cuboids(self, time_s: float, counts: Int64Array) -> tuple[TruthCuboid, ...]:
        """Of every actor; `counts`: points by body, as far as there are any."""
        counts = np.pad(counts, (0, len(self.street.actors) + 1 - len(counts)))
        return tuple(
            cuboid_at(self.street, actor, time_s, WORLD_FROM_STREET, int(counts[number + 1]))
            for number, actor in enumerate(self.street.actors)
        )

    def _reported_m(self, swept: Sweep, mount: Transform) -> Float64Array:
        times_s, column = np.unique(swept.time_s, return_inverse=True)
        sensor = self.street.mounted(mount, times_s)[column]
        positions_m = np.einsum("nij,nj->ni", sensor[:, :, :3], swept.beams_m) + sensor[:, :, 3]
        return WORLD_FROM_STREET.apply(positions_m)


def simulate(scenario: Scenario) -> Iterator[Frame]:
    """The frames of a drive, one after the other."""
    drive = Drive(scenario)
    return (drive.frame(index) for index in range(scenario.frames))


def time_ns(index: int) -> int:
    return index * 10**9 // FRAMES_PER_SECOND


def _sweep_in_world(swept: Sweep) -> Sweep:
    return replace(swept, positions_m=WORLD_FROM_STREET.apply(swept.positions_m))


def _returns_in_world(heard: Returns) -> Returns:
    turned = rotations.rotate(WORLD_FROM_STREET.rotation_wxyz, heard.directions)
    positions_m = WORLD_FROM_STREET.apply(heard.positions_m)
    return replace(heard, positions_m=positions_m, directions=turned)
