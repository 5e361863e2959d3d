"""Bytes as one zstd frame, which is how points are kept and sent."""

from typing import Final

import zstandard

ZSTD_LEVEL: Final = 3


def compress(body: bytes) -> bytes:
    """One frame with a checksum of its content, so that every reader refuses a broken one.

    Browsers undo the frame as a content encoding and fail the request when the sum is wrong.
    """
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(body)


def decompress(content: bytes) -> bytes:
    """Undo `compress`.

    Raises:
        ValueError: not a zstd frame, or not as it was written.
    """
    try:
        return zstandard.ZstdDecompressor().decompress(content)
    except zstandard.ZstdError as error:
        raise ValueError(f"not a zstd frame: {error}") from error
