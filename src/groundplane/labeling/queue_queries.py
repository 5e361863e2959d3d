"""Statements on who is given which task, and on reviews: one function each."""

from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.labeling.queue_model import Kind, PastVerdict, VerdictWord
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar

# Of each kind of work: the states of the stage and of the task in which it waits for somebody.
STAGES: dict[Kind, list[str]] = {"label": ["ready", "claimed"], "review": ["in_review"]}
STATES: dict[Kind, list[str]] = {"label": ["ready", "in_progress"], "review": ["in_review"]}

# Who began a task is given it back for so long after leaving it; then it is anybody's.
KEPT_H = 8

# Open work that this person may be given now.
OPEN: LiteralString = """
    FROM stage s
    JOIN task t USING (account_id, mode, task_id)
    LEFT JOIN project p USING (account_id, mode, project_id)
    LEFT JOIN batch b USING (account_id, mode, batch_id)
    WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s
      AND s.state = ANY(%(stages)s::stage_state[]) AND t.state = ANY(%(states)s::task_state[])
      AND coalesce(s.lease_expires_at <= clock_timestamp(), true)
      AND coalesce(s.assigned_to = %(person_id)s, true)
      AND (t.state = 'ready' OR s.lease_person_id IS NULL OR s.lease_person_id = %(person_id)s
           OR s.lease_expires_at < clock_timestamp() - make_interval(hours => %(kept_h)s))
      AND NOT (s.state = 'in_review' AND s.submitted_by = %(person_id)s)
      AND (NOT EXISTS (SELECT 1 FROM project_person pp
                       WHERE (pp.account_id, pp.mode, pp.project_id)
                             = (t.account_id, t.mode, t.project_id))
           OR EXISTS (SELECT 1 FROM project_person pp
                      WHERE (pp.account_id, pp.mode, pp.project_id)
                            = (t.account_id, t.mode, t.project_id)
                        AND pp.person_id = %(person_id)s))
      AND (NOT EXISTS (SELECT 1 FROM batch_group bg
                       WHERE (bg.account_id, bg.mode, bg.batch_id)
                             = (t.account_id, t.mode, t.batch_id))
           OR EXISTS (SELECT 1 FROM batch_group bg
                      JOIN project_group_person gp USING (account_id, mode, group_id)
                      WHERE (bg.account_id, bg.mode, bg.batch_id)
                            = (t.account_id, t.mode, t.batch_id)
                        AND gp.person_id = %(person_id)s))
    """

# A verdict is kept, and shown among the audits of the task; times are of this review.
ADD_REVIEW: LiteralString = """
    WITH judged AS (
        SELECT s.*, CASE WHEN NOT %(accepted)s THEN 'returned'
                         WHEN s.submitted_revision < %(revision)s THEN 'fixed'
                         ELSE 'accepted' END AS verdict,
               extract(epoch FROM clock_timestamp() - s.review_started_at)::integer AS time_s
        FROM stage s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
    ), worked AS (
        SELECT coalesce(sum(x.active_ms), 0)::integer / 1000 AS active_s
        FROM judged j
        JOIN document d USING (account_id, mode, task_id)
        JOIN document_transaction x
            ON (x.account_id, x.mode, x.document_id) = (d.account_id, d.mode, d.document_id)
            AND x.seq > j.submitted_revision AND x.actor = %(person_id)s
        WHERE d.pass = 'main'
    ), kept AS (
        INSERT INTO review (account_id, mode, task_id, seq, stage_id, verdict, comment,
                            reviewed_by, labeled_by, submitted_revision, revision, time_s,
                            active_s)
        SELECT account_id, mode, task_id,
               1 + (SELECT count(*) FROM review v
                    WHERE (v.account_id, v.mode, v.task_id)
                          = (j.account_id, j.mode, j.task_id)),
               stage_id, verdict, %(comment)s, %(person_id)s, submitted_by,
               submitted_revision, %(revision)s, coalesce(time_s, 0), active_s
        FROM judged j, worked
        RETURNING *
    ), shown AS (
        UPDATE task t
        SET updated_at = k.reviewed_at,
            audits = jsonb_build_array(jsonb_build_object(
                'seq', 0,
                'audited_by', (SELECT email FROM person e
                               WHERE (e.account_id, e.person_id)
                                     = (k.account_id, k.reviewed_by)),
                'audited_at', k.reviewed_at, 'audit_time_secs', k.time_s,
                'audit_active_time_secs', k.active_s,
                'audit_result', CASE k.verdict WHEN 'returned' THEN 'rejected'
                                               ELSE k.verdict END,
                'audit_source', 'scale', 'comment', k.comment)) || t.audits
        FROM kept k
        WHERE (t.account_id, t.mode, t.task_id) = (k.account_id, k.mode, k.task_id)
    )
    SELECT verdict FROM kept
    """


