"""Row-level security, on every table of the catalogue: a new table without a policy fails here."""

from typing import LiteralString, cast

import psycopg
import pytest
from psycopg import sql

from databases import Urls
from groundplane.storage.database import Connection, Database, Mode, Tenant, execute

A, B = "a" * 24, "b" * 24
TENANTS = [Tenant(account_id, mode) for account_id in (A, B) for mode in Mode]
# A value that every CHECK of the schema takes, by column, then by type.
BY_COLUMN = {
    "role": "'labeler'",
    "purpose": "'training'",
    "sha256": f"'{'5' * 64}'",
    "frame_index": "3",
    "task_id": f"'{'7' * 24}'",
    "person_id": f"'{'9' * 24}'",
    "reviewed_by": f"'{'9' * 24}'",
    "labeled_by": f"'{'9' * 24}'",
    "verdict": "'accepted'",
    "severity": "'off'",
}
BY_TYPE = {
    "text": "gen_random_uuid()::text",
    "bytea": "uuid_send(gen_random_uuid())",
    "uuid": "gen_random_uuid()",
    "boolean": "true",
    "integer": "3",
    "bigint": "5",
    "jsonb": "'{}'",
    "json": "'{}'",
    "timestamp with time zone": "now()",
    "task_state": "'ready'",
    "stage_state": "'ready'",
    "delivery_state": "'pending'",
}
# Columns that may be NULL, but not all of them.
ALSO = {"callback_delivery": {"task_id": BY_COLUMN["task_id"], "event_seq": "3"}}


def tables(owner: psycopg.Connection) -> dict[str, bool]:
    """Every table that holds tenants' rows, and whether it tells live from test."""
    rows = owner.execute(
        """SELECT c.relname, bool_or(a.attname = 'mode')
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
           GROUP BY c.relname HAVING bool_or(a.attname = 'account_id') ORDER BY c.relname"""
    )
    return {str(name): bool(has_mode) for name, has_mode in rows}


def insert_row(owner: psycopg.Connection, table: str, tenant: Tenant) -> None:
    """A row with whatever the columns without default want."""
    needed = owner.execute(
        """SELECT a.attname, format_type(a.atttypid, NULL)
           FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND a.attnotnull
             AND NOT a.atthasdef AND NOT a.attisdropped""",
        [table],
    ).fetchall()
    values = {
        str(name): BY_COLUMN.get(str(name)) or BY_TYPE.get(str(kind), "") for name, kind in needed
    }
    values |= ALSO.get(table, {})
    values["account_id"] = f"'{tenant.account_id}'"
    if "mode" in values:
        values["mode"] = f"'{tenant.mode.value}'"
    owner.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.SQL(cast("LiteralString", v)) for v in values.values()),
        )
    )


@pytest.fixture
def filled(database_urls: Urls) -> dict[str, bool]:
    """Each table with one row per tenant that it can tell apart."""
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("SET session_replication_role = replica")  # rows without their parents
        found = tables(owner)
        for table, has_mode in found.items():
            if table == "document_transaction_default":
                continue  # filled through the table that it is a partition of
            for tenant in TENANTS:
                if has_mode or tenant.mode is Mode.LIVE:
                    insert_row(owner, table, tenant)
    return found


async def seen(db: Connection, table: str, *, has_mode: bool) -> set[tuple[object, ...]]:
    columns = [sql.Identifier("account_id"), *([sql.Identifier("mode")] if has_mode else [])]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(columns), sql.Identifier(table))
    cursor = await db.execute(query)
    return set(await cursor.fetchall())


async def test_a_tenant_sees_its_own_rows_of_every_table_and_no_others(
    filled: dict[str, bool], database: Database
) -> None:
    assert len(filled) >= 20
    for tenant in TENANTS:
        async with database.transaction(tenant) as db:
            for table, has_mode in filled.items():
                expected = (tenant.account_id, tenant.mode.value)[: 1 + has_mode]
                assert await seen(db, table, has_mode=has_mode) == {expected}, table


