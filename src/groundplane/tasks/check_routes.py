"""/app/tasks/{id}/check: what the doctor found in a task's scene, for the people of the account."""

import msgspec
from litestar import Response

from groundplane.errors import NotFound
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Tenant
from groundplane.tasks import check_queries, operations
from groundplane.wire.routing import FromPath, NamedDependency, get
from groundplane.wire.values import timestamp


class SceneFinding(msgspec.Struct):
    """`frames` are the first ten indices of `frame_count`; `picture_url` shows it, if anything."""

    rule: str
    severity: str
    measured: str
    advice: str
    frames: list[int]
    frame_count: int
    sensor: str
    picture_url: str | None


class SceneCheck(msgspec.Struct):
    """`checked_at` is null until the doctor has looked; of long scenes it opens some frames."""

    checked_at: str | None
    frames: int
    frames_examined: int
    findings: list[SceneFinding]


class _Stored(msgspec.Struct):
    """A finding as it was saved: what is empty is left out."""

    rule: str
    severity: str
    measured: str
    advice: str
    frames: list[int] = []
    frame_count: int = 0
    sensor: str = ""
    picture: str = ""


@get("/app/tasks/{task_id:str}/check")
async def scene_check(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> SceneCheck:
    """What is wrong with the task's scene, the worst first."""
    async with database.transaction(tenant) as db:
        await operations.get(db, tenant, task_id)
        row = await check_queries.check(db, tenant, task_id)
    if row is None:
        return SceneCheck(None, 0, 0, [])
    pictures = msgspec.json.decode(row.pictures, type=dict[str, str])
    return SceneCheck(
        checked_at=timestamp(row.checked_at),
        frames=row.frames,
        frames_examined=row.frames_examined,
        findings=[
            SceneFinding(
                rule=one.rule,
                severity=one.severity,
                measured=one.measured,
                advice=one.advice,
                frames=one.frames,
                frame_count=one.frame_count,
                sensor=one.sensor,
                picture_url=f"/app/tasks/{task_id}/check/pictures/{pictures[one.picture]}"
                if one.picture in pictures
                else None,
            )
            for one in msgspec.json.decode(row.findings, type=list[_Stored])
        ],
    )


@get("/app/tasks/{task_id:str}/check/pictures/{sha256:str}", include_in_schema=False)
async def check_picture(
    task_id: FromPath[str],
    sha256: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
) -> Response[bytes]:
    """A JPEG of the points over an image."""
    async with database.transaction(tenant) as db:
        row = await check_queries.check(db, tenant, task_id)
    if row is None or sha256 not in msgspec.json.decode(row.pictures, type=dict[str, str]).values():
        raise NotFound("Picture")
    content = await blobs.get(tenant.account_id, sha256)
    return Response(
        content,
        media_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=86400, immutable"},
    )


ROUTES = (scene_check, check_picture)
