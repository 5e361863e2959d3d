"""/v1/files and /v1/assets (Scale's docs, "Files")."""

from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.buckets import operations as buckets
from groundplane.buckets.model import is_address as is_in_bucket
from groundplane.errors import FetchFailed, FetchRefused, InvalidParameter, InvalidRequest
from groundplane.fetch.fetcher import Fetcher, FetchLimits
from groundplane.files import operations, queries
from groundplane.files.model import FileDetails, PublicFile, read_details, read_metadata
from groundplane.projects import operations as projects
from groundplane.storage.blobs import Blobs, StoredBlob
from groundplane.storage.database import Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire import bodies
from groundplane.wire.multipart import Upload
from groundplane.wire.pages import MOST_PER_PAGE, Query
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import NamedDependency, described, get, post
from groundplane.wire.values import JSON, parse_time

FILE, FILE_URL = "file", "file_url"
DETAILS = "display_name, project_name, reference_id, metadata."
IMPORT_WITHIN_S = 50.0  # clients wait for a minute


class AssetPage(msgspec.Struct):
    docs: list[PublicFile]
    cursor: str | UnsetType = UNSET


@post(
    "/v1/files/upload",
    streams_body=True,
    request_max_body_size=None,  # counted as it arrives, against the operator's own limit
    operation_class=described(
        form={
            FILE: "its bytes",
            "display_name": "how it is shown",
            "project_name": "a project that it is of",
            "reference_id": "a second upload with the same one is refused",
            "metadata": "an object, as JSON text",
        }
    ),
)
async def upload_file(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    most_upload_bytes: NamedDependency[int],
) -> PublicFile:
    """Upload a file, to be named by its attachment_url."""
    form = Upload(request)
    if not await form.find_file(FILE):
        raise InvalidParameter(FILE, "is required")
    # Most clients send the fields first, so most mistakes are found before the bytes have come.
    said = read_details(dict[str, JSON](form.fields))
    async with database.transaction(tenant) as db:
        await operations.check_details(db, tenant, said)
    stored = await operations.store(
        blobs, tenant, form.file_parts(), most_bytes=most_upload_bytes, sha256=None
    )
    await _remember(database, tenant, stored)
    if await form.find_file(FILE):
        raise InvalidRequest("The form must have one file.")
    said = read_details(dict[str, JSON](form.fields))
    name = said.display_name or form.file_name or FILE
    media_type = operations.media_type_of(form.file_name, form.file_type)
    return await _keep(database, blobs, tenant, stored, said, name, media_type)


@post("/v1/files/import", operation_class=described(body=f"file_url; {DETAILS}"))
async def import_file(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    fetcher: NamedDependency[Fetcher],
    secret: NamedDependency[InstanceSecret],
    most_upload_bytes: NamedDependency[int],
) -> PublicFile:
    """Keep a copy of a file that is somewhere else now."""
    given = await bodies.read_object(request)
    url = given.get(FILE_URL)
    if not isinstance(url, str) or not url:
        raise InvalidParameter(FILE_URL, "must be a string" if url else "is required")
    if not url.lower().startswith(("http://", "https://", "file://")) and not is_in_bucket(url):
        raise InvalidParameter(FILE_URL, "must be an http, https, s3, gs or file URL")
    said = read_details(given)
    way = None
    limits = FetchLimits(size_bytes=most_upload_bytes, total_timeout_s=IMPORT_WITHIN_S)
    try:
        async with database.transaction(tenant) as db:
            await operations.check_details(db, tenant, said)
            if is_in_bucket(url):
                way = await buckets.way_to(db, tenant, secret, url)
        async with fetcher.open(url, limits, way) as incoming:
            stored = await operations.store(
                blobs, tenant, incoming.pieces, most_bytes=most_upload_bytes, sha256=None
            )
    except (FetchRefused, FetchFailed) as error:
        raise InvalidRequest(f"The file could not be imported: {error}") from None
    await _remember(database, tenant, stored)
    path = url if is_in_bucket(url) else unquote(urlsplit(url).path)
    file_name = path.rpartition("/")[2]
    name = said.display_name or file_name or FILE
    declared = (incoming.content_type or "").partition(";")[0].strip().lower()
    media_type = operations.media_type_of(file_name, declared)
    return await _keep(database, blobs, tenant, stored, said, name, media_type)


@get(
    "/v1/assets",
    operation_class=described(
        query={
            "project": "project name",
            "metadata": "JSON object: only files whose metadata holds it",
            "cursor": "where the page before ended",
        }
    ),
)
async def list_assets(
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> AssetPage:
    """List the files of a project, newest first."""
    name, cursor = asked.text("project"), asked.text("cursor")
    if name is None:
        raise InvalidParameter("project", "is required")
    metadata = msgspec.json.encode(read_metadata(asked.text("metadata") or "{}")).decode()
    before = None
    if cursor is not None:
        at, _, file_id = cursor.partition("_")
        try:
            before = parse_time("cursor", at), UUID(file_id)
        except ValueError:
            raise InvalidParameter("cursor", "is not a cursor of this list") from None
    async with database.transaction(tenant) as db:
        project = await projects.get(db, tenant, name)
        rows = await queries.files_of_project(
            db,
            tenant,
            project.project_id,
            metadata=metadata,
            before=before,
            limit=MOST_PER_PAGE + 1,
        )
    page = rows[:MOST_PER_PAGE]
    last = page[-1] if len(rows) > len(page) else None
    return AssetPage(
        [operations.public_file(tenant, row) for row in page],
        UNSET if last is None else f"{last.created_at.isoformat()}_{last.file_id}",
    )


ROUTES = (upload_file, import_file, list_assets)


async def _remember(database: Database, tenant: Tenant, stored: StoredBlob) -> None:
    """Whatever comes of the request, the sweep knows of the bytes."""
    async with database.transaction(tenant) as db:
        await queries.insert_blob(db, tenant, stored.sha256, stored.size_bytes)


async def _keep(
    database: Database,
    blobs: Blobs,
    tenant: Tenant,
    stored: StoredBlob,
    said: FileDetails,
    name: str,
    media_type: str,
) -> PublicFile:
    async with database.transaction(tenant) as db:
        row = await operations.keep(
            db, blobs, tenant, stored, name, media_type=media_type, said=said
        )
    return operations.public_file(tenant, row)
