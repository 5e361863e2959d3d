"""Statements on the work of people: one function each."""

from datetime import datetime

import msgspec

from groundplane.labeling.assignment import LEASE_S
from groundplane.storage.database import Connection, Tenant, execute, many


class WorkRow(msgspec.Struct, frozen=True):
    """`active_at`: the last sign of work, to two minutes; None: there is none."""

    person_id: str
    in_hand: int
    done: int
    active_at: datetime | None


async def work_of_everybody(db: Connection, tenant: Tenant) -> list[WorkRow]:
    """What everybody has begun or was given and not handed in, and what they handed in."""
    return await many(
        db,
        WorkRow,
        """
        WITH hand AS (
            SELECT coalesce(s.assigned_to, s.lease_person_id) AS person_id
            FROM stage s JOIN task t USING (account_id, mode, task_id)
            WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s
              AND s.state IN ('ready', 'claimed', 'in_review')
              AND t.state IN ('ready', 'in_progress', 'in_review')
              AND (s.assigned_to IS NOT NULL OR s.lease_person_id IS NOT NULL
                                                AND t.state <> 'ready')
            UNION ALL
            SELECT coalesce(s.lease_person_id, f.begun_by)
            FROM fix f JOIN stage s USING (account_id, mode, stage_id)
            WHERE f.account_id = %(account_id)s AND f.mode = %(mode)s
              AND f.outcome IS NULL AND f.revision IS NULL
        ), in_hand AS (
            SELECT person_id, count(*)::integer AS tasks FROM hand GROUP BY person_id
        ), done AS (
            SELECT submitted_by AS person_id, max(submitted_at) AS at,
                   (count(*) FILTER (WHERE state NOT IN ('ready', 'claimed')))::integer AS tasks
            FROM stage
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND submitted_by IS NOT NULL
            GROUP BY submitted_by
        ), leased AS (
            SELECT lease_person_id AS person_id,
                   max(lease_expires_at) - make_interval(secs => %(lease_s)s) AS at
            FROM stage
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND state IN ('ready', 'claimed', 'in_review') AND lease_person_id IS NOT NULL
            GROUP BY lease_person_id
        )
        SELECT p.person_id, coalesce(in_hand.tasks, 0) AS in_hand,
               coalesce(done.tasks, 0) AS done, greatest(done.at, leased.at) AS active_at
        FROM person p
        LEFT JOIN in_hand USING (person_id)
        LEFT JOIN done USING (person_id)
        LEFT JOIN leased USING (person_id)
        WHERE p.account_id = %(account_id)s AND p.removed_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        lease_s=LEASE_S,
    )


async def give_all_back(db: Connection, tenant: Tenant, person_id: str) -> int:
    """What a person has begun or was given is anybody's, its labels stay; how many tasks."""
    return await execute(
        db,
        """
        UPDATE stage
        SET assigned_to = NULL, lease_fence = lease_fence + 1, lease_id = NULL,
            lease_person_id = NULL, lease_client_id = NULL, lease_expires_at = NULL,
            state = CASE WHEN state = 'claimed' THEN 'ready' ELSE state END
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND state IN ('ready', 'claimed', 'in_review')
          AND (assigned_to = %(person_id)s OR lease_person_id = %(person_id)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        person_id=person_id,
    )
