"""Statements on projects, their parameters and ontologies: one function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.projects.model import NewProject
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class Project(msgspec.Struct, frozen=True):
    project_id: str
    name: str
    type: str
    rapid: bool
    studio: bool
    pipeline: str | None
    num_attempts: int | None
    dataset_id: str | None
    created_at: datetime
    archived_at: datetime | None


class ParamsRow(msgspec.Struct, frozen=True):
    """`params` is JSON text in the order in which it was given."""

    project_id: str
    version: int
    created_at: datetime
    params: str


class OntologyRow(msgspec.Struct, frozen=True):
    project_id: str
    version: int
    created_at: datetime
    name: str | None
    ontology: str


class ImportedProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project of another account, as it was there.

    Attributes:
        versions: of its parameters: their numbers.
        moments: when each was made.
        params: each as JSON text.
    """

    project_id: str
    name: str
    type: str
    rapid: bool
    studio: bool
    created_at: datetime
    archived: bool
    versions: Sequence[int]
    moments: Sequence[datetime]
    params: Sequence[str]


COLUMNS: LiteralString = """
    project_id, name, type, rapid, studio, pipeline, num_attempts, dataset_id, created_at,
    archived_at
"""


async def by_name(db: Connection, tenant: Tenant, name: str) -> Project | None:
    return await one(
        db,
        Project,
        "SELECT"  # constants of this file
        + COLUMNS
        + """
        FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(name)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        name=name,
    )


async def lock_by_name(db: Connection, tenant: Tenant, name: str) -> Project | None:
    """As by_name; who else gives it a version waits for this transaction."""
    return await one(
        db,
        Project,
        "SELECT"  # constants of this file
        + COLUMNS
        + """
        FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(name)s
        FOR NO KEY UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        name=name,
    )


async def all_by_name(
    db: Connection, tenant: Tenant, *, archived: bool | None = None
) -> list[Project]:
    """All, or those that are archived, or those that are not."""
    return await many(
        db,
        Project,
        "SELECT"  # constants of this file
        + COLUMNS
        + """
        FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND (%(archived)s::boolean IS NULL OR (archived_at IS NOT NULL) = %(archived)s)
        ORDER BY lower(name), name
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        archived=archived,
    )


async def insert(
    db: Connection,
    tenant: Tenant,
    project_id: str,
    new: NewProject,
    *,
    made_by: str | None = None,
) -> bool:
    """A project and version 0 of its parameters; False: there is one of that name."""
    made = await scalar(
        db,
        """
        WITH made AS (
            INSERT INTO project (account_id, mode, project_id, name, type, rapid, studio,
                                 pipeline, num_attempts, dataset_id)
            VALUES (%(account_id)s, %(mode)s, %(project_id)s, %(name)s, %(type)s, %(rapid)s,
                    %(studio)s, %(pipeline)s, %(num_attempts)s, %(dataset_id)s)
            ON CONFLICT (account_id, mode, name) DO NOTHING
            RETURNING account_id, mode, project_id, created_at
        )
        INSERT INTO project_params (account_id, mode, project_id, version, params, created_at,
                                    made_by)
        SELECT account_id, mode, project_id, 0, %(params)s::json, created_at, %(made_by)s
        FROM made
        RETURNING project_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        name=new.name,
        type=new.type,
        rapid=new.rapid,
        studio=new.studio,
        pipeline=new.pipeline,
        num_attempts=new.num_attempts,
        dataset_id=new.dataset_id,
        params=msgspec.json.encode(new.params).decode(),
        made_by=made_by,
    )
    return made is not None


async def insert_imported(db: Connection, tenant: Tenant, project: ImportedProject) -> None:
    """With each version of its parameters."""
    await execute(
        db,
        """
        WITH made AS (
            INSERT INTO project (account_id, mode, project_id, name, type, rapid, studio,
                                 created_at, archived_at)
            VALUES (%(account_id)s, %(mode)s, %(project_id)s, %(name)s, %(type)s, %(rapid)s,
                    %(studio)s, %(created_at)s, CASE WHEN %(archived)s THEN now() END)
            RETURNING account_id, mode, project_id
        )
        INSERT INTO project_params (account_id, mode, project_id, version, params, created_at)
        SELECT account_id, mode, project_id, one.version, one.params::json, one.created_at
        FROM made CROSS JOIN unnest(
            %(versions)s::integer[], %(params)s::text[], %(moments)s::timestamptz[]
        ) AS one (version, params, created_at)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project.project_id,
        name=project.name,
        type=project.type,
        rapid=project.rapid,
        studio=project.studio,
        created_at=project.created_at,
        archived=project.archived,
        versions=list(project.versions),
        moments=list(project.moments),
        params=list(project.params),
    )


async def set_archived(db: Connection, tenant: Tenant, project_id: str, *, archived: bool) -> None:
    """Again keeps the moment of the first time."""
    await execute(
        db,
        """
        UPDATE project
        SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        archived=archived,
    )


async def params_of(db: Connection, tenant: Tenant, project_ids: Sequence[str]) -> list[ParamsRow]:
    """Every version of these, oldest first."""
    return await many(
        db,
        ParamsRow,
        """
        SELECT project_id, version, created_at, params::text AS params FROM project_params
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND project_id = ANY(%(project_ids)s)
        ORDER BY project_id, version
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_ids=list(project_ids),
    )


async def params_version(
    db: Connection, tenant: Tenant, project_id: str, version: int | None
) -> ParamsRow | None:
    """That version, or the latest when it is None."""
    return await one(
        db,
        ParamsRow,
        """
        SELECT project_id, version, created_at, params::text AS params FROM project_params
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
          AND (%(version)s::integer IS NULL OR version = %(version)s)
        ORDER BY version DESC
        LIMIT 1
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        version=version,
    )


async def insert_params(
    db: Connection,
    tenant: Tenant,
    project_id: str,
    version: int,
    *,
    params: str,
    made_by: str | None,
) -> None:
    await execute(
        db,
        """
        INSERT INTO project_params (account_id, mode, project_id, version, params, created_at,
                                    made_by)
        VALUES (%(account_id)s, %(mode)s, %(project_id)s, %(version)s, %(params)s::json,
                clock_timestamp(), %(made_by)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        version=version,
        params=params,
        made_by=made_by,
    )


async def ontologies_of(
    db: Connection, tenant: Tenant, project_ids: Sequence[str]
) -> list[OntologyRow]:
    """Every one that these have had, oldest first."""
    return await many(
        db,
        OntologyRow,
        """
        SELECT project_id, version, created_at, name, ontology::text AS ontology
        FROM project_ontology
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND project_id = ANY(%(project_ids)s)
        ORDER BY project_id, version
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_ids=list(project_ids),
    )


async def insert_ontology(
    db: Connection,
    tenant: Tenant,
    project_id: str,
    *,
    name: str | None,
    ontology: str,
    made_by: str | None,
) -> None:
    """The next one; under the lock of lock_by_name."""
    await execute(
        db,
        """
        INSERT INTO project_ontology (account_id, mode, project_id, version, name, ontology,
                                      created_at, made_by)
        SELECT %(account_id)s, %(mode)s, %(project_id)s, coalesce(max(version) + 1, 0), %(name)s,
               %(ontology)s::json, clock_timestamp(), %(made_by)s
        FROM project_ontology
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        name=name,
        ontology=ontology,
        made_by=made_by,
    )
