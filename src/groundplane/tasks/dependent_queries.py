"""Statements on dependents: what is ordered in advance, what was made, and what it looks at."""

from collections.abc import Sequence

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class EventName(msgspec.Struct, frozen=True):
    account_id: str
    mode: str
    task_id: str
    seq: int


class TaskId(msgspec.Struct, frozen=True):
    task_id: str


class Position(msgspec.Struct, frozen=True):
    position: int


class DependentsRow(msgspec.Struct, frozen=True):
    """`defs` as JSON text."""

    defs: str
    require_audit: bool


class DependentRow(msgspec.Struct, frozen=True):
    """`definition` as JSON text; `made` once the task is there."""

    root_task_id: str
    position: int
    task_id: str
    definition: str
    source_revision: int | None
    made: bool
    problem: str | None


class ShownDependentRow(msgspec.Struct, frozen=True):
    """`state` of the task, None as long as it is not made."""

    task_id: str
    type: str
    state: str | None
    problem: str | None


class LayerRow(msgspec.Struct, frozen=True):
    source_task_id: str
    source_revision: int | None


async def put_dependents(
    db: Connection, tenant: Tenant, task_id: str, *, defs: str, require_audit: bool
) -> str:
    """Instead of those that were ordered before; as a row of the task shows them."""
    return await scalar(
        db,
        """
        INSERT INTO dependents (account_id, mode, task_id, defs, require_audit)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(defs)s::jsonb, %(require_audit)s)
        ON CONFLICT (account_id, mode, task_id)
        DO UPDATE SET defs = excluded.defs, require_audit = excluded.require_audit
        RETURNING jsonb_build_object(
            'defs', defs, 'require_audit', require_audit, 'task_ids', '[]'::jsonb)::text
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        defs=defs,
        require_audit=require_audit,
    )


async def put_params(db: Connection, tenant: Tenant, task_id: str, params_zstd: bytes) -> None:
    await execute(
        db,
        """
        WITH kept AS (
            UPDATE task_params SET params_zstd = %(params_zstd)s
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        )
        UPDATE task SET updated_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        params_zstd=params_zstd,
    )


async def dependents(db: Connection, tenant: Tenant, task_id: str) -> DependentsRow | None:
    return await one(
        db,
        DependentsRow,
        """
        SELECT defs::text AS defs, require_audit FROM dependents
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def unread_events(db: Connection, most: int) -> list[EventName]:
    """Of all tenants, oldest first."""
    return await many(
        db,
        EventName,
        "SELECT account_id, mode::text, task_id, seq FROM unread_events_of_dependents(%(most)s)",
        most=most,
    )


async def take_events(db: Connection, tenant: Tenant, names: Sequence[EventName]) -> list[TaskId]:
    """Mark these as read; the tasks whose dependents are due by one that this call marked."""
    return await many(
        db,
        TaskId,
        """
        WITH taken AS (
            UPDATE task_event SET dependents_read = true
            WHERE (account_id, mode, task_id, seq) IN (
                SELECT account_id, mode, task_id, seq
                FROM task_event
                JOIN unnest(%(task_ids)s::text[], %(seqs)s::integer[]) AS named (task_id, seq)
                    USING (task_id, seq)
                WHERE account_id = %(account_id)s AND mode = %(mode)s AND NOT dependents_read
                FOR UPDATE OF task_event SKIP LOCKED
            )
            RETURNING account_id, mode, task_id, seq
        )
        SELECT DISTINCT e.task_id
        FROM taken e
        JOIN dependents d USING (account_id, mode, task_id)
        JOIN task t USING (account_id, mode, task_id)
        WHERE NOT d.require_audit OR EXISTS (
            SELECT 1 FROM jsonb_array_elements(t.audits) AS audit
            WHERE (audit ->> 'seq')::integer = e.seq
              AND audit ->> 'audit_result' IN ('accepted', 'fixed'))
        ORDER BY e.task_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_ids=[name.task_id for name in names],
        seqs=[name.seq for name in names],
    )


