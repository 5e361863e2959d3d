"""The doctor on frames as ingest stored them: manifests in metres, originals, images."""

from collections.abc import Sequence

import msgspec
import numpy as np

from groundplane.scenes.doctor.model import FrameSigns, ImageSigns
from groundplane.scenes.doctor.picture import points_on_image
from groundplane.scenes.doctor.signs import image_signs, signs_of
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.model import FrameManifest, UnfetchedImage
from groundplane.scenes.originals import decode_originals


def signs_of_stored(
    manifest: FrameManifest, originals: bytes, pictures: Sequence[bytes]
) -> FrameSigns:
    """What a stored frame tells; `pictures[i]` belongs to `manifest.images[i]`."""
    arrays = [np.frombuffer(picture, np.uint8) for picture in pictures]
    return signs_of(_columns(manifest, originals), manifest.index, pictures=arrays)


def signs_of_manifest(manifest: FrameManifest) -> FrameSigns:
    """What a frame tells without a look at its points and pictures: times and poses."""
    return FrameSigns(
        index=manifest.index,
        timestamp=manifest.timestamp,
        device_position=manifest.device_position_m,
        device_rotation_wxyz=manifest.device_rotation_wxyz,
        images=[
            _image_signs(image, manifest, number) for number, image in enumerate(manifest.images)
        ],
    )


def picture_of_stored(
    manifest: FrameManifest, originals: bytes, number: int, picture: bytes
) -> bytes | None:
    """A JPEG of the points over the frame's picture `number`: see `points_on_image`."""
    array = np.frombuffer(picture, np.uint8)
    return points_on_image(_columns(manifest, originals), number, array)


def _columns(manifest: FrameManifest, content: bytes) -> FrameColumns:
    originals = decode_originals(content)
    return FrameColumns(
        head=FrameHead(
            device_position=manifest.device_position_m,
            device_rotation_wxyz=manifest.device_rotation_wxyz,
            timestamp=manifest.timestamp,
            images=tuple(map(_image, manifest.images)),
            radar=(),
        ),
        xyz=originals.world_m(),
        intensity=originals.intensity,
        device=originals.device,
        time=originals.time if originals.time_ns is None else originals.time_ns,
        is_ground=originals.is_ground,
        present=originals.present,
    )


def _image(image: UnfetchedImage) -> FrameImage:
    return FrameImage(
        camera=image.camera,
        name=image.name,
        image_url=image.image_url,
        timestamp=image.timestamp,
        position=image.position_m,
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


def _image_signs(image: UnfetchedImage, manifest: FrameManifest, number: int) -> ImageSigns:
    signs = image_signs(_image(image))
    if number >= len(manifest.stored):
        return signs
    # Of a picture that nobody opens, the hash still tells whether it is another one again.
    return msgspec.structs.replace(signs, sha256=manifest.stored[number].image.sha256[:16])
