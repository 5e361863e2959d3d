"""The picture of a finding: the points on the image, coloured by how far away they are."""

import io
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cameras import project
from groundplane.geometry.transforms import Transform
from groundplane.scenes.doctor.signs import lens_of
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array

WIDTH_PX: Final = 1280
_NEAR_M, _FAR_M = 3.0, 80.0
# Near to far: Turbo without its dark ends, which a dimmed photograph would swallow.
_COLOURS: Final = np.array(
    [[255, 70, 40], [255, 170, 30], [240, 240, 60], [90, 235, 90], [50, 200, 240], [110, 130, 255]],
    dtype=np.float64,
)


def points_on_image(
    frame: FrameColumns, number: int, picture: Array, *, meters_per_unit: float = 1.0
) -> bytes | None:
    """A JPEG of `picture`, which is that of `frame.head.images[number]`, dimmed under the points.

    None where the lens is not known.

    Raises:
        OSError: the picture cannot be read.
        ValueError: the same.
        SyntaxError: the same, in a PNG.
    """
    image = frame.head.images[number]
    photo = _photo(picture)
    lens = lens_of(image, photo.width, photo.height)
    if lens is None:
        return None
    camera = Transform(image.rotation_wxyz, image.position)
    shown = project(frame.xyz, camera.inverse(), lens)
    away_m = np.linalg.norm(frame.xyz - camera.translation_m, axis=1) * meters_per_unit
    seen = shown.visible & np.isfinite(away_m)
    width = min(WIDTH_PX, photo.width)
    scale = width / photo.width
    small = photo.convert("L").resize((width, max(1, round(photo.height * scale))))
    pixels = np.repeat(np.asarray(small, dtype=np.float64)[:, :, None] * 0.6, 3, axis=2)
    order = np.flatnonzero(seen)[np.argsort(-away_m[seen])]
    places = np.rint(shown.uv_px[order] * scale).astype(np.int64)
    _dots(pixels, places, _colours(away_m[order]))
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _photo(picture: Array) -> Image.Image:
    if picture.ndim > 1:
        return Image.fromarray(np.ascontiguousarray(picture))
    photo = Image.open(io.BytesIO(picture.tobytes()))
    photo.load()
    return photo


def _dots(pixels: Float64Array, places: npt.NDArray[np.int64], colours: Float64Array) -> None:
    """Two by two pixels each, the nearest last."""
    height, width, _ = pixels.shape
    for right in (0, 1):
        for down in (0, 1):
            across = np.clip(places[:, 0] + right, 0, width - 1)
            along = np.clip(places[:, 1] + down, 0, height - 1)
            pixels[along, across] = colours


def _colours(away_m: Float64Array) -> Float64Array:
    share = np.log(np.clip(away_m, _NEAR_M, _FAR_M) / _NEAR_M) / np.log(_FAR_M / _NEAR_M)
    at = share * (len(_COLOURS) - 1)
    whole = np.minimum(at.astype(np.int64), len(_COLOURS) - 2)
    part = (at - whole)[:, None]
    return _COLOURS[whole] * (1 - part) + _COLOURS[whole + 1] * part
