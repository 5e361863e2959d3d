"""/app/files: what a manager's browser uploads."""

import re

import msgspec

from groundplane.errors import InvalidParameter
from groundplane.files import api_routes, download_routes, operations
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Tenant
from groundplane.wire.pages import Query
from groundplane.wire.people import Person, Role
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import NamedDependency, described, get, post
from groundplane.wire.values import timestamp

SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadedFile(msgspec.Struct, frozen=True):
    """`attachment_url` stands for the file wherever a task names one."""

    id: str
    attachment_url: str
    created_at: str
    mime_type: str
    name: str
    size: int


class UploadLimits(msgspec.Struct, frozen=True):
    most_bytes: int


@get("/app/files/limits")
async def upload_limits(most_upload_bytes: NamedDependency[int]) -> UploadLimits:
    """How large a file may be."""
    return UploadLimits(most_upload_bytes)


@post(
    "/app/files",
    streams_body=True,
    request_max_body_size=None,  # counted as it arrives, against the operator's own limit
    operation_class=described(
        query={
            "name": "what its owner calls it",
            "sha256": "of the bytes that are sent, in hexadecimal digits, to be compared",
        }
    ),
)
async def upload_file(
    request: HttpRequest,
    asked: NamedDependency[Query],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    most_upload_bytes: NamedDependency[int],
) -> UploadedFile:
    """Upload one file: the body is its bytes."""
    person.must_be(Role.MANAGER)
    name, sha256 = asked.text("name"), asked.text("sha256")
    if name is None:
        raise InvalidParameter("name", "is required")
    if sha256 is not None and SHA256.fullmatch(sha256) is None:
        raise InvalidParameter("sha256", "must be 64 hexadecimal digits")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > most_upload_bytes:
        raise operations.too_large(most_upload_bytes)
    stored = await operations.store(
        blobs, tenant, request.stream(), most_bytes=most_upload_bytes, sha256=sha256
    )
    async with database.transaction(tenant) as db:
        file = await operations.keep(db, blobs, tenant, stored, name)
    return UploadedFile(
        id=str(file.file_id),
        attachment_url=operations.address_of(tenant, file),
        created_at=timestamp(file.created_at),
        mime_type=file.mime_type,
        name=file.name,
        size=file.size_bytes,
    )


ROUTES = (upload_limits, upload_file, *api_routes.ROUTES, *download_routes.ROUTES)