class NextRow(msgspec.Struct, frozen=True):
    stage_id: str
    task_id: str


class WaitingRow(msgspec.Struct, frozen=True):
    """How many tasks of a project and batch wait; None: of none."""

    project: str | None
    batch: str | None
    tasks: int


class HeldRow(msgspec.Struct, frozen=True):
    """Work that somebody has begun or was given. `kind` is what is to be done with it."""

    task_id: str
    unique_id: str | None
    project: str | None
    batch: str | None
    type: str
    kind: Kind
    since: datetime
    comment: str | None


class InReviewRow(msgspec.Struct, frozen=True):
    task_id: str
    unique_id: str | None
    project: str | None
    batch: str | None
    labeled_by: str
    submitted_at: datetime
    reviewer: str | None


class ReviewRow(msgspec.Struct, frozen=True):
    verdict: PastVerdict
    comment: str | None
    reviewed_by: str
    reviewed_at: datetime


class RuleRow(msgspec.Struct, frozen=True):
    """Of the tasks without a project `project` is None."""

    project: str | None
    reviewed: bool


async def next_open(db: Connection, tenant: Tenant, person_id: str, kind: Kind) -> NextRow | None:
    """The most urgent that nobody is being given at this moment, locked.

    First what this person has begun or was given, then by the batch's place, the task's priority
    and its age.
    """
    return await one(
        db,
        NextRow,
        "SELECT s.stage_id, t.task_id"
        + OPEN
        + """
        ORDER BY (s.assigned_to IS NOT NULL) DESC,
                 (t.state <> 'ready' AND coalesce(s.lease_person_id = %(person_id)s, false)) DESC,
                 b.studio_priority NULLS LAST, coalesce(b.calibration, false) DESC,
                 t.priority DESC, t.created_at, t.task_id
        LIMIT 1
        FOR UPDATE OF s SKIP LOCKED
        """,
        **_of(tenant, person_id, kind),
    )


async def waiting(db: Connection, tenant: Tenant, person_id: str, kind: Kind) -> list[WaitingRow]:
    return await many(
        db,
        WaitingRow,
        "SELECT p.name AS project, b.name AS batch, count(*) AS tasks"
        + OPEN
        + """
        GROUP BY p.name, b.name, b.studio_priority
        ORDER BY b.studio_priority NULLS LAST, p.name NULLS LAST, b.name NULLS LAST
        """,
        **_of(tenant, person_id, kind),
    )