async def test_without_a_tenant_no_row_of_any_table_is_seen(
    filled: dict[str, bool], database: Database
) -> None:
    async with database.transaction() as db:
        for table, has_mode in filled.items():
            assert await seen(db, table, has_mode=has_mode) == set(), table


async def test_no_tenant_can_write_a_row_of_another(
    filled: dict[str, bool], database: Database
) -> None:
    assert "project" in filled
    for other in (Tenant(B, Mode.LIVE), Tenant(A, Mode.TEST)):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            async with database.transaction(Tenant(A, Mode.LIVE)) as db:
                await execute(
                    db,
                    """INSERT INTO project (account_id, mode, project_id, name, type)
                       VALUES (%(account_id)s, %(mode)s, 'p', 'p', 'lidarannotation')""",
                    account_id=other.account_id,
                    mode=other.mode.value,
                )
    async with database.transaction(Tenant(A, Mode.LIVE)) as db:
        assert await execute(db, "UPDATE project SET name = 'mine'") == 1
        assert await execute(db, "DELETE FROM project WHERE account_id <> %(a)s", a=A) == 0


async def test_every_key_and_index_of_a_tenant_table_leads_with_the_account(
    database: Database,
) -> None:
    """Except what is unique in itself (hashes of secrets) and the sweeps over all tenants."""

    async with database.transaction() as db:
        rows = await (
            await db.execute(
                """SELECT c.relname, x.relname, a.attname
                   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                   JOIN pg_class x ON x.oid = i.indexrelid
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                   WHERE c.relnamespace = 'public'::regnamespace AND EXISTS (
                       SELECT 1 FROM pg_attribute t
                       WHERE t.attrelid = c.oid AND t.attname = 'account_id')"""
            )
        ).fetchall()
    allowed = {
        *("task_event_unnoticed", "task_event_dependents_unread", "batch_event_unnoticed"),
        *("callback_due", "task_tags"),
    }
    strays = {
        f"{table}: {index}"
        for table, index, first in rows
        if first not in {"account_id", "token_hash", "key_hash"} and index not in allowed
    }
    assert not strays


FORBIDDEN: list[LiteralString] = [
    "SET ROLE groundplane",
    "ALTER TABLE task ADD COLUMN x integer",
    "ALTER TABLE task DISABLE ROW LEVEL SECURITY",
    "DROP POLICY tenant ON task",
    "CREATE TABLE mine (x integer)",
    "CREATE ROLE other",
    "UPDATE document_transaction SET changes = '[]'",
    "DELETE FROM document_transaction",
    "UPDATE document_transaction_default SET changes = '[]'",
    "DELETE FROM document_op",
    "TRUNCATE document_transaction",
    "UPDATE alembic_version SET version_num = '9999'",
    "DELETE FROM instance",
    "SET session_replication_role = replica",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_application_may_not(statement: LiteralString, database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.transaction() as db:
            await execute(db, statement)


async def test_the_application_owns_nothing(database: Database) -> None:
    async with database.transaction() as db:
        owned = await (
            await db.execute(
                """SELECT relname FROM pg_class WHERE relowner = 'groundplane_app'::regrole
                   UNION ALL
                   SELECT proname FROM pg_proc WHERE proowner = 'groundplane_app'::regrole"""
            )
        ).fetchall()
    assert owned == []


async def test_what_runs_as_the_owner_takes_a_hash_or_a_number_and_trusts_no_search_path(
    database: Database,
) -> None:
    async with database.transaction() as db:
        rows = await (
            await db.execute(
                """SELECT proname, pg_get_function_arguments(oid), proconfig FROM pg_proc
                   WHERE prosecdef AND pronamespace = 'public'::regnamespace"""
            )
        ).fetchall()
    assert rows
    for name, arguments, config in rows:
        assert arguments in {
            "hash bytea",
            "digest text",
            "most integer",
            "older_than_s integer, most integer",
            "",
        }, name
        assert config == ["search_path=public, pg_temp"], name
