"""What `groundplane demo --out` may be told about the drive, checked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplane.simulator.drive import Scenario

_MOST_FRAMES, _MOST_POINTS, _MOST_TURN_DEG, _MOST_SHIFT_M = 2000, 1_000_000, 20.0, 2.0
_SMALLEST_PX, _LARGEST_PX = 32, 4096
# Longer, and the picture of the next frame would be nearer.
_MOST_DELAY_MS = 50.0


@dataclass(frozen=True, slots=True)
class DriveOptions:
    """Numbers in the units of their names.

    Attributes:
        seed: another seed is another street.
        frames: how many, ten a second.
        lidars: how many, from 1; the first is on the roof.
        points: about how many points a frame, over all LiDARs.
        cameras: how many, from 0; front, front left, front right, rear left, rear right, rear.
        lens: pinhole, brown_conrady, fisheye or another model of docs/formats/lenses.md.
        width: of the pictures, in pixels.
        height: of the pictures, in pixels.
        image_delay_ms: how long after the frame's time pictures are taken.
        radars: how many, from 0.
        turn_error_deg: by how much the reported mount of each sensor is turned wrongly.
        shift_error_m: by how much it is reported in the wrong place.
    """

    seed: int = 7
    frames: int = 10
    lidars: int = 1
    points: int = 120_000
    cameras: int = 3
    lens: str = "brown_conrady"
    width: int = 1280
    height: int = 720
    image_delay_ms: float = 0.0
    radars: int = 0
    turn_error_deg: float = 0.0
    shift_error_m: float = 0.0

    def scenario(self) -> "Scenario":
        """
        Raises:
            ValueError: with a sentence that names the option and what it may be.
        """  # noqa: D205, D212 - the signature says the rest
        from groundplane.simulator.drive import CalibrationError, scenario  # noqa: PLC0415 - numba
        from groundplane.simulator.vehicle import (  # noqa: PLC0415 - numba
            CAMERA_NAMES,
            MOST_LIDARS,
            MOST_RADARS,
        )

        _within("seed", self.seed, 0, 2**32 - 1)
        _within("frames", self.frames, 1, _MOST_FRAMES)
        _within("lidars", self.lidars, 1, MOST_LIDARS)
        _within("points", self.points, 1000, _MOST_POINTS)
        _within("cameras", self.cameras, 0, len(CAMERA_NAMES))
        _within("width", self.width, _SMALLEST_PX, _LARGEST_PX)
        _within("height", self.height, _SMALLEST_PX, _LARGEST_PX)
        _within("image-delay-ms", self.image_delay_ms, -_MOST_DELAY_MS, _MOST_DELAY_MS)
        _within("radars", self.radars, 0, MOST_RADARS)
        _within("turn-error-deg", self.turn_error_deg, 0, _MOST_TURN_DEG)
        _within("shift-error-m", self.shift_error_m, 0, _MOST_SHIFT_M)
        return scenario(
            seed=self.seed,
            frames=self.frames,
            lidars=self.lidars,
            points=self.points,
            cameras=CAMERA_NAMES[: self.cameras],
            lens=self.lens,
            image_size_px=(self.width, self.height),
            image_delay_s=self.image_delay_ms / 1e3,
            radars=self.radars,
            calibration_error=CalibrationError(self.turn_error_deg, self.shift_error_m),
        )


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"--{name} must be from {least:g} to {most:g}, not {value:g}.")
