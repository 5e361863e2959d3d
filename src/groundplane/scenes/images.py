"""Camera images: what their headers say, before anybody decodes a pixel."""

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.model import BlobRef, StoredImage

MOST_PIXELS: Final = 64_000_000
_ORIENTATION: Final = 0x0112  # EXIF 2.3, tag "Orientation"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    content_type: str
    width_px: int
    height_px: int
    exif_orientation: int


def inspect_image_file(path: str) -> ImageFacts:
    """What `inspect_image` says of a file; of it only the header is read."""
    with Path(path).open("rb") as file:
        return _inspect(file)


def inspect_image(content: bytes) -> ImageFacts:
    """Read an image's header.

    Raises:
        AttachmentUnreadable: not PNG, JPEG or WebP, broken, or larger than 64 megapixels.
    """
    return _inspect(io.BytesIO(content))


def _inspect(file: BinaryIO) -> ImageFacts:
    content_type = _content_type(file.read(12))
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a decompression bomb is only a warning to Pillow
            image = Image.open(file, formats=("PNG", "JPEG", "WEBP"))
            width_px, height_px = image.size
            exif = image.info.get("exif")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as error:
        raise AttachmentUnreadable(
            "The image's header cannot be read: the file is damaged."
        ) from error
    if width_px * height_px > MOST_PIXELS:
        raise _too_large()
    return ImageFacts(content_type, width_px, height_px, _orientation(exif))


def stored_image(sha256: str, size_bytes: int, facts: ImageFacts) -> StoredImage:
    """How the manifest names an image; storing it is the caller's."""
    return StoredImage(
        image=BlobRef(
            sha256=sha256,
            size_bytes=size_bytes,
            content_type=facts.content_type,
            content_encoding=None,
        ),
        width_px=facts.width_px,
        height_px=facts.height_px,
        exif_orientation=facts.exif_orientation,
    )


def _content_type(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise AttachmentUnreadable("The image is not a PNG, JPEG or WebP file.")


def _too_large() -> AttachmentUnreadable:
    millions = MOST_PIXELS // 1_000_000
    return AttachmentUnreadable(
        f"The image has too many pixels: at most {millions} million are accepted."
    )


def _orientation(exif: object) -> int:
    """1 to 8; 1 (as stored) when the file says nothing or nonsense."""
    if not isinstance(exif, bytes):
        return 1
    tags = Image.Exif()
    try:
        tags.load(exif)
        orientation = tags.get(_ORIENTATION)
    except (SyntaxError, ValueError, OSError, struct.error):
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
