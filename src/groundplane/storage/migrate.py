"""Bring a database to this version's schema.

The revisions are in `migrations/versions`, numbered 0001, 0002, … in one line; each is forward
only. Alembic runs them; when there is nothing to run it is not even imported.
"""

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import sql

from groundplane.errors import StartRefused, Unavailable
from groundplane.storage.embedded import APP_ROLE

OLDEST_SERVER = 150_000  # the public schema is closed to strangers from PostgreSQL 15 on
ADVISORY_LOCK = 0x67726F756E64  # "ground"
OTHER_STARTER_WITHIN = "120s"
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "4s", "30s"


def migrations_folder() -> Path:
    """In the wheel beside us; in a checkout at its root."""
    package = Path(__file__).parents[1]
    packed = package / "migrations"
    return packed if packed.exists() else package.parents[1] / "migrations"


def newest_revision() -> str:
    return max(file.stem[:4] for file in (migrations_folder() / "versions").glob("[0-9]*.py"))


def migrate(owner_url: str) -> None:
    """Bring the database to this version's schema; does nothing when it is there already.

    Starters that race wait for the first. The role of `owner_url` will own the schema.

    Raises:
        Unavailable: the server cannot be reached.
        StartRefused: the database is newer than this Groundplane, or the role may not do it.
    """
    try:
        with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as db, _alone(db):
            present = _present_revision(db)
            if present == newest_revision():
                return
            _refuse_unknown(db, present)
            _create_app_role(db)
            _upgrade(owner_url)
    except psycopg.errors.LockNotAvailable as error:
        raise StartRefused(
            "The database's tables are in use by another process, so it cannot be migrated now. "
            "Stop the other processes of Groundplane and start again."
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StartRefused(f"The database's role may not migrate it: {error}.") from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error


@contextlib.contextmanager
def _alone(db: psycopg.Connection) -> Generator[None]:
    db.execute("SELECT set_config('lock_timeout', %s, false)", [OTHER_STARTER_WITHIN])
    db.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        db.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _present_revision(db: psycopg.Connection) -> str | None:
    if db.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
        return None
    row = db.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return None if row is None else str(row[0])


def _refuse_unknown(db: psycopg.Connection, present: str | None) -> None:
    if present is not None and present > newest_revision():
        raise StartRefused(
            f"The database has revision {present}, newer than this Groundplane's "
            f"{newest_revision()}. Start the newer Groundplane that migrated it."
        )
    if db.info.server_version < OLDEST_SERVER:
        raise StartRefused("The database server is older than PostgreSQL 15.")


def _create_app_role(db: psycopg.Connection) -> None:
    """The role exists once per server; who is no superuser must be a member to become it."""
    app = sql.Identifier(APP_ROLE)
    try:
        if db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone() is None:
            db.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(app))
        # From 16 on a member may be without the right to SET ROLE, as a role's maker is.
        may = "SET" if db.info.server_version >= 160_000 else "MEMBER"
        may_become = "SELECT pg_has_role(current_user, %s, %s)"
        if db.execute(may_become, [APP_ROLE, may]).fetchone() != (True,):
            db.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(app))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StartRefused(
            f"The database's role may not make itself a member of {APP_ROLE}. Let an "
            f"administrator run: CREATE ROLE {APP_ROLE} LOGIN (unless it exists); "
            f"GRANT {APP_ROLE} TO {db.info.user};"
        ) from error


def _upgrade(owner_url: str) -> None:
    # Imported here: they take longer than a start that has nothing to migrate.
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above
    from sqlalchemy import create_engine, pool  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(
            owner_url,
            options=f"-c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT}",
        ),
        poolclass=pool.NullPool,
    )

    def to_head(revision: str, _: object) -> object:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as alembic.command.upgrade does

    context = EnvironmentContext(config, scripts, fn=to_head)
    with engine.connect() as connection, context:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


def run_script(name: str) -> None:
    """For revisions: run `migrations/<name>` as it stands, in the revision's transaction."""
    from alembic import op  # noqa: PLC0415 - see _upgrade

    script = cast("LiteralString", (migrations_folder() / name).read_text())
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    connection.execute(script)
