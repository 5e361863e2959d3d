"""Verbs on uploaded files, and their addresses."""

import mimetypes
import re
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw

from groundplane.errors import Conflict, InvalidRequest, Unavailable
from groundplane.files import queries
from groundplane.files.model import FileDetails, PublicFile
from groundplane.files.queries import FileRow, NewFile
from groundplane.projects import operations as projects
from groundplane.storage.blobs import Blobs, StoredBlob
from groundplane.storage.database import Connection, Tenant
from groundplane.wire.values import timestamp

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
    db: Connection,
    blobs: Blobs,
    tenant: Tenant,
    stored: StoredBlob,
    name: str,
    *,
    media_type: str | None = None,
    said: FileDetails | None = None,
) -> FileRow:
    """A file of what was stored.

    Args:
        db: the transaction that it exists with.
        blobs: where the bytes are.
        tenant: whose.
        stored: the bytes.
        name: what its owner knows it by.
        media_type: what it is; None: what its name says.
        said: what else the owner said of it.

    Raises:
        NotFound: no such project.
        Conflict: another file has that reference_id.
        Unavailable: the bytes were there from before, and were swept away in between.
    """
    said = said or FileDetails()
    project_id = None
    if said.project_name is not None:
        project_id = (await projects.get(db, tenant, said.project_name)).project_id
    await queries.insert_blob(db, tenant, stored.sha256, stored.size_bytes)
    new = NewFile(
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        name=name[:MOST_NAME_CHARACTERS],
        mime_type=media_type or media_type_of(name),
        project_id=project_id,
        reference_id=said.reference_id,
        metadata=msgspec.json.encode(said.metadata).decode(),
    )
    file = await queries.insert_file(db, tenant, new)
    if file is None:
        raise _reference_taken(str(said.reference_id))
    if not await blobs.exists(tenant.account_id, stored.sha256):
        raise Unavailable("A file was swept away while it was stored again.")
    return file


def media_type_of(file_name: str, declared: str = "") -> str:
    """Of a file by its own name, else as its sender declares it; how it is shown says nothing."""
    return mimetypes.guess_type(file_name)[0] or declared or "application/octet-stream"


async def check_details(db: Connection, tenant: Tenant, said: FileDetails) -> None:
    """What can be judged before the bytes have come.

    Raises:
        NotFound: no such project.
        Conflict: another file has that reference_id.
    """
    if said.project_name is not None:
        await projects.get(db, tenant, said.project_name)
    taken = said.reference_id is not None and await queries.is_reference_taken(
        db, tenant, said.reference_id
    )
    if taken:
        raise _reference_taken(str(said.reference_id))


def public_file(tenant: Tenant, row: FileRow) -> PublicFile:
    """A file as /v1 shows it. Nothing about one ever changes."""
    return PublicFile(
        id=str(row.file_id),
        attachment_url=address_of(tenant, row),
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.created_at),
        mime_type=row.mime_type,
        size=row.size_bytes,
        project_names=[] if row.project is None else [row.project],
        display_name=row.name,
        reference_id=UNSET if row.reference_id is None else row.reference_id,
        metadata=Raw(row.metadata.encode()),
    )


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


def _reference_taken(reference_id: str) -> Conflict:
    return Conflict(f'The reference_id ("{reference_id}") is already used for a different file.')
