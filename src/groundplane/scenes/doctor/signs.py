"""One frame's signs. Pure: the caller brings the frame and its pictures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cameras import LENS_MODELS, Lens, project
from groundplane.geometry.transforms import Transform
from groundplane.scenes.doctor import edges
from groundplane.scenes.doctor.clouds import cloud_signs
from groundplane.scenes.doctor.model import (
    CloudSigns,
    EdgeSigns,
    FrameSigns,
    ImageSigns,
    IntensitySigns,
    SweepSigns,
)
from groundplane.scenes.formats.columns import T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.model import Vec3

_FEW: Final = 8000
_ALONE: Final = 1.4826  # of the median distance from the median, to a deviation
_LEAST_FOR_TURN: Final = 500


def signs_of(
    frame: FrameColumns,
    index: int,
    *,
    pictures: Sequence[Array | None] = (),
    meters_per_unit: float = 1.0,
    name: str = "",
) -> FrameSigns:
    """What frame `index` of a scene tells.

    Args:
        frame: in the customer's units and world frame.
        index: of the frame in its scene.
        pictures: `pictures[i]` belongs to `frame.head.images[i]`: bytes of an image file (n,), or
            pixels (height, width, 3); None, or fewer, where a picture is not at hand.
        meters_per_unit: how the numbers become metres.
        name: what people know the frame by.
    """
    frame = _in_metres(frame, meters_per_unit)
    head = frame.head
    cloud = cloud_signs(frame)
    few = frame.xyz[:: max(1, frame.count // _FEW)]
    few = few[np.isfinite(few).all(axis=1)]
    radar = np.array([point.position for point in head.radar]).reshape(-1, 3)
    off_m = np.linalg.norm(radar - head.device_position, axis=1)
    return FrameSigns(
        index=index,
        name=name,
        timestamp=head.timestamp,
        device_position=head.device_position,
        device_rotation_wxyz=head.device_rotation_wxyz,
        cloud=cloud,
        intensity=_intensity(frame),
        sweeps=_sweeps(frame),
        images=_Looking(frame, cloud, few, pictures).images(),
        radar_count=len(radar),
        radar_median_range=float(np.median(off_m)) if len(radar) else -1.0,
    )


def unreadable(index: int, problem: str, name: str = "") -> FrameSigns:
    """A frame that no reader took."""
    return FrameSigns(index=index, name=name, problem=problem)


def _in_metres(frame: FrameColumns, factor: float) -> FrameColumns:
    if factor == 1.0:
        return frame
    head = frame.head
    images = tuple(replace(i, position=_scaled(i.position, factor)) for i in head.images)
    radar = tuple(replace(p, position=_scaled(p.position, factor)) for p in head.radar)
    position = _scaled(head.device_position, factor)
    head = FrameHead(position, head.device_rotation_wxyz, head.timestamp, images, radar)
    return replace(frame, head=head, xyz=frame.xyz * factor)


def _scaled(vector: Vec3, factor: float) -> Vec3:
    x, y, z = vector
    return x * factor, y * factor, z * factor


def _intensity(frame: FrameColumns) -> IntensitySigns | None:
    if frame.intensity is None or not frame.count:
        return None
    given = frame.intensity[np.isfinite(frame.intensity)]
    few = given[:: max(1, len(given) // _FEW)]
    return IntensitySigns(
        given=len(given),
        least=float(given.min(initial=np.inf)),
        largest=float(given.max(initial=-np.inf)),
        distinct=len(np.unique(few)),
    )


def _sweeps(frame: FrameColumns) -> list[SweepSigns]:
    """Of each device whose points tell their times."""
    if frame.time is None:
        return []
    told = (frame.present & np.uint8(1 << T)) != 0
    device = np.zeros(frame.count, np.uint32) if frame.device is None else frame.device
    found: list[SweepSigns] = []
    for number in np.unique(device[told])[:8].tolist():
        rows = np.flatnonzero(told & (device == number))
        rows = rows[:: max(1, len(rows) // _FEW)]
        times = frame.time[rows].astype(np.float64)
        first, last = np.percentile(times, [1, 99])
        offsets = frame.xyz[rows] - frame.head.device_position
        count = int((told & (device == number)).sum())
        found.append(
            SweepSigns(number, count, float(first), float(last), _turn(times, offsets[:, :2]))
        )
    return found


def _turn(times: Float64Array, plan: Float64Array) -> int:
    """In which sense the azimuth moves with time; 0 where neither sense is clear."""
    if len(times) < _LEAST_FOR_TURN or np.ptp(times) == 0:
        return 0
    far = np.linalg.norm(plan, axis=1) > 5
    order = np.argsort(times[far], kind="stable")
    azimuth = np.arctan2(plan[far, 1], plan[far, 0])[order]
    groups = np.array_split(np.exp(1j * azimuth), 48)
    means = np.array([group.mean() for group in groups if len(group)])
    if len(means) < 12 or np.median(np.abs(means)) < 0.5:  # not one direction at a time
        return 0
    steps = np.angle(means[1:] / means[:-1])
    sense = np.sign(steps)
    return int(np.sign(sense.sum())) if abs(sense.mean()) > 0.8 else 0


@dataclass(slots=True)
class _Looking:
    """The pictures of a frame beside its cloud."""

    frame: FrameColumns
    cloud: CloudSigns
    few: Float64Array
    contents: Sequence[Array | None]

    def images(self) -> list[ImageSigns]:
        given = self.frame.head.images
        contents = [*self.contents, *[None] * len(given)][: len(given)]
        read = [_read(image, content) for image, content in zip(given, contents, strict=True)]
        pictures = [picture for _, picture in read]
        standing = self._standing() if any(picture is not None for picture in pictures) else None
        return [
            self._with_edges(number, sign, picture, standing, pictures)
            for number, (sign, picture) in enumerate(read)
        ]

    def _standing(self) -> tuple[Float64Array, Float64Array] | None:
        """The finite points, and the height of the ground below each."""
        ground, xyz = self.cloud.ground, self.frame.xyz
        if ground is None:
            return None
        finite = xyz if not self.cloud.not_finite else xyz[np.isfinite(xyz).all(axis=1)]
        a, b, c = ground.normal
        if c > 0.7:
            return finite, (ground.offset - finite[:, :2] @ np.array([a, b])) / c
        return finite, np.full(len(finite), -np.inf)

    def _with_edges(
        self,
        number: int,
        sign: ImageSigns,
        picture: edges.Picture | None,
        standing: tuple[Float64Array, Float64Array] | None,
        pictures: Sequence[edges.Picture | None],
    ) -> ImageSigns:
        image = self.frame.head.images[number]
        lens = lens_of(image, sign.width_px, sign.height_px)
        if lens is None:
            return sign
        pose = Transform(image.rotation_wxyz, image.position)
        if len(self.few):
            shown = project(self.few, pose.inverse(), lens).visible.mean()
            sign = msgspec.structs.replace(sign, seen_share=float(shown))
        if picture is None or standing is None or picture.deviation < 2:
            return sign
        seen = edges.silhouettes(standing[0], pose.translation_m, standing[1])
        found = edges.agreement(seen, pose, lens, picture)
        # Where nothing of the cloud is on the picture, other readings may still put it there.
        points, here, surface = (
            (0, 0.0, b"") if found is None else (found.points, found.here, found.surface)
        )
        repairs = self._repairs(number, seen, pose, lens, picture, pictures)
        return msgspec.structs.replace(
            sign, edges=EdgeSigns(points=points, here=here, surface=surface, repairs=repairs)
        )

    def _repairs(
        self,
        number: int,
        seen: edges.Silhouettes,
        pose: Transform,
        lens: Lens,
        picture: edges.Picture,
        pictures: Sequence[edges.Picture | None],
    ) -> dict[str, float]:
        def tried(
            seen: edges.Silhouettes, pose: Transform, lens: Lens, picture: edges.Picture
        ) -> float:
            return round(edges.repair_agreement(seen, pose, lens, picture), 2)

        found = {
            name: tried(seen, other, lens, picture)
            for name, other in edges.other_poses(pose).items()
        }
        found |= {
            name: tried(seen, pose, other, picture)
            for name, other in edges.other_lenses(lens).items()
        }
        for name, matrix in edges.MIRRORS.items():
            for where, about in (("world", np.zeros(3)), ("device", self._device())):
                mirrored = seen.mapped(self._turned(matrix, where), about)
                found[f"{name}_{where}"] = tried(mirrored, pose, lens, picture)
        for other, rival in enumerate(pictures):
            if other != number and rival is not None and rival.across.shape == picture.across.shape:
                name = f"picture_of_{self.frame.head.images[other].camera}"
                found[name] = tried(seen, pose, lens, rival)
        return found

    def _device(self) -> Float64Array:
        return np.array(self.frame.head.device_position)

    def _turned(self, matrix: Float64Array, where: str) -> Float64Array:
        """A mirror of the device's axes, written in the world's."""
        heading = self.frame.head.device_rotation_wxyz
        if where == "world" or heading is None:
            return matrix
        turn = rotations.to_matrix(heading)
        return turn @ matrix @ turn.T


def image_signs(image: FrameImage) -> ImageSigns:
    """What a frame says of an image, before anybody opens its picture."""
    return ImageSigns(
        camera=image.camera,
        name=image.name,
        timestamp=image.timestamp,
        position=image.position,
        rotation_wxyz=image.rotation_wxyz,
        model=image.model,
        fx_px=image.fx_px,
        fy_px=image.fy_px,
        cx_px=image.cx_px,
        cy_px=image.cy_px,
        scale_factor=image.scale_factor,
    )


def _read(image: FrameImage, content: Array | None) -> tuple[ImageSigns, edges.Picture | None]:
    sign = image_signs(image)
    if content is None:
        return sign, None
    try:
        picture = edges.read_picture(content)
    except (OSError, ValueError, SyntaxError) as error:
        return msgspec.structs.replace(sign, looked=True, problem=_sentence(error)), None
    sign = msgspec.structs.replace(
        sign,
        looked=True,
        width_px=picture.width_px,
        height_px=picture.height_px,
        sha256=hashlib.sha256(np.ascontiguousarray(content).tobytes()).hexdigest()[:16],
        brightness=(round(picture.mean, 1), round(picture.deviation, 1)),
    )
    return sign, picture


def _sentence(error: Exception) -> str:
    """Pillow names the object it was given, which says nothing to a person."""
    said = str(error)
    return "not an image" if "cannot identify" in said else said or type(error).__name__


def lens_of(image: FrameImage, width_px: int, height_px: int) -> Lens | None:
    """None where the picture's size or the formula is not known."""
    if width_px <= 0 or image.model not in LENS_MODELS:
        return None
    return Lens(
        image.model,
        image.fx_px,
        image.fy_px,
        image.cx_px,
        image.cy_px,
        width_px,
        height_px,
        image.skew,
        image.scale_factor,
        image.coefficients,
    )
