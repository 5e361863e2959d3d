"""From any format to any other, and what the result does not hold of the source.

A scene is one .sfs file, or a folder of frames with pictures beside them: Frame JSON or LidarFrame
protobuf, one file a frame, 2 before 10; one such file is a scene of one frame. Annotations are an
.sfa file, or the response of a lidar task.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Literal

import msgspec
import numpy as np
from PIL import Image as Pillow

from groundplane.scenes.formats import lidar_frame_writer
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.frame_json_writer import write_frame_json
from groundplane.scenes.formats.json_binary import Array, Container, open_container
from groundplane.scenes.formats.json_binary_writer import write_container
from groundplane.scenes.formats.lidar_frame import INTRINSICS, Coordinates
from groundplane.scenes.formats.scene_folder import read_frame_file, read_frames
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame, SceneFrames
from groundplane.scenes.formats.sfa_reader import read_sfa
from groundplane.scenes.formats.sfa_writer import write_sfa
from groundplane.scenes.formats.sfs_check import image_kind
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_from_frames import scene_of
from groundplane.scenes.formats.sfs_model import CameraSensor, LidarSensor
from groundplane.scenes.formats.sfs_reader import open_sfs, read_sfs
from groundplane.scenes.formats.sfs_writer import write_sfs
from groundplane.scenes.formats.summary import is_container, is_of_scenes
from groundplane.scenes.responses.conversion import (
    ResponseOptions,
    response_of_sfa,
    sfa_of_response,
)
from groundplane.scenes.responses.kinds import kind_of, may_be_response, read_json

FolderFormat = Literal["json", "protobuf"]

SCENE_SUFFIXES: Final = frozenset({".sfs", ".bs5"})
FRAME_FORMATS: Final[dict[str, FolderFormat]] = {
    ".json": "json",
    ".pb": "protobuf",
    ".proto": "protobuf",
    ".protobuf": "protobuf",
}
_FRAME_SUFFIX: Final[dict[FolderFormat, str]] = {"json": ".json", "protobuf": ".pb"}
_SUFFIXES: Final = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "raw": ".png"}


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """What the formats leave open.

    `to`: the format of frames in a folder. `scene`: see `FrameOptions`; losses instead of errors
    unless said otherwise. `image_base`: the address of the target's folder as whoever reads the
    frames sees it; file:// if not given. `coordinates`: what protobuf frames are in.
    """

    to: FolderFormat = "json"
    scene: FrameOptions = field(default_factory=FrameOptions)
    image_base: str | None = None
    coordinates: Coordinates = "world"
    annotations: ResponseOptions = field(default_factory=ResponseOptions)


@dataclass(frozen=True, slots=True)
class Converted:
    """How much was written; `annotations` is None where scenes were."""

    frames: int = 0
    points: int = 0
    pictures: int = 0
    losses: Sequence[Loss] = ()
    annotations: int | None = None

    def report(self) -> bytes:
        """As JSON, losses with the most first."""
        losses = sorted(self.losses, key=lambda loss: -loss.count)
        counted: dict[str, int] = {"annotations": self.annotations or 0}
        if self.annotations is None:
            counted = {"frames": self.frames, "points": self.points, "pictures": self.pictures}
        return msgspec.json.format(msgspec.json.encode({**counted, "losses": losses}))


_USUAL: Final = ConvertOptions()


def convert(source: Path, target: Path, options: ConvertOptions = _USUAL) -> Converted:
    """Write `source` as `target`, in the format that the target's suffix names.

    .sfs: a scene. .sfa: annotations, of a file or of a response. .json: one frame, or a response
    when the source holds annotations alone. .pb: one frame. Without one of these: a folder of
    frames. The same format again is a copy whose every value was read.

    Args:
        source: an .sfs or .sfa file, a frame, a folder of frames, or a response.
        target: not there yet, or an empty folder.
        options: what the formats leave open.

    Raises:
        AttachmentUnreadable: the source cannot be read; the sentence names file and place.
        ValueError: nothing to read, no place to write, or no way from the one to the other.
        OSError: a file cannot be read or written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ValueError(f"{target} is there already.")
    if source.is_dir():
        return _scene(source, target, options)
    if is_container(source):
        return _container(open_container(source), target, options)
    content = source.read_bytes()
    if may_be_response(content):
        return _response(content, source.name, target, options)
    return _scene(source, target, options)


