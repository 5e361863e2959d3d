from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import procrastinate
import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.conninfo import make_conninfo

from databases import Urls
from groundplane.errors import StartRefused, Unavailable
from groundplane.storage import migrate as module
from groundplane.storage.database import Database, Mode, Tenant, execute, scalar
from groundplane.storage.migrate import migrate, migrations_folder, newest_revision

# Every migration of procrastinate up to the schema that revision 0002 makes. Its next ones are
# one revision of ours each, and then a line here.
PROCRASTINATE_MIGRATIONS = [
    "00.00.00_01_initial.sql",
    "00.05.00_01_drop_started_at_column.sql",
    "00.05.00_02_drop_started_at_column.sql",
    "00.05.00_03_drop_procrastinate_version_table.sql",
    "00.06.00_01_fix_procrastinate_fetch_job.sql",
    "00.07.01_01_fix_trigger_status_events_insert.sql",
    "00.08.01_01_add_queueing_lock_column.sql",
    "00.10.00_01_close_fetch_job_race_condition.sql",
    "00.10.00_02_add_defer_job_function.sql",
    "00.11.00_03_add_procrastinate_periodic_defers.sql",
    "00.12.00_01_add_foreign_key_index.sql",
    "00.14.00_01_add_locks_to_periodic_defer.sql",
    "00.15.02_01_fix_procrastinate_defer_periodic_job.sql",
    "00.16.00_01_add_finish_job_and_retry_job_functions.sql",
    "00.17.00_01_add_trigger_on_job_deletion.sql",
    "00.17.00_02_delete_finished_jobs.sql",
    "00.17.00_03_add_checks_to_finish_job.sql",
    "00.17.00_04_add_checks_to_retry_job.sql",
    "00.18.01_01_fix_finish_job_compat_issue.sql",
    "00.19.00_01_add_index_on_procrastinate_jobs.sql",
    "00.22.00_01_add_kwargs_to_defer_periodic_job.sql",
    "00.23.00_01_null_locks_excluded.sql",
    "01.00.00_01_remove_old_finish_job_function.sql",
    "01.01.01_01_job_id_bigint.sql",
    "02.00.03_01_add_job_priority.sql",
    "02.05.00_01_add_periodic_job_priority.sql",
    "02.06.00_01_add_cancel_states.sql",
    "02.08.00_01_add_additional_params_to_retry_job.sql",
    "02.14.01_01_add_indexes_for_fetch_job.sql",
    "03.00.00_01_pre_cancel_notification.sql",
    "03.00.00_50_post_cancel_notification.sql",
    "03.01.00_01_pre_add_heartbeat.sql",
    "03.01.00_50_post_add_heartbeat.sql",
    "03.02.00_01_pre_batch_defer_jobs.sql",
    "03.02.00_50_post_batch_defer_jobs.sql",
    "03.03.00_01_pre_priority_lock_fetch_job.sql",
    "03.04.00_01_pre_add_retry_failed_job_procedure.sql",
    "03.04.00_50_post_add_retry_failed_job_procedure.sql",
]


def test_every_migration_of_procrastinate_is_in_a_revision_of_ours() -> None:
    packed = Path(procrastinate.__file__).parent / "sql/migrations"
    assert sorted(file.name for file in packed.glob("*.sql")) == PROCRASTINATE_MIGRATIONS


def test_the_frozen_schema_is_procrastinates_own() -> None:
    ours = (migrations_folder() / "0002_procrastinate.sql").read_text()
    assert SchemaManager.get_schema().strip() in ours


def test_the_revisions_are_one_line_whose_end_is_the_highest_number() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [newest_revision()]
    walked = [script.revision for script in scripts.walk_revisions()]
    assert walked == sorted(walked, reverse=True)