async def held_by(db: Connection, tenant: Tenant, person_id: str) -> list[HeldRow]:
    """What a person has begun or was given and not handed in; returned work first."""
    return await many(
        db,
        HeldRow,
        """
        SELECT t.task_id, t.unique_id, p.name AS project, b.name AS batch, t.type,
               CASE WHEN s.state = 'in_review' THEN 'review' ELSE 'label' END AS kind,
               t.updated_at AS since, r.comment
        FROM stage s
        JOIN task t USING (account_id, mode, task_id)
        LEFT JOIN project p USING (account_id, mode, project_id)
        LEFT JOIN batch b USING (account_id, mode, batch_id)
        LEFT JOIN LATERAL (
            SELECT v.verdict, v.comment FROM review v
            WHERE (v.account_id, v.mode, v.task_id) = (t.account_id, t.mode, t.task_id)
            ORDER BY v.seq DESC LIMIT 1) r
            ON r.verdict IN ('returned', 'recalled') AND s.state <> 'in_review'
        WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s
          AND s.state IN ('ready', 'claimed', 'in_review')
          AND t.state IN ('ready', 'in_progress', 'in_review')
          AND (s.assigned_to = %(person_id)s
               OR s.lease_person_id = %(person_id)s AND s.assigned_to IS NULL
                  AND t.state <> 'ready')
        ORDER BY r.comment IS NULL, t.updated_at DESC
        LIMIT 200
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        person_id=person_id,
    )


async def in_review(db: Connection, tenant: Tenant, most: int) -> list[InReviewRow]:
    """What waits for a verdict, the longest first."""
    return await many(
        db,
        InReviewRow,
        """
        SELECT t.task_id, t.unique_id, p.name AS project, b.name AS batch,
               l.email AS labeled_by, s.submitted_at,
               CASE WHEN s.lease_expires_at > clock_timestamp() THEN r.email END AS reviewer
        FROM stage s
        JOIN task t USING (account_id, mode, task_id)
        LEFT JOIN project p USING (account_id, mode, project_id)
        LEFT JOIN batch b USING (account_id, mode, batch_id)
        JOIN person l ON l.account_id = s.account_id AND l.person_id = s.submitted_by
        LEFT JOIN person r ON r.account_id = s.account_id AND r.person_id = s.lease_person_id
        WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s
          AND s.state = 'in_review' AND t.state = 'in_review'
        ORDER BY s.submitted_at, t.task_id
        LIMIT %(most)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        most=most,
    )