def _response(content: bytes, name: str, target: Path, options: ConvertOptions) -> Converted:
    if kind_of(read_json(content, name)) is None:
        raise ValueError(f"{name} is neither a frame nor a response of a lidar task.")
    if target.suffix != ".sfa":
        raise ValueError(f"{name} is a response: it becomes an .sfa file.")
    file, losses = sfa_of_response(content, name, options.annotations)
    _into(target, partial(write_sfa, file))
    return Converted(annotations=len(file.annotations), losses=losses)


def _container(container: Container, target: Path, options: ConvertOptions) -> Converted:
    """A scene, or annotations, which a scene may hold, too."""
    if target.suffix == ".jb":
        _into(target, partial(write_container, container.root))
        return Converted()
    if not is_of_scenes(container):
        raise ValueError(f"{container.name} holds neither a scene nor annotations.")
    has_scene = bool(container.root.get("sensors"))
    if target.suffix == ".sfa" or (not has_scene and target.suffix == ".json"):
        return _annotations(container, target, options)
    if not has_scene:
        raise ValueError(f"{container.name} holds no sensors: it becomes an .sfa or .json file.")
    as_it_is = options.scene.distortion_order == "current"
    if target.suffix in SCENE_SUFFIXES and as_it_is:
        return _same_scene(container, target)
    scene = read_sfs(container)
    return _written(frames_of(scene, container.name, options.scene), target, options)


def _same_scene(container: Container, target: Path) -> Converted:
    """Every member again, those too that the format has not; nothing of an array is held."""
    scene = read_sfs(container)
    _into(target, partial(write_container, container.root))
    clouds = [
        [frame.points.positions for frame in sensor.frames]
        for sensor in scene.sensors
        if isinstance(sensor, LidarSensor)
    ]
    pictures = [
        len(sensor.images or []) if sensor.video is None else len(sensor.video.timestamps)
        for sensor in scene.sensors
        if isinstance(sensor, CameraSensor)
    ]
    return Converted(
        frames=max(map(len, clouds), default=0),
        points=sum(len(cloud) for sweeps in clouds for cloud in sweeps),
        pictures=sum(pictures),
    )


