"""Stored bytes as an answer: whole or one Range of them, never a document (reliability.md T14)."""

import asyncio
import re

import msgspec
import zstandard
from litestar import Response

from groundplane.storage.blobs import Blobs
from groundplane.wire.requests import HttpRequest

SHOWN_TYPES = frozenset(
    ("application/json", "application/octet-stream", "image/jpeg", "image/png", "image/webp")
)
DOWNLOADED_TYPES = frozenset(("application/json", "application/octet-stream"))
MOST_DECOMPRESSED_BYTES = 1 << 30
# More digits than any file has bytes are no range; int() refuses thousands of them.
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
REFUSING = re.compile(r"q=0(\.0{0,3})?", re.ASCII)  # RFC 9110, 12.4.2
HEADERS = {
    # An address is of one content for ever. A day bounds how long a copy outlives a revocation.
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Accept-Ranges": "bytes",
    "Vary": "Accept-Encoding",
}


class Stored(msgspec.Struct, frozen=True):
    """A blob, and what it is: `size_bytes` as stored, `content_encoding` zstd or none."""

    account_id: str
    sha256: str
    size_bytes: int
    content_type: str
    content_encoding: str | None = None


async def answer(request: HttpRequest, blobs: Blobs, stored: Stored) -> Response[bytes]:
    """200, 206, 304 or 416; a type that a browser might run is sent as plain bytes.

    Raises:
        NotFound: the blob is gone.
        Unavailable: the store fails.
    """
    headers = HEADERS | {"ETag": f'"{stored.sha256}"'}
    media_type = (
        stored.content_type if stored.content_type in SHOWN_TYPES else "application/octet-stream"
    )
    if media_type in DOWNLOADED_TYPES:
        headers["Content-Disposition"] = "attachment"
    if stored.sha256 in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    wanted = RANGE.fullmatch(request.headers.get("range", "").strip())
    if wanted is not None and wanted.group() != "bytes=-":
        return await _part(blobs, stored, wanted, headers, media_type)
    content = await blobs.get(stored.account_id, stored.sha256)
    if stored.content_encoding is not None:
        if stored.content_encoding in accepted(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = stored.content_encoding
        else:
            content = await _decompressed(content)
    return Response(content, headers=headers, media_type=media_type)


def accepted(accept_encoding: str) -> set[str]:
    """The codings that a client takes; one with q=0 is refused by it."""
    codings = (coding.split(";") for coding in accept_encoding.lower().split(","))
    return {
        name.strip()
        for name, *quality in codings
        if not any(REFUSING.fullmatch(parameter.strip()) for parameter in quality)
    }


async def _part(
    blobs: Blobs,
    stored: Stored,
    wanted: re.Match[str],
    headers: dict[str, str],
    media_type: str,
) -> Response[bytes]:
    """206, or 416 when the range begins behind the end (RFC 9110, 14.1.2)."""
    whole = None
    size_bytes = stored.size_bytes
    if stored.content_encoding is not None:
        whole = await _decompressed(await blobs.get(stored.account_id, stored.sha256))
        size_bytes = len(whole)
    start, end = _bounds(wanted, size_bytes)
    if start >= end:
        return Response(
            b"",
            status_code=416,
            headers=headers | {"Content-Range": f"bytes */{size_bytes}"},
            media_type=media_type,
        )
    if whole is not None:
        content = whole[start:end]
    else:
        content = await blobs.get_range(stored.account_id, stored.sha256, start, end)
    return Response(
        content,
        status_code=206,
        headers=headers | {"Content-Range": f"bytes {start}-{end - 1}/{size_bytes}"},
        media_type=media_type,
    )


def _bounds(wanted: re.Match[str], size_bytes: int) -> tuple[int, int]:
    first, last = wanted.groups()
    if not first:
        return max(0, size_bytes - int(last)), size_bytes
    return int(first), min(size_bytes, int(last) + 1 if last else size_bytes)


async def _decompressed(content: bytes) -> bytes:
    decompressor = zstandard.ZstdDecompressor()
    return await asyncio.to_thread(
        decompressor.decompress, content, max_output_size=MOST_DECOMPRESSED_BYTES
    )