async def insert_dependent_tasks(
    db: Connection, tenant: Tenant, root_task_id: str, task_ids: Sequence[str]
) -> list[Position]:
    """A row per definition, with these ids in their order; those that were not there before.

    The revision is the one that the root's last stage submitted.
    """
    return await many(
        db,
        Position,
        """
        INSERT INTO dependent_task
            (account_id, mode, root_task_id, position, task_id, definition, source_revision)
        SELECT d.account_id, d.mode, d.task_id, place - 1, new.task_id, one.definition,
               (SELECT s.submitted_revision FROM stage s
                WHERE (s.account_id, s.mode, s.task_id) = (d.account_id, d.mode, d.task_id)
                ORDER BY s.position DESC LIMIT 1)
        FROM dependents d
        CROSS JOIN jsonb_array_elements(d.defs) WITH ORDINALITY AS one (definition, place)
        JOIN unnest(%(task_ids)s::text[]) WITH ORDINALITY AS new (task_id, place) USING (place)
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s AND d.task_id = %(root_task_id)s
        ON CONFLICT (account_id, mode, root_task_id, position) DO NOTHING
        RETURNING position
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        root_task_id=root_task_id,
        task_ids=list(task_ids),
    )


async def dependent_tasks(db: Connection, tenant: Tenant, root_task_id: str) -> list[DependentRow]:
    """In the order of their definitions, those that are not made yet too."""
    return await many(
        db,
        DependentRow,
        """
        SELECT root_task_id, position, task_id, definition::text AS definition, source_revision,
               made_at IS NOT NULL AS made, problem
        FROM dependent_task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND root_task_id = %(root_task_id)s
        ORDER BY position
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        root_task_id=root_task_id,
    )


async def lock_dependent_task(
    db: Connection, tenant: Tenant, root_task_id: str, position: int
) -> DependentRow | None:
    """Nobody else makes it before this transaction ends."""
    return await one(
        db,
        DependentRow,
        """
        SELECT root_task_id, position, task_id, definition::text AS definition, source_revision,
               made_at IS NOT NULL AS made, problem
        FROM dependent_task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND root_task_id = %(root_task_id)s
          AND position = %(position)s
        FOR UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        root_task_id=root_task_id,
        position=position,
    )


async def settle_dependent_task(
    db: Connection, tenant: Tenant, root_task_id: str, position: int, *, problem: str | None
) -> None:
    """Made, or not for this reason; what is made stays so."""
    await execute(
        db,
        """
        UPDATE dependent_task
        SET made_at = CASE WHEN %(problem)s::text IS NULL THEN now() END, problem = %(problem)s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND root_task_id = %(root_task_id)s
          AND position = %(position)s AND made_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        root_task_id=root_task_id,
        position=position,
        problem=problem,
    )


async def shown_dependents(
    db: Connection, tenant: Tenant, root_task_id: str
) -> list[ShownDependentRow]:
    return await many(
        db,
        ShownDependentRow,
        """
        SELECT c.task_id, c.definition ->> 'type' AS type, t.state::text AS state, c.problem
        FROM dependent_task c
        LEFT JOIN task t USING (account_id, mode, task_id)
        WHERE c.account_id = %(account_id)s AND c.mode = %(mode)s
          AND c.root_task_id = %(root_task_id)s
        ORDER BY c.position
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        root_task_id=root_task_id,
    )


async def insert_layer(
    db: Connection, tenant: Tenant, task_id: str, source_task_id: str, *, revision: int | None
) -> None:
    await execute(
        db,
        """
        INSERT INTO task_layer (account_id, mode, task_id, source_task_id, source_revision)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(source_task_id)s, %(revision)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        source_task_id=source_task_id,
        revision=revision,
    )


async def insert_newest_layer(
    db: Connection, tenant: Tenant, task_id: str, source_task_id: str
) -> None:
    """Of the revision that the source's last stage has submitted."""
    await execute(
        db,
        """
        INSERT INTO task_layer (account_id, mode, task_id, source_task_id, source_revision)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(source_task_id)s,
                (SELECT submitted_revision FROM stage
                 WHERE account_id = %(account_id)s AND mode = %(mode)s
                   AND task_id = %(source_task_id)s
                 ORDER BY position DESC LIMIT 1))
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        source_task_id=source_task_id,
    )


async def layer(db: Connection, tenant: Tenant, task_id: str) -> LayerRow | None:
    return await one(
        db,
        LayerRow,
        """
        SELECT source_task_id, source_revision FROM task_layer
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