def _into(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """A file that is not there when writing it failed."""
    with target.open("xb") as file:
        try:
            write(file)
        except BaseException:
            target.unlink()
            raise


def _annotations(container: Container, target: Path, options: ConvertOptions) -> Converted:
    file = read_sfa(container)
    if target.suffix == ".sfa":
        _into(target, partial(write_sfa, file))
        sensors = len(container.root.get("sensors") or [])
        losses = [Loss("sensors", sensors, "annotations are without their scene")]
        return Converted(annotations=len(file.annotations), losses=losses if sensors else [])
    _, content, losses = response_of_sfa(file, options.annotations)
    _into(target, lambda file: file.write(content))
    return Converted(annotations=len(file.annotations), losses=losses)


def _scene(source: Path, target: Path, options: ConvertOptions) -> Converted:
    if target.suffix == ".sfa":
        raise ValueError(f"{source.name} holds no annotations.")
    return _written(read_scene(source, options.scene, options.coordinates), target, options)


def _written(read: SceneFrames, target: Path, options: ConvertOptions) -> Converted:
    base = options.image_base or target.parent.absolute().as_uri()
    if target.suffix in SCENE_SUFFIXES:
        scene, lost = scene_of(read.frames)
        _into(target, partial(write_sfs, scene))
    elif target.suffix in FRAME_FORMATS and not target.is_dir():
        lost = _write_one(read.frames, target, base)
    else:
        base = options.image_base or target.absolute().as_uri()
        lost = write_folder(read.frames, target, options.to, base)
    return Converted(
        frames=len(read.frames),
        points=sum(frame.columns.count for frame in read.frames),
        pictures=_picture_count(read.frames),
        losses=_merged([*read.losses, *lost]),
    )


def _picture_count(frames: Sequence[SceneFrame]) -> int:
    return sum(picture is not None for frame in frames for picture in frame.pictures)


def read_scene(
    source: Path, options: FrameOptions, coordinates: Coordinates = "world"
) -> SceneFrames:
    """The frames of an .sfs file, of a folder, or the one of a file.

    Raises:
        AttachmentUnreadable: a file that is no frame or scene.
        ValueError: a folder without frames.
        OSError: a file cannot be read.
    """
    if source.is_dir():
        return SceneFrames(*read_frames(source, coordinates))
    if is_container(source):
        return frames_of(open_sfs(source), source.name, options)
    losses: list[Loss] = []
    return SceneFrames([read_frame_file(source, source.parent, losses, coordinates)], losses)


def _write_one(frames: Sequence[SceneFrame], target: Path, image_base: str) -> list[Loss]:
    if len(frames) != 1:
        raise ValueError(
            f"{len(frames)} frames are not one {target.suffix} file: name a folder instead."
        )
    if not frames[0].columns.count:
        raise ValueError("A frame needs at least one point.")
    columns = _with_pictures(frames[0], 0, target.parent, image_base)
    content, losses = _encoded_frame(columns, FRAME_FORMATS[target.suffix])
    _into(target, lambda file: file.write(content))
    return losses


def write_folder(
    frames: Sequence[SceneFrame], target: Path, to: FolderFormat, image_base: str
) -> list[Loss]:
    target.mkdir(parents=True, exist_ok=True)
    (target / "frames").mkdir()
    losses: list[Loss] = []
    for number, frame in enumerate(frames):
        if not frame.columns.count:
            losses.append(Loss("frames", 1, "a frame needs at least one point"))
            continue
        columns = _with_pictures(frame, number, target, image_base)
        content, lost = _encoded_frame(columns, to)
        (target / f"frames/{number:06}{_FRAME_SUFFIX[to]}").write_bytes(content)
        losses += lost
    return losses


def _encoded_frame(columns: FrameColumns, to: FolderFormat) -> tuple[bytes, list[Loss]]:
    if to == "json":
        return write_frame_json(columns), []
    losses: list[Loss] = []
    columns = _known_lenses(columns, losses)
    losses += lidar_frame_writer.losses(columns)
    return lidar_frame_writer.write_lidar_frame(columns), losses


def _known_lenses(columns: FrameColumns, losses: list[Loss]) -> FrameColumns:
    images = tuple(image for image in columns.head.images if image.model in INTRINSICS)
    losses += [
        Loss("images", 1, f"LidarFrame has no lens {image.model}")
        for image in columns.head.images
        if image.model not in INTRINSICS
    ]
    return replace(columns, head=replace(columns.head, images=images))


def _with_pictures(frame: SceneFrame, number: int, target: Path, image_base: str) -> FrameColumns:
    """The frame with the addresses of its pictures, which are written into the folder."""
    images = list(frame.columns.head.images)
    for k, picture in enumerate(frame.pictures):
        if picture is None:
            continue
        suffix = _SUFFIXES.get(image_kind(picture) or "", ".bin")
        name = f"images/{images[k].camera}/{number:06}{suffix}"
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(_encoded(picture))
        images[k] = replace(images[k], image_url=f"{image_base.rstrip('/')}/{name}")
    return replace(frame.columns, head=replace(frame.columns.head, images=tuple(images)))


def _encoded(picture: Array) -> bytes:
    if picture.ndim == 1:
        return picture.tobytes()
    out = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(picture)).save(out, "PNG")
    return out.getvalue()


def _merged(losses: Sequence[Loss]) -> list[Loss]:
    counts: dict[tuple[str, str], int] = {}
    for loss in losses:
        counts[loss.what, loss.reason] = counts.get((loss.what, loss.reason), 0) + loss.count
    return [Loss(what, count, reason) for (what, reason), count in counts.items()]
