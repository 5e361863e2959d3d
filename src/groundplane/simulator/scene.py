"""Write a simulated drive as Scale Frame JSON, pictures and truth.

folder/frames/000.json                one frame each
folder/images/front_left/000.jpg      image_url = <image_base>/images/front_left/000.jpg
folder/truth.json                     `Truth`
folder/truth/points/000.npz           of each point in the order of the frame: object, class, ring
folder/truth/front_left/000_class.png     `Surface` of each pixel
folder/truth/front_left/000_object.png    0, or 1 + the number of the track, 16 bits

Of the points, `object` is -1 or the number of the track.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator.camera import Camera, Picture
from groundplane.simulator.drive import WORLD_FROM_STREET, Drive, Frame, Scenario
from groundplane.simulator.radar import Returns
from groundplane.simulator.truth import Truth, TruthCuboid

EPOCH_NS: Final = 1_760_000_000_000_000_000
_POINT: Final = '{"x":%.4f,"y":%.4f,"z":%.4f,"i":%.3f,"d":%d,"t":%d}'
_JPEG_QUALITY: Final = 90
_POSITION_DIGITS, _SPEED_DIGITS = 4, 3

Progress = Callable[[int, int], None]


def write_scene(
    folder: Path,
    scenario: Scenario,
    *,
    image_base: str,
    with_truth_files: bool = True,
    threads: int = 1,
    progress: Progress = lambda _done, _all: None,
) -> Truth:
    """Simulate a drive into `folder`; the same scenario writes the same files.

    `image_base` is the address of `folder` as the server that reads the frames sees it:
    "file:///data/demo", "http://127.0.0.1:9000". `progress` hears how many frames of how many are
    written. Without `with_truth_files`, truth.json is all that is written of the truth.
    """
    drive = Drive(scenario)
    (folder / "frames").mkdir(parents=True, exist_ok=True)
    for camera in scenario.vehicle.cameras:
        (folder / "images" / slug(camera)).mkdir(parents=True, exist_ok=True)
        if with_truth_files:
            (folder / "truth" / slug(camera)).mkdir(parents=True, exist_ok=True)
    if with_truth_files:
        (folder / "truth/points").mkdir(parents=True, exist_ok=True)

    def write(index: int) -> tuple[TruthCuboid, ...]:
        frame = drive.frame(index)
        (folder / f"frames/{index:03}.json").write_text(frame_json(drive, frame, image_base))
        for camera, picture in zip(scenario.vehicle.cameras, frame.pictures, strict=True):
            image = Image.fromarray(picture.rgb)
            image.save(folder / _image_path(camera, index), quality=_JPEG_QUALITY)
            if with_truth_files:
                _write_pixel_truth(folder / "truth" / slug(camera), index, picture)
        if with_truth_files:
            _write_point_truth(folder / f"truth/points/{index:03}.npz", frame)
        return frame.cuboids

    cuboids: list[tuple[TruthCuboid, ...]] = []
    with ThreadPoolExecutor(threads) as pool:
        for written in pool.map(write, range(scenario.frames)):
            cuboids.append(written)
            progress(len(cuboids), scenario.frames)
    truth = drive.truth(cuboids)
    (folder / "truth.json").write_text(json.dumps(asdict(truth), indent=1) + "\n")
    return truth


def slug(camera: Camera) -> str:
    """The camera's name in paths and addresses."""
    return camera.name.replace(" ", "_")


def frame_json(drive: Drive, frame: Frame, image_base: str) -> str:
    """As the official toolkit writes it (formats.md 10.2), points after images."""
    reported, time_ns = drive.reported, EPOCH_NS + frame.time_ns
    device = frame.world_from_ego @ reported.lidars[0].ego_from_lidar
    head: dict[str, object] = {
        "device_position": _xyz(device.translation_m),
        "device_heading": _wxyz(device),
        "timestamp": time_ns,
        "images": [
            _image(
                drive,
                camera,
                number,
                frame.time_ns,
                f"{image_base.rstrip('/')}/{_image_path(camera, frame.index)}",
            )
            for number, camera in enumerate(reported.cameras)
        ],
    }
    if frame.returns:
        head["radar_points"] = [point for heard in frame.returns for point in _radar_points(heard)]
    return f'{json.dumps(head)[:-1]}, "points": [{_points(frame)}]}}'


def _points(frame: Frame) -> str:
    texts: list[str] = []
    for device, (swept, positions_m) in enumerate(zip(frame.sweeps, frame.reported_m, strict=True)):
        times_ns = (EPOCH_NS + np.rint(swept.time_s * 1e9).astype(np.int64)).tolist()
        columns = [
            *positions_m.T.tolist(),
            swept.intensity.tolist(),
            [device] * len(times_ns),
            times_ns,
        ]
        flat = [value for row in zip(*columns, strict=True) for value in row]
        texts.append(",".join([_POINT] * len(times_ns)) % tuple(flat))
    return ",".join(filter(None, texts))


def _image(drive: Drive, camera: Camera, number: int, frame_ns: int, url: str) -> dict[str, object]:
    """A pinhole is Brown's model without bends, which every reader knows."""
    time_ns = frame_ns + round(1e9 * camera.delay_s)
    lens, pose = camera.lens, drive.world_from_ego(time_ns / 1e9) @ camera.ego_from_camera
    return {
        "image_url": url,
        "camera_model": "brown_conrady" if lens.model == "pinhole" else lens.model,
        "camera_index": number,
        "position": _xyz(pose.translation_m),
        "heading": _wxyz(pose),
        "fx": lens.fx_px,
        "fy": lens.fy_px,
        "cx": lens.cx_px,
        "cy": lens.cy_px,
        "skew": lens.skew,
        **lens.coefficients,
        "scale_factor": lens.scale_factor,
        "timestamp": EPOCH_NS + time_ns,
        "metadata": {"name": camera.name},
    }


def _radar_points(heard: Returns) -> list[dict[str, object]]:
    """`direction` is the speed over ground along the ray, metres a second; `size` the strength."""
    velocities = heard.directions * heard.ground_mps[:, None]
    rows = zip(heard.positions_m, velocities, heard.strength.tolist(), strict=True)
    return [
        {
            "position": _xyz(position, _POSITION_DIGITS),
            "direction": _xyz(velocity, _SPEED_DIGITS),
            "size": round(strength, 3),
        }
        for position, velocity, strength in rows
    ]


def _write_pixel_truth(folder: Path, index: int, picture: Picture) -> None:
    Image.fromarray(picture.surface).save(folder / f"{index:03}_class.png")
    Image.fromarray(picture.body).save(folder / f"{index:03}_object.png")


def _write_point_truth(path: Path, frame: Frame) -> None:
    sweeps = frame.sweeps
    np.savez_compressed(
        path,
        object=np.concatenate([s.body for s in sweeps]).astype(np.int32) - 1,
        surface=np.concatenate([s.surface for s in sweeps]).astype(np.uint8),
        ring=np.concatenate([s.ring for s in sweeps]).astype(np.uint8),
    )


def _image_path(camera: Camera, index: int) -> str:
    return f"images/{slug(camera)}/{index:03}.jpg"


def _xyz(vector: Float64Array, digits: int = 6) -> dict[str, float]:
    return dict(zip("xyz", (vector.round(digits) + 0.0).tolist(), strict=True))


def _wxyz(pose: Transform) -> dict[str, float]:
    return dict(zip("wxyz", pose.rotation_wxyz.tolist(), strict=True))


__all__ = ["EPOCH_NS", "WORLD_FROM_STREET", "frame_json", "slug", "write_scene"]
