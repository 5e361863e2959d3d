"""Images are judged by their headers."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.images import ImageFacts, inspect_image, stored_image


def encoded(kind: str, size_px: tuple[int, int] = (37, 23), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size_px, (10, 120, 240)).save(out, kind, **options)
    return out.getvalue()


def png_claiming(width_px: int, height_px: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 9000) + b"IDAT"


def webp_claiming(kind: bytes, width_px: int, height_px: int) -> bytes:
    if kind == b"VP8X":
        body = (
            bytes(4) + (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
        )
    else:
        body = b"\x2f" + ((width_px - 1) | (height_px - 1) << 14).to_bytes(4, "little") + bytes(9)
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")],
)
def test_the_three_formats_are_measured(kind: str, content_type: str) -> None:
    assert inspect_image(encoded(kind)) == ImageFacts(content_type, 37, 23, 1)
    assert inspect_image(encoded(kind, lossless=True)) == ImageFacts(content_type, 37, 23, 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_orientation_is_noted_and_nothing_is_turned(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    facts = inspect_image(encoded(kind, exif=exif))
    assert (facts.exif_orientation, facts.width_px, facts.height_px) == (6, 37, 23)


@pytest.mark.parametrize("orientation", [0, 9])
def test_a_senseless_orientation_is_none(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert inspect_image(encoded("JPEG", exif=exif)).exif_orientation == 1
    assert inspect_image(encoded("JPEG", exif=b"Exif\0\0nonsense")).exif_orientation == 1


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(AttachmentUnreadable, match="not a PNG, JPEG or WebP"):
        inspect_image(encoded(kind))


@pytest.mark.parametrize("content", [b"", b"<html>403</html>", b"\xff\xd8", b"RIFF\0\0\0\0WAVE"])
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(AttachmentUnreadable, match="not a PNG, JPEG or WebP"):
        inspect_image(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_header_cut_anywhere_is_refused(kind: str) -> None:
    content = encoded(kind)
    for end in range(12, 24):
        with pytest.raises(AttachmentUnreadable):
            inspect_image(content[:end])


@pytest.mark.parametrize(
    "content",
    [
        png_claiming(8001, 8000),
        png_claiming(12_000, 12_000),
        png_claiming(65_535, 65_535),
        webp_claiming(b"VP8X", 16_384, 16_384),
        webp_claiming(b"VP8L", 16_383, 16_383),
        encoded("JPEG", (8001, 8000)),
    ],
    ids=["64.008 MP", "warns", "bomb", "VP8X", "VP8L", "JPEG"],
)
def test_a_flood_of_pixels_is_refused_from_the_header(content: bytes) -> None:
    with pytest.raises(AttachmentUnreadable, match="at most 64 million"):
        inspect_image(content)


def test_sixty_four_megapixels_are_accepted() -> None:
    assert inspect_image(png_claiming(8000, 8000)).width_px == 8000


def test_an_image_is_named_by_its_bytes() -> None:
    content = encoded("PNG")
    sha256 = hashlib.sha256(content).hexdigest()
    stored = stored_image(sha256, len(content), inspect_image(content))
    assert stored.image.sha256 == sha256
    assert (stored.image.size_bytes, stored.image.content_encoding) == (len(content), None)
    assert (stored.width_px, stored.height_px, stored.image.content_type) == (37, 23, "image/png")
