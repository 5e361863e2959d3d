"""Statements about scenes that are checked before there is a task."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Mode, Tenant, execute, many, one
from groundplane.tasks import blob_queries


class TrialRow(msgspec.Struct, frozen=True):
    """`scene`, `failures`, `findings` and `pictures` are JSON text: see the migration."""

    scene: str
    frames: int | None
    frames_read: int
    frames_examined: int
    failures: str
    findings: str
    pictures: str
    finished_at: datetime | None


class _TenantRow(msgspec.Struct, frozen=True):
    account_id: str
    mode: str


async def insert(db: Connection, tenant: Tenant, trial_id: str, scene: str) -> None:
    await execute(
        db,
        """
        INSERT INTO scene_trial (account_id, mode, trial_id, scene)
        VALUES (%(account_id)s, %(mode)s, %(trial_id)s, %(scene)s::jsonb)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
        scene=scene,
    )


async def trial(db: Connection, tenant: Tenant, trial_id: str) -> TrialRow | None:
    return await one(
        db,
        TrialRow,
        """
        SELECT scene::text AS scene, frames, frames_read, frames_examined,
               failures::text AS failures, findings::text AS findings, pictures::text AS pictures,
               finished_at
        FROM scene_trial
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND trial_id = %(trial_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
    )


async def note_progress(
    db: Connection,
    tenant: Tenant,
    trial_id: str,
    *,
    frames: int,
    frames_read: int,
    frames_examined: int,
    failures: str,
) -> bool:
    """How far it has come; False: nobody waits for it any more. Its row is locked until the end."""
    noted = await execute(
        db,
        """
        UPDATE scene_trial
        SET frames = %(frames)s, frames_read = %(frames_read)s,
            frames_examined = %(frames_examined)s, failures = %(failures)s::jsonb
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND trial_id = %(trial_id)s
          AND finished_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
        frames=frames,
        frames_read=frames_read,
        frames_examined=frames_examined,
        failures=failures,
    )
    return noted == 1


async def finish(
    db: Connection,
    tenant: Tenant,
    trial_id: str,
    *,
    failures: str,
    findings: str = "[]",
    pictures: str = "{}",
) -> bool:
    """What came of it, once; False: nobody waits for it any more."""
    finished = await execute(
        db,
        """
        UPDATE scene_trial
        SET failures = %(failures)s::jsonb, findings = %(findings)s::jsonb,
            pictures = %(pictures)s::jsonb, finished_at = now()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND trial_id = %(trial_id)s
          AND finished_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
        failures=failures,
        findings=findings,
        pictures=pictures,
    )
    return finished == 1


async def delete(db: Connection, tenant: Tenant, trial_id: str) -> None:
    await execute(
        db,
        """
        DELETE FROM scene_trial
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND trial_id = %(trial_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
    )


async def keep_blob(
    db: Connection, tenant: Tenant, trial_id: str, sha256: str, size_bytes: int
) -> None:
    """As blob_queries.keep_blob of a task; for blob_keeping.keep, which verifies it."""
    await blob_queries.hold_blob(db, tenant, sha256, size_bytes)
    await execute(
        db,
        """
        INSERT INTO scene_trial_blob (account_id, mode, trial_id, sha256)
        VALUES (%(account_id)s, %(mode)s, %(trial_id)s, %(sha256)s)
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
        sha256=sha256,
    )


async def release_blobs(db: Connection, tenant: Tenant, trial_id: str) -> None:
    """The trial uses no blob any more."""
    await execute(
        db,
        """
        DELETE FROM scene_trial_blob
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND trial_id = %(trial_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        trial_id=trial_id,
    )


async def tenants_with_old_trials(db: Connection, *, older_than_s: int, most: int) -> list[Tenant]:
    """Of all accounts; in a transaction of no tenant."""
    rows = await many(
        db,
        _TenantRow,
        """
        SELECT account_id, mode::text
        FROM tenants_with_old_trials(%(older_than_s)s, %(most)s)
        """,
        older_than_s=older_than_s,
        most=most,
    )
    return [Tenant(row.account_id, Mode(row.mode)) for row in rows]


async def delete_old_trials(db: Connection, tenant: Tenant, *, older_than_s: int) -> None:
    await execute(
        db,
        """
        DELETE FROM scene_trial
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND created_at < now() - make_interval(secs => %(older_than_s)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        older_than_s=older_than_s,
    )
