"""Statements about what the doctor found in scenes."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, one


class CheckRow(msgspec.Struct, frozen=True):
    """`findings` and `pictures` are JSON text: see the migration."""

    findings: str
    pictures: str
    frames: int
    frames_examined: int
    checked_at: datetime


async def check(db: Connection, tenant: Tenant, task_id: str) -> CheckRow | None:
    return await one(
        db,
        CheckRow,
        """
        SELECT findings::text AS findings, pictures::text AS pictures, frames, frames_examined,
               checked_at
        FROM scene_check
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def save(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    *,
    findings: str,
    pictures: str,
    frames: int,
    frames_examined: int,
) -> None:
    """The last look counts."""
    await execute(
        db,
        """
        INSERT INTO scene_check (account_id, mode, task_id, findings, pictures, frames,
                                 frames_examined)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(findings)s::jsonb, %(pictures)s::jsonb,
                %(frames)s, %(frames_examined)s)
        ON CONFLICT (account_id, mode, task_id) DO UPDATE
        SET findings = excluded.findings, pictures = excluded.pictures, frames = excluded.frames,
            frames_examined = excluded.frames_examined, checked_at = now()
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        findings=findings,
        pictures=pictures,
        frames=frames,
        frames_examined=frames_examined,
    )
