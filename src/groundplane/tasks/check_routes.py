"""What the doctor found, of a task's scene and of one that is checked before there is a task."""

import msgspec
from litestar import Response

from groundplane.errors import NotFound
from groundplane.jobs.queue import Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Tenant
from groundplane.tasks import check_queries, operations, trial_queries
from groundplane.tasks.trial_queries import TrialRow
from groundplane.tasks.trials import (
    TRIAL_JOB,
    TRIAL_QUEUE,
    SceneToCheck,
    TrialFailure,
    scene_order,
)
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post
from groundplane.wire.values import new_id, timestamp


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


class CheckName(msgspec.Struct, frozen=True):
    check_id: str


class NewSceneCheck(msgspec.Struct):
    """`frames` is null until they are counted.

    `failures` are the frames that do not come; after ten of them no more are read.
    """

    is_finished: bool
    frames: int | None
    frames_read: int
    frames_examined: int
    failures: list[TrialFailure]
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
    return SceneCheck(
        checked_at=timestamp(row.checked_at),
        frames=row.frames,
        frames_examined=row.frames_examined,
        findings=_shown(row.findings, row.pictures, f"/app/tasks/{task_id}/check"),
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
    return await _picture(blobs, tenant, None if row is None else row.pictures, sha256)


@post("/app/checks")
async def check_new_scene(
    data: JSONBody[SceneToCheck],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> CheckName:
    """Read and examine a scene of which there is no task yet; what is found is kept for a day."""
    person.must_be(Role.MANAGER)
    scene, check_id = msgspec.json.encode(scene_order(data)).decode(), new_id()
    ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "trial_id": check_id}
    async with database.transaction(tenant) as db:
        await trial_queries.insert(db, tenant, check_id, scene)
        # One after the other: an account cannot keep the others waiting.
        lock = f"scene trials of {tenant.account_id}"
        await queue.defer(db, TRIAL_JOB, ids, queue=TRIAL_QUEUE, lock=lock)
    return CheckName(check_id)


@get("/app/checks/{check_id:str}")
async def new_scene_check(
    check_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> NewSceneCheck:
    """How far the check has come, and what was found, the worst first, once it is finished."""
    person.must_be(Role.MANAGER)
    row = await _trial(database, tenant, check_id)
    return NewSceneCheck(
        is_finished=row.finished_at is not None,
        frames=row.frames,
        frames_read=row.frames_read,
        frames_examined=row.frames_examined,
        failures=msgspec.json.decode(row.failures, type=list[TrialFailure]),
        findings=_shown(row.findings, row.pictures, f"/app/checks/{check_id}"),
    )


@post("/app/checks/{check_id:str}/stop")
async def stop_new_scene_check(
    check_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> CheckName:
    """Forget a check that nobody waits for any more; it ends with the frame that it is at."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await trial_queries.delete(db, tenant, check_id)
    return CheckName(check_id)


@get("/app/checks/{check_id:str}/pictures/{sha256:str}", include_in_schema=False)
async def new_scene_picture(
    check_id: FromPath[str],
    sha256: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
) -> Response[bytes]:
    """A JPEG of the points over an image."""
    person.must_be(Role.MANAGER)
    row = await _trial(database, tenant, check_id)
    return await _picture(blobs, tenant, row.pictures, sha256)


ROUTES = (
    *(scene_check, check_picture),
    *(check_new_scene, new_scene_check, stop_new_scene_check, new_scene_picture),
)


async def _trial(database: Database, tenant: Tenant, check_id: str) -> TrialRow:
    async with database.transaction(tenant) as db:
        row = await trial_queries.trial(db, tenant, check_id)
    if row is None:
        raise NotFound("Check")
    return row


def _shown(findings: str, pictures: str, base: str) -> list[SceneFinding]:
    """Findings as they were saved, with the addresses of their pictures below `base`."""
    stored = msgspec.json.decode(pictures, type=dict[str, str])
    return [
        SceneFinding(
            rule=one.rule,
            severity=one.severity,
            measured=one.measured,
            advice=one.advice,
            frames=one.frames,
            frame_count=one.frame_count,
            sensor=one.sensor,
            picture_url=f"{base}/pictures/{stored[one.picture]}" if one.picture in stored else None,
        )
        for one in msgspec.json.decode(findings, type=list[_Stored])
    ]


async def _picture(
    blobs: Blobs, tenant: Tenant, pictures: str | None, sha256: str
) -> Response[bytes]:
    if (
        pictures is None
        or sha256 not in msgspec.json.decode(pictures, type=dict[str, str]).values()
    ):
        raise NotFound("Picture")
    content = await blobs.get(tenant.account_id, sha256)
    return Response(
        content,
        media_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=86400, immutable"},
    )
