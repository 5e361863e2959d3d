"""From files to a scene, in three pure steps that jobs run one after the other.

    prepare_frame   one attachment's file → its manifest and the blobs to store    (child process)
    inspect_image   one image's file → what its header says (see `images`)         (child process)
    assemble_scene  every manifest with its images → the scene                     (anywhere)

Each frame's chunk has its own float64 origin, so frames can be prepared in any order; the scene's
origin is that of frame 0's device.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.columns import LARGEST_FLOAT32, NO_POINTS, T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.model import (
    BlobRef,
    Camera,
    CameraImage,
    Frame,
    FrameManifest,
    Lens,
    PointChunk,
    Scene,
    StoredImage,
    UnfetchedImage,
    Vec3,
)
from groundplane.scenes.originals import Originals, encode_originals
from groundplane.scenes.pack import (
    NO_RADAR,
    Float64Array,
    PointColumns,
    RadarPoints,
    encode_chunk,
)
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND, Clock, infer_clock

# Beyond the moon's orbit nothing is driven, and float32 has metres left.
FARTHEST_M: Final = 1e8
# Farther than this from the device, points are kept relative to themselves.
NEAR_DEVICE_M: Final = 1e4


@dataclass(frozen=True, slots=True)
class PreparedFrame:
    """`blobs` maps each sha256 that the manifest names to its bytes."""

    manifest: FrameManifest
    blobs: dict[str, bytes]


def prepare_frame(content: bytes, frame_index: int, meters_per_unit: float = 1.0) -> PreparedFrame:
    """Read and pack one frame of JSON or protobuf.

    Raises:
        AttachmentUnreadable: not a frame, or one with points that are nowhere.
    """
    return prepare_columns(read_any_frame(content), frame_index, meters_per_unit)


def prepare_frame_file(path: str, frame_index: int, meters_per_unit: float = 1.0) -> PreparedFrame:
    """What `prepare_frame` makes of a file: it comes from the disk and not through the pipe."""
    return prepare_frame(Path(path).read_bytes(), frame_index, meters_per_unit)


def prepare_columns(
    frame: FrameColumns, frame_index: int, meters_per_unit: float = 1.0
) -> PreparedFrame:
    """Pack one frame of any format.

    Raises:
        AttachmentUnreadable: no points, or points that are nowhere.
    """
    if not frame.count:
        raise AttachmentUnreadable(NO_POINTS)
    with np.errstate(over="ignore"):  # infinite is far, too
        world_m = frame.xyz * meters_per_unit
    far = np.flatnonzero(~(np.abs(world_m) <= FARTHEST_M).all(axis=1))
    if far.size:
        raise AttachmentUnreadable(
            f"points[{far[0]}] is farther than {FARTHEST_M:g} metres from the world's origin."
        )
    device_position_m = _scaled(frame.head.device_position, meters_per_unit, "device_position")
    origin_m = _origin(world_m, np.array(device_position_m))
    relative_m = world_m - origin_m
    radar = _radar(frame.head, meters_per_unit, origin_m)
    chunk = encode_chunk(relative_m, _columns(frame), origin_m=origin_m, radar=radar)
    chunk_ref = _ref(chunk.content)
    originals = encode_originals(_originals(frame, relative_m, origin_m))
    originals_ref = _ref(originals)
    manifest = FrameManifest(
        index=frame_index,
        timestamp=frame.head.timestamp,
        device_position_m=device_position_m,
        device_rotation_wxyz=frame.head.device_rotation_wxyz,
        points=PointChunk(
            blob=chunk_ref,
            original=originals_ref,
            count=chunk.count,
            origin_m=_vec3(origin_m),
            step_m=chunk.step_m,
            min_m=chunk.min_m,
            max_m=chunk.max_m,
            far_count=chunk.far_count,
            has_intensity=chunk.has_intensity,
        ),
        images=[
            _unfetched(image, meters_per_unit, f"images[{index}].position")
            for index, image in enumerate(frame.head.images)
        ],
        stored=[],
        first_point_ns=None if chunk.first_time_ns is None else str(chunk.first_time_ns),
    )
    return PreparedFrame(
        manifest, {chunk_ref.sha256: chunk.content, originals_ref.sha256: originals}
    )


def with_images(manifest: FrameManifest, stored: Sequence[StoredImage]) -> FrameManifest:
    """The manifest of a frame whose images were fetched: `stored[i]` belongs to `images[i]`."""
    assert len(stored) == len(manifest.images)
    return msgspec.structs.replace(manifest, stored=stored)


def assemble_scene(
    manifests: Sequence[FrameManifest],
    *,
    meters_per_unit: float = 1.0,
    frames_per_second: float = DEFAULT_FRAMES_PER_SECOND,
) -> Scene:
    """One scene from all of its frames, in order, every image stored; at least one frame."""
    clock = infer_clock(
        [manifest.timestamp for manifest in manifests], frames_per_second=frames_per_second
    )
    starts_ns = clock.sweep_starts_ns(
        [
            None if manifest.first_point_ns is None else int(manifest.first_point_ns)
            for manifest in manifests
        ]
    )
    frames = [
        _frame(manifest, clock, time_ns, start_ns)
        for manifest, time_ns, start_ns in zip(
            manifests, clock.frame_times_ns, starts_ns, strict=True
        )
    ]
    names = {image.camera: image.name for frame in reversed(frames) for image in frame.images}
    return Scene(
        epoch_ns=clock.epoch_ns,
        time_source=clock.source,
        origin_m=_vec3(np.rint(manifests[0].device_position_m)),
        meters_per_unit=meters_per_unit,
        cameras=[Camera(index=camera, name=names[camera]) for camera in sorted(names)],
        frames=frames,
    )


def _origin(world_m: Float64Array, device_position_m: Float64Array) -> Float64Array:
    """Whole metres at the device, or amid the points when they are elsewhere."""
    origin_m = np.rint(device_position_m)
    if np.abs(world_m - origin_m).max() > NEAR_DEVICE_M:
        origin_m = np.rint(np.median(world_m, axis=0))
    return origin_m


def _columns(frame: FrameColumns) -> PointColumns:
    given = (frame.present & np.uint8(1 << T)) != 0
    return PointColumns(frame.intensity, frame.device, frame.time, given)


def _radar(head: FrameHead, meters_per_unit: float, origin_m: Float64Array) -> RadarPoints:
    if not head.radar:
        return NO_RADAR
    position_m = [
        _scaled(point.position, meters_per_unit, f"radar_points[{index}].position")
        for index, point in enumerate(head.radar)
    ]
    velocity = [
        _scaled(point.direction or (0, 0, 0), meters_per_unit, f"radar_points[{index}].direction")
        for index, point in enumerate(head.radar)
    ]
    size = [np.nan if point.size is None else point.size for point in head.radar]
    return RadarPoints(
        positions_m=np.array(position_m) - origin_m,
        velocity=np.array(velocity),
        size=np.clip(np.array(size), -LARGEST_FLOAT32, LARGEST_FLOAT32),
    )


def _originals(frame: FrameColumns, relative_m: Float64Array, origin_m: Float64Array) -> Originals:
    whole = frame.time is not None and frame.time.dtype == np.int64
    return Originals(
        origin_m=origin_m,
        relative_m=relative_m.astype(np.float32),
        intensity=frame.intensity,
        device=frame.device,
        time_ns=frame.time.astype(np.int64, copy=False)
        if whole and frame.time is not None
        else None,
        time=None if whole or frame.time is None else frame.time.astype(np.float64, copy=False),
        is_ground=frame.is_ground,
        present=frame.present,
    )


def _unfetched(image: FrameImage, meters_per_unit: float, path: str) -> UnfetchedImage:
    return UnfetchedImage(
        camera=image.camera,
        name=image.name,
        image_url=image.image_url,
        timestamp=image.timestamp,
        position_m=_scaled(image.position, meters_per_unit, path),
        rotation_wxyz=image.rotation_wxyz,
        model=image.model,
        fx_px=image.fx_px,
        fy_px=image.fy_px,
        cx_px=image.cx_px,
        cy_px=image.cy_px,
        skew=image.skew,
        scale_factor=image.scale_factor,
        coefficients=image.coefficients,
    )


def _frame(manifest: FrameManifest, clock: Clock, time_ns: int, start_ns: int | None) -> Frame:
    return Frame(
        index=manifest.index,
        time_ns=time_ns,
        device_position_m=manifest.device_position_m,
        device_rotation_wxyz=manifest.device_rotation_wxyz,
        points=manifest.points,
        images=[
            _camera_image(image, stored, clock.time_ns(image.timestamp, near_ns=time_ns))
            for image, stored in zip(manifest.images, manifest.stored, strict=True)
        ],
        first_point_ns=start_ns,
    )


def _camera_image(image: UnfetchedImage, stored: StoredImage, time_ns: int) -> CameraImage:
    return CameraImage(
        camera=image.camera,
        name=image.name,
        image=stored.image,
        exif_orientation=stored.exif_orientation,
        time_ns=time_ns,
        position_m=image.position_m,
        rotation_wxyz=image.rotation_wxyz,
        lens=Lens(
            model=image.model,
            fx_px=image.fx_px,
            fy_px=image.fy_px,
            cx_px=image.cx_px,
            cy_px=image.cy_px,
            skew=image.skew,
            scale_factor=image.scale_factor,
            width_px=stored.width_px,
            height_px=stored.height_px,
            coefficients=image.coefficients,
        ),
    )


def _ref(content: bytes) -> BlobRef:
    return BlobRef(
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        content_type="application/octet-stream",
        content_encoding="zstd",
    )


def _scaled(vector: Vec3, meters_per_unit: float, path: str) -> Vec3:
    x, y, z = (value * meters_per_unit for value in vector)
    if max(abs(x), abs(y), abs(z)) > FARTHEST_M:
        raise AttachmentUnreadable(
            f"{path} is farther than {FARTHEST_M:g} metres from the world's origin."
        )
    return x, y, z


def _vec3(vector: Float64Array) -> Vec3:
    x, y, z = vector.tolist()
    return x, y, z
