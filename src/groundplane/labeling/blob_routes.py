"""/blobs/{token}: bytes for whoever knows the address."""

from litestar import Response

from groundplane.errors import NotFound
from groundplane.labeling import addresses, blob_queries
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.wire import downloads
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, get


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
    stored = downloads.Stored(
        row.account_id, row.sha256, row.size_bytes, row.content_type, row.content_encoding
    )
    return await downloads.answer(request, blobs, stored)
