"""/blobs/{token}: bytes for whoever knows the address; never a document (reliability.md T14)."""

import asyncio
import re

import zstandard
from litestar import Response

from groundplane.errors import NotFound
from groundplane.labeling import addresses, blob_queries
from groundplane.labeling.blob_queries import CapabilityRow
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, get

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


@get("/blobs/{token:str}", include_in_schema=False)
async def read_blob(
    request: HttpRequest,
    token: FromPath[str],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
) -> Response[bytes]:
    """The bytes behind an address, whole or one Range of them."""
    async with database.transaction() as db:
        row = await blob_queries.find_capability(db, addresses.hash_token(token))
    if row is None:
        raise NotFound("File")
    headers = HEADERS | {"ETag": f'"{row.sha256}"'}
    media_type = row.content_type if row.content_type in SHOWN_TYPES else "application/octet-stream"
    if media_type in DOWNLOADED_TYPES:
        headers["Content-Disposition"] = "attachment"
    if row.sha256 in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    wanted = RANGE.fullmatch(request.headers.get("range", "").strip())
    if wanted is not None and wanted.group() != "bytes=-":
        return await _part(blobs, row, wanted, headers, media_type)
    content = await blobs.get(row.account_id, row.sha256)
    if row.content_encoding is not None:
        if row.content_encoding in accepted(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = row.content_encoding
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
    row: CapabilityRow,
    wanted: re.Match[str],
    headers: dict[str, str],
    media_type: str,
) -> Response[bytes]:
    """206, or 416 when the range begins behind the end (RFC 9110, 14.1.2)."""
    whole = None
    size_bytes = row.size_bytes
    if row.content_encoding is not None:
        whole = await _decompressed(await blobs.get(row.account_id, row.sha256))
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
        content = await blobs.get_range(row.account_id, row.sha256, start, end)
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
