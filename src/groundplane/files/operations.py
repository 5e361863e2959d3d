"""Verbs on uploaded files, and their addresses."""

import mimetypes
import re
from collections.abc import AsyncIterator
from uuid import UUID

from groundplane.errors import InvalidRequest, Unavailable
from groundplane.files import queries
from groundplane.files.queries import FileRow
from groundplane.storage.blobs import Blobs, StoredBlob
from groundplane.storage.database import Connection, Tenant

SCHEME = "scaledata://"
MOST_NAME_CHARACTERS = 1_000

_ADDRESS = re.compile(
    r"scaledata://(?P<owner>[0-9a-f]{24})/"
    r"(?P<file>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    re.IGNORECASE | re.ASCII,
)


def is_address(url: str) -> bool:
    return url[: len(SCHEME)].lower() == SCHEME


def address_of(tenant: Tenant, file: FileRow) -> str:
    """What a task names the file by, wherever it takes the URL of an attachment or an image."""
    return f"{SCHEME}{tenant.account_id}/{file.file_id}"


async def store(
    blobs: Blobs,
    tenant: Tenant,
    chunks: AsyncIterator[bytes],
    *,
    most_bytes: int,
    sha256: str | None,
) -> StoredBlob:
    """Bytes as they arrive, into the blobs; `keep` makes a file of them.

    Args:
        blobs: where to.
        tenant: whose.
        chunks: the content.
        most_bytes: what a file may have.
        sha256: what the sender says it is; None when it does not say.

    Raises:
        InvalidRequest: it is empty, too large, or other bytes arrived than were sent.
        Unavailable: there is no room for it.
    """
    stored = await blobs.put_stream(
        tenant.account_id, _limited(chunks, most_bytes), expected_sha256=sha256
    )
    if stored is None:
        raise InvalidRequest("The file arrived damaged. Please send it again.")
    return stored


async def keep(
    db: Connection, blobs: Blobs, tenant: Tenant, stored: StoredBlob, name: str
) -> FileRow:
    """A file of what was stored, by the name that its owner knows it by.

    Raises:
        Unavailable: the bytes were there from before, and were swept away in between.
    """
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = await queries.insert_file(
        db,
        tenant,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        name=name[:MOST_NAME_CHARACTERS],
        mime_type=mime_type,
    )
    if not await blobs.exists(tenant.account_id, stored.sha256):
        raise Unavailable("A file was swept away while it was stored again.")
    return file


def file_id_in(url: str, tenant: Tenant) -> UUID | None:
    """The id in an address of this tenant's account; None of any other text."""
    named = _ADDRESS.fullmatch(url)
    if named is None or named["owner"].lower() != tenant.account_id:
        return None
    return UUID(named["file"])


async def _limited(chunks: AsyncIterator[bytes], most_bytes: int) -> AsyncIterator[bytes]:
    size_bytes = 0
    async for chunk in chunks:
        size_bytes += len(chunk)
        if size_bytes > most_bytes:
            raise too_large(most_bytes)
        yield chunk
    if size_bytes == 0:
        raise InvalidRequest("The file is empty.")


def too_large(most_bytes: int) -> InvalidRequest:
    """In the words of api.md 3.4."""
    return InvalidRequest(f"File exceeds the size limit of {most_bytes // 1024**2} MB.")
