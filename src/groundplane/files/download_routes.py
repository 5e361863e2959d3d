"""/blobs/files/{token}: an uploaded file for whoever knows the address."""

import time

from litestar import Response

from groundplane.errors import NotFound
from groundplane.files import addresses, queries
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire import downloads
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, get


@get("/blobs/files/{token:str}", include_in_schema=False)
async def read_file(
    request: HttpRequest,
    token: FromPath[str],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    secret: NamedDependency[InstanceSecret],
) -> Response[bytes]:
    """The bytes of a file, whole or one Range of them."""
    named = addresses.read_token(secret, token, time.time())
    if named is None:
        raise NotFound("File")
    tenant, file_id = named
    async with database.statement(tenant) as db:
        file = await queries.file(db, tenant, file_id)
    if file is None:
        raise NotFound("File")
    stored = downloads.Stored(tenant.account_id, file.sha256, file.size_bytes, file.mime_type)
    return await downloads.answer(request, blobs, stored)


ROUTES = (read_file,)
