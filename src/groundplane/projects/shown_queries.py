"""Statements behind a project's page: its newest versions, and who made them."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, many


class ShownVersionRow(msgspec.Struct, frozen=True):
    """`content` is JSON text, of parameters or an ontology; `name` is of an ontology."""

    version: int
    created_at: datetime
    made_by: str | None
    name: str | None
    content: str


async def newest_params(
    db: Connection, tenant: Tenant, project_id: str, most: int
) -> list[ShownVersionRow]:
    """Newest first."""
    return await many(
        db,
        ShownVersionRow,
        """
        SELECT version, created_at, made_by, NULL AS name, params::text AS content
        FROM project_params
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        ORDER BY version DESC LIMIT %(most)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        most=most,
    )


async def newest_ontologies(
    db: Connection, tenant: Tenant, project_id: str, most: int
) -> list[ShownVersionRow]:
    """Newest first."""
    return await many(
        db,
        ShownVersionRow,
        """
        SELECT version, created_at, made_by, name, ontology::text AS content
        FROM project_ontology
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        ORDER BY version DESC LIMIT %(most)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        most=most,
    )