@pytest.fixture
def empty_url(postgres_urls: Urls) -> Iterator[str]:
    """A database without any schema, as its owner."""
    maintenance = make_conninfo(postgres_urls.owner, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as db:
        db.execute("CREATE DATABASE unmigrated TEMPLATE template0")
        yield make_conninfo(postgres_urls.owner, dbname="unmigrated")
        db.execute("DROP DATABASE unmigrated WITH (FORCE)")


def revision(url: str) -> object:
    with psycopg.connect(url) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchone()


def test_migrating_again_does_nothing(empty_url: str) -> None:
    migrate(empty_url)
    migrate(empty_url)
    assert revision(empty_url) == (newest_revision(),)


def test_starters_that_race_all_find_the_schema(empty_url: str) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(migrate, [empty_url] * 3))
    assert revision(empty_url) == (newest_revision(),)


def test_a_database_of_a_newer_groundplane_is_refused(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartRefused, match="revision 9999, newer than"):
        migrate(empty_url)
    assert revision(empty_url) == ("9999",)


def test_a_table_in_use_stops_the_migration_soon_and_leaves_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "200ms")
    with psycopg.connect(empty_url) as other:
        other.execute("CREATE TYPE delivery_state AS ENUM ()")
        with pytest.raises(StartRefused, match="in use by another process"):
            migrate(empty_url)
        other.rollback()
    with psycopg.connect(empty_url) as db:
        assert db.execute("SELECT to_regclass('account')").fetchone() == (None,)
    migrate(empty_url)


def test_a_database_that_is_not_there_is_unavailable(postgres_urls: Urls) -> None:
    with pytest.raises(Unavailable):
        migrate(make_conninfo(postgres_urls.owner, dbname="no_such_database"))


# A server of the customer's own: one role that is no superuser, and one URL ----------------------


@pytest.fixture
def customer_url(empty_url: str) -> Iterator[str]:
    with psycopg.connect(empty_url, autocommit=True) as db:
        db.execute("CREATE ROLE customer LOGIN")
        db.execute("GRANT groundplane_app TO customer")
        db.execute("ALTER DATABASE unmigrated OWNER TO customer")
        yield make_conninfo(empty_url, user="customer")
        db.execute("REASSIGN OWNED BY customer TO groundplane")
        db.execute("DROP OWNED BY customer")
        db.execute("DROP ROLE customer")


async def test_a_customers_role_migrates_and_the_application_still_sees_one_tenant(
    customer_url: str,
) -> None:
    migrate(customer_url)
    database = await Database.open(customer_url)
    a, b = (Tenant(letter * 24, Mode.LIVE) for letter in "ab")
    for tenant in (a, b):
        async with database.transaction(tenant) as db:
            await execute(
                db,
                "INSERT INTO account (account_id, name) VALUES (%(account_id)s, 'x')",
                account_id=tenant.account_id,
            )
            assert await scalar(db, "SELECT current_user") == "groundplane_app"
            assert await scalar(db, "SELECT count(*) FROM account") == 1
    async with database.transaction() as db:
        assert await scalar(db, "SELECT count(*) FROM account") == 0
        assert await scalar(db, "SELECT only_account_id()") == a.account_id
    await database.close()


def test_a_role_that_may_not_grant_the_applications_role_is_told_what_to_run(
    customer_url: str, empty_url: str
) -> None:
    with psycopg.connect(empty_url) as db:
        db.execute("REVOKE groundplane_app FROM customer")
    with pytest.raises(StartRefused, match="GRANT groundplane_app TO customer"):
        migrate(customer_url)


async def test_a_role_that_would_see_all_rows_is_refused(
    postgres_urls: Urls, database_urls: Urls
) -> None:
    alter = sql.SQL("ALTER ROLE groundplane_app {}")
    with psycopg.connect(postgres_urls.owner, autocommit=True) as db:
        db.execute(alter.format(sql.SQL("BYPASSRLS")))
        try:
            with pytest.raises(StartRefused, match="NOBYPASSRLS"):
                await Database.open(database_urls.app)
        finally:
            db.execute(alter.format(sql.SQL("NOBYPASSRLS")))
