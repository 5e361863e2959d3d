"""What the editor's checks mean in a project.

The checks themselves are the editor's (`web/src/app/editor/workChecks.ts`): they say where to look
while one labels. Whether a finding may be handed in is for the project to say.
"""

from collections.abc import Mapping

import msgspec

from groundplane.labeling.model import CHECKS, CheckName, Severity
from groundplane.storage.database import Connection, Tenant, many, scalar

USUAL: Severity = "warning"


class WorkCheckRule(msgspec.Struct, forbid_unknown_fields=True):
    """Of the project of this name, or of the tasks without one; a check not named is a warning."""

    project: str | None
    checks: dict[CheckName, Severity]


def complete(checks: Mapping[CheckName, Severity]) -> dict[CheckName, Severity]:
    return {name: checks.get(name, USUAL) for name in CHECKS}


async def of_task(db: Connection, tenant: Tenant, task_id: str) -> dict[CheckName, Severity]:
    """What every check means in the project of a task."""
    found = await scalar(
        db,
        """
        SELECT coalesce(json_object_agg(c.name, c.severity), '{}')
        FROM task t JOIN work_check c ON c.account_id = t.account_id AND c.mode = t.mode
            AND c.project_id = coalesce(t.project_id, '')
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s AND t.task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
    return complete(msgspec.convert(found, dict[CheckName, Severity]))


async def rules(db: Connection, tenant: Tenant) -> list[WorkCheckRule]:
    """Of every project that is not archived, and of the tasks without one; each is complete."""
    stored = await many(
        db,
        WorkCheckRule,
        """
        SELECT scope.name AS project,
            coalesce(json_object_agg(c.name, c.severity) FILTER (WHERE c.name IS NOT NULL), '{}')
                AS checks
        FROM (SELECT project_id, name FROM project
              WHERE account_id = %(account_id)s AND mode = %(mode)s AND archived_at IS NULL
              UNION ALL SELECT '', NULL) scope
        LEFT JOIN work_check c ON c.account_id = %(account_id)s AND c.mode = %(mode)s
            AND c.project_id = scope.project_id
        GROUP BY scope.project_id, scope.name
        ORDER BY scope.name NULLS FIRST
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )
    return [WorkCheckRule(rule.project, complete(rule.checks)) for rule in stored]


async def set_rule(db: Connection, tenant: Tenant, rule: WorkCheckRule) -> bool:
    """False: there is no project of that name."""
    other = {name: severity for name, severity in rule.checks.items() if severity != USUAL}
    return await scalar(
        db,
        """
        WITH scope AS (
            SELECT project_id FROM project
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(project)s
            UNION ALL SELECT '' WHERE %(project)s::text IS NULL
        ), gone AS (
            DELETE FROM work_check c USING scope
            WHERE c.account_id = %(account_id)s AND c.mode = %(mode)s
              AND c.project_id = scope.project_id AND c.name <> ALL(%(names)s)
        ), put AS (
            INSERT INTO work_check (account_id, mode, project_id, name, severity)
            SELECT %(account_id)s, %(mode)s::mode, project_id, given.name, given.severity
            FROM scope, unnest(%(names)s::text[], %(severities)s::text[]) given (name, severity)
            ON CONFLICT (account_id, mode, project_id, name)
                DO UPDATE SET severity = excluded.severity
        )
        SELECT EXISTS (SELECT 1 FROM scope)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project=rule.project,
        names=list(other),
        severities=list(other.values()),
    )