async def give(db: Connection, tenant: Tenant, stage_id: str, person_id: str | None) -> None:
    """Keep a stage for a person, or for nobody; whoever holds its lease loses it."""
    await execute(
        db,
        """
        UPDATE stage
        SET assigned_to = %(person_id)s, lease_fence = lease_fence + 1, lease_id = NULL,
            lease_person_id = NULL, lease_client_id = NULL, lease_expires_at = NULL,
            state = CASE WHEN state = 'claimed' THEN 'ready' ELSE state END
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        person_id=person_id,
    )


async def is_active_person(db: Connection, tenant: Tenant, person_id: str) -> bool:
    return await scalar(
        db,
        """
        SELECT EXISTS (SELECT 1 FROM person
                       WHERE account_id = %(account_id)s AND person_id = %(person_id)s
                         AND disabled_at IS NULL)
        """,
        account_id=tenant.account_id,
        person_id=person_id,
    )


async def is_reviewed(db: Connection, tenant: Tenant, task_id: str) -> bool:
    """Whether this task's work waits for a reviewer before it is delivered."""
    return await scalar(
        db,
        """
        SELECT EXISTS (
            SELECT 1 FROM task t JOIN review_rule r
                ON (r.account_id, r.mode) = (t.account_id, t.mode)
                AND r.project_id = coalesce(t.project_id, '')
            WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s
              AND t.task_id = %(task_id)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def hand_to_review(
    db: Connection, tenant: Tenant, stage_id: str, *, revision: int, person_id: str
) -> None:
    """Pin what was submitted; the lease ends, for a reviewer to take one."""
    await execute(
        db,
        """
        UPDATE stage
        SET state = 'in_review', submitted_revision = %(revision)s,
            submitted_by = %(person_id)s, submitted_at = clock_timestamp(),
            assigned_to = NULL, review_started_at = NULL, lease_id = NULL,
            lease_person_id = NULL, lease_client_id = NULL, lease_expires_at = NULL
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        revision=revision,
        person_id=person_id,
    )


async def accept_stage(db: Connection, tenant: Tenant, stage_id: str, *, revision: int) -> None:
    """Pin what is delivered next; who labeled it stays known."""
    await execute(
        db,
        """
        UPDATE stage SET state = 'submitted', submitted_revision = %(revision)s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        revision=revision,
    )


async def return_stage(db: Connection, tenant: Tenant, stage_id: str) -> None:
    """Back to whoever submitted it, and to nobody else; to anybody when they left."""
    await execute(
        db,
        """
        UPDATE stage
        SET state = 'ready', lease_id = NULL, lease_person_id = NULL, lease_client_id = NULL,
            lease_expires_at = NULL,
            assigned_to = (SELECT p.person_id FROM person p
                           WHERE p.account_id = stage.account_id
                             AND p.person_id = stage.submitted_by AND p.disabled_at IS NULL)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
    )


async def add_review(
    db: Connection,
    tenant: Tenant,
    stage_id: str,
    *,
    person_id: str,
    accepted: bool,
    revision: int,
    comment: str | None,
) -> VerdictWord:
    """Keep a verdict and show it among the task's audits; what it is: accepted, fixed, returned.

    Times are of the review: from its first claim, and the active time of the reviewer's edits.
    """
    return await scalar(
        db,
        ADD_REVIEW,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        person_id=person_id,
        accepted=accepted,
        revision=revision,
        comment=comment,
    )


async def reviews(db: Connection, tenant: Tenant, task_id: str) -> list[ReviewRow]:
    """The verdicts on a task, the newest first."""
    return await many(
        db,
        ReviewRow,
        """
        SELECT r.verdict, r.comment, p.email AS reviewed_by, r.reviewed_at
        FROM review r
        JOIN person p ON p.account_id = r.account_id AND p.person_id = r.reviewed_by
        WHERE r.account_id = %(account_id)s AND r.mode = %(mode)s AND r.task_id = %(task_id)s
        ORDER BY r.seq DESC
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def rules(db: Connection, tenant: Tenant) -> list[RuleRow]:
    """Every project that is not archived, and the tasks of none."""
    return await many(
        db,
        RuleRow,
        """
        SELECT scope.name AS project, r.project_id IS NOT NULL AS reviewed
        FROM (SELECT project_id, name FROM project
              WHERE account_id = %(account_id)s AND mode = %(mode)s AND archived_at IS NULL
              UNION ALL SELECT '', NULL) scope
        LEFT JOIN review_rule r ON r.account_id = %(account_id)s AND r.mode = %(mode)s
            AND r.project_id = scope.project_id
        ORDER BY scope.name NULLS FIRST
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def set_rule(db: Connection, tenant: Tenant, project: str | None, *, reviewed: bool) -> bool:
    """For the project of this name, or the tasks of none; False: there is no such project."""
    return await scalar(
        db,
        """
        WITH scope AS (
            SELECT project_id FROM project
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(project)s
            UNION ALL SELECT '' WHERE %(project)s::text IS NULL
        ), put AS (
            INSERT INTO review_rule (account_id, mode, project_id)
            SELECT %(account_id)s, %(mode)s::mode, project_id FROM scope WHERE %(reviewed)s
            ON CONFLICT DO NOTHING
        ), taken AS (
            DELETE FROM review_rule r USING scope
            WHERE r.account_id = %(account_id)s AND r.mode = %(mode)s
              AND r.project_id = scope.project_id AND NOT %(reviewed)s
        )
        SELECT EXISTS (SELECT 1 FROM scope)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project=project,
        reviewed=reviewed,
    )


def _of(tenant: Tenant, person_id: str, kind: Kind) -> dict[str, object]:
    return {
        "account_id": tenant.account_id,
        "mode": tenant.mode.value,
        "person_id": person_id,
        "stages": STAGES[kind],
        "states": STATES[kind],
        "kept_h": KEPT_H,
    }
