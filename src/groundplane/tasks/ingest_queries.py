"""Statements of ingest: frames on their way in, and what stands when all are there."""

from collections.abc import Sequence

import msgspec

from groundplane.annotations.document import StoredPart
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class FrameRow(msgspec.Struct, frozen=True):
    """One frame. `manifest` and `error` are JSON text; one of them is set once settled.

    `file_sha256` names the stored file that it is part of; None when the attachment is the frame.
    """

    frame_index: int
    attachment_url: str
    file_sha256: str | None
    manifest: str | None
    error: str | None


class Progress(msgspec.Struct, frozen=True):
    total: int
    settled: int
    failed: int


async def insert_frames(db: Connection, tenant: Tenant, task_id: str, urls: Sequence[str]) -> None:
    await execute(
        db,
        """
        INSERT INTO scene_frame (account_id, mode, task_id, frame_index, attachment_url)
        SELECT %(account_id)s, %(mode)s::mode, %(task_id)s, place - 1, url
        FROM unnest(%(urls)s::text[]) WITH ORDINALITY AS given (url, place)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        urls=list(urls),
    )


async def insert_file_frames(
    db: Connection, tenant: Tenant, task_id: str, url: str, file_sha256: str, count: int
) -> None:
    """A frame for each of a stored scene file."""
    await execute(
        db,
        """
        INSERT INTO scene_frame (
            account_id, mode, task_id, frame_index, attachment_url, file_sha256
        )
        SELECT %(account_id)s, %(mode)s::mode, %(task_id)s, place, %(url)s, %(file_sha256)s
        FROM generate_series(0, %(count)s - 1) AS place
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        url=url,
        file_sha256=file_sha256,
        count=count,
    )


async def unsettled_frame(
    db: Connection, tenant: Tenant, task_id: str, frame_index: int
) -> FrameRow | None:
    return await one(
        db,
        FrameRow,
        """
        SELECT frame_index, attachment_url, file_sha256,
               manifest::text AS manifest, error::text AS error
        FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND frame_index = %(frame_index)s AND settled_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        frame_index=frame_index,
    )


async def frames(db: Connection, tenant: Tenant, task_id: str) -> list[FrameRow]:
    """All of a task, in time order."""
    return await many(
        db,
        FrameRow,
        """
        SELECT frame_index, attachment_url, file_sha256,
               manifest::text AS manifest, error::text AS error
        FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        ORDER BY frame_index
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def settle_frame(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    frame_index: int,
    *,
    manifest: str | None,
    error: str | None,
) -> bool:
    """The result of a frame, once: False when another run was first."""
    settled = await execute(
        db,
        """
        UPDATE scene_frame
        SET manifest = %(manifest)s::jsonb, error = %(error)s::jsonb,
            settled_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND frame_index = %(frame_index)s AND settled_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        frame_index=frame_index,
        manifest=manifest,
        error=error,
    )
    return settled == 1


async def count_unsettled(db: Connection, tenant: Tenant, task_id: str) -> int:
    return await scalar(
        db,
        """
        SELECT count(*) FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND settled_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def delete_frames(db: Connection, tenant: Tenant, task_id: str) -> None:
    await execute(
        db,
        """
        DELETE FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def insert_scene(db: Connection, tenant: Tenant, task_id: str, manifest: str) -> None:
    await execute(
        db,
        """
        INSERT INTO scene (account_id, mode, task_id, manifest)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(manifest)s::jsonb)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        manifest=manifest,
    )


async def insert_document(db: Connection, tenant: Tenant, task_id: str, document_id: str) -> None:
    await execute(
        db,
        """
        INSERT INTO document (account_id, mode, document_id, task_id)
        VALUES (%(account_id)s, %(mode)s, %(document_id)s, %(task_id)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        task_id=task_id,
    )


async def begin_document(
    db: Connection,
    tenant: Tenant,
    document_id: str,
    parts: Sequence[StoredPart],
    parts_zstd: bytes,
) -> None:
    """What a new document holds before its first transaction: its revision 0."""
    await execute(
        db,
        """
        WITH revision AS (
            INSERT INTO document_snapshot (account_id, mode, document_id, seq, parts_zstd)
            VALUES (%(account_id)s, %(mode)s, %(document_id)s, 0, %(parts_zstd)s)
        )
        INSERT INTO document_part
            (account_id, mode, document_id, object_id, part, op_id, first_seq, value)
        SELECT %(account_id)s, %(mode)s::mode, %(document_id)s, object_id, part, op_id, 0, value
        FROM unnest(%(object_ids)s::text[], %(parts)s::text[], %(op_ids)s::uuid[],
                    %(contents)s::jsonb[])
            AS given (object_id, part, op_id, value)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        parts_zstd=parts_zstd,
        object_ids=[one.object_id for one in parts],
        parts=[one.part for one in parts],
        op_ids=[one.op_id for one in parts],
        contents=[msgspec.json.encode(one.value).decode() for one in parts],
    )


async def insert_stage(
    db: Connection, tenant: Tenant, task_id: str, stage_id: str, position: int, config: str
) -> None:
    """The first stage of a task is ready, the others wait for it."""
    await execute(
        db,
        """
        INSERT INTO stage (account_id, mode, stage_id, task_id, name, position, state, config)
        VALUES (%(account_id)s, %(mode)s, %(stage_id)s, %(task_id)s, 'label', %(position)s,
                CASE WHEN %(position)s = 0 THEN 'ready' ELSE 'waiting' END::stage_state,
                %(config)s::jsonb)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        task_id=task_id,
        position=position,
        config=config,
    )


async def progress(db: Connection, tenant: Tenant, task_id: str) -> Progress:
    found = await one(
        db,
        Progress,
        """
        SELECT count(*) AS total, count(settled_at) AS settled, count(error) AS failed
        FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
    assert found is not None
    return found
