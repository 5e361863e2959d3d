"""Connections, transactions and rows.

A transaction belongs to a tenant (an account and its live or test half), or to nobody; row-level
security shows it the rows of that tenant, or none. Only this module and migrate.py commit.

Whose rows a session sees is said when that changes, not at the beginning of each transaction
(docs/decisions/0008-the-session-knows-its-tenant.md).
"""

import select
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import TracebackType
from typing import Any, LiteralString, TypeAlias, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from groundplane.errors import StartRefused, Unavailable
from groundplane.storage.embedded import APP_ROLE

Connection: TypeAlias = psycopg.AsyncConnection[TupleRow]
T = TypeVar("T")

CONNECT_WITHIN_S = 5
IDLE_IN_TRANSACTION_MS = 60_000  # nothing may hold a transaction over network or numpy work


class Mode(StrEnum):
    """Which half of an account: a key's prefix says it, and no row crosses over."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Tenant:
    account_id: str
    mode: Mode


def app_conninfo(url: str) -> str:
    """`url` as the application uses it: logged in as, or at once turned into, groundplane_app."""
    given = conninfo_to_dict(url)
    options = [str(given.get("options") or "")]
    if given.get("user") != APP_ROLE:
        options.append(f"-c role={APP_ROLE}")
    options.append(f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}")
    return make_conninfo(
        url,
        options=" ".join(options).strip(),
        connect_timeout=CONNECT_WITHIN_S,
        application_name="groundplane",
    )


class _Session(psycopg.AsyncConnection[TupleRow]):
    """A pooled connection, and the tenant whose rows it sees; a new one sees nobody's."""

    tenant: Tenant | None = None
    knows_tenant: bool = True

    async def become(self, tenant: Tenant | None) -> None:
        """Outside of a transaction, whose rollback would take it back."""
        if self.knows_tenant and self.tenant == tenant:
            return
        self.knows_tenant = False  # until the server has answered
        await self.execute(_becoming(tenant))
        self.tenant, self.knows_tenant = tenant, True


class Database:
    """A pool of connections of the application's role."""

    def __init__(self, pool: AsyncConnectionPool[_Session]) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, most_connections: int = 8) -> "Database":
        """Connect.

        Raises:
            Unavailable: the server cannot be reached.
            StartRefused: the role would see every tenant's rows.
        """
        pool = AsyncConnectionPool(
            app_conninfo(url),
            connection_class=_Session,
            min_size=1,
            max_size=most_connections,
            timeout=CONNECT_WITHIN_S,
            # A transaction is begun by hand, where there is more than one statement.
            kwargs={"autocommit": True},
            check=_refuse_closed,  # a restarted server costs no request
            open=False,
        )
        database = cls(pool)
        try:
            await pool.open(wait=True, timeout=CONNECT_WITHIN_S)
            await database._refuse_a_role_that_sees_all()
        except PoolTimeout as error:
            await pool.close()
            raise Unavailable("The database cannot be reached.") from error
        except BaseException:
            await pool.close()
            raise
        return database

    async def close(self) -> None:
        await self._pool.close()

    def transaction(self, tenant: Tenant | None = None) -> "_Transaction":
        """Commits at the end, rolls back on any error.

        Raises:
            Unavailable: the server cannot be reached, or went away before the commit was known.
        """
        return _Transaction(self._pool, tenant)

    def statement(self, tenant: Tenant | None) -> "_Use":
        """For one statement, which is its own transaction and costs one trip to the server.

        Raises:
            Unavailable: as transaction.
        """
        return _Use(self._pool, tenant)

    def lookup(self) -> "_Use":
        """For one call of a function that looks past tenants (who has this key?).

        The session stays whoever's it was: asking it to be nobody's costs two trips more.

        Raises:
            Unavailable: as transaction.
        """
        return _Use(self._pool, None, becomes=False)

    async def _refuse_a_role_that_sees_all(self) -> None:
        async with self.transaction() as db:
            sees_all = await scalar(
                db,
                """SELECT rolsuper OR rolbypassrls OR current_user <> %(role)s
                   FROM pg_roles WHERE rolname = current_user""",
                role=APP_ROLE,
            )
        if sees_all:
            raise StartRefused(
                f"The role {APP_ROLE} must be neither superuser nor BYPASSRLS: it would see the "
                f"rows of every account. Run ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS."
            )


class _Use:
    """A connection taken from the pool as that tenant's, and given back."""

    def __init__(
        self, pool: AsyncConnectionPool[_Session], tenant: Tenant | None, *, becomes: bool = True
    ) -> None:
        self._pool, self._tenant, self._becomes = pool, tenant, becomes

    async def __aenter__(self) -> Connection:
        try:
            self._db = db = await self._pool.getconn()
            try:
                if self._becomes:
                    await db.become(self._tenant)
                await self._begin(db)
            except BaseException:
                await self._pool.putconn(db)
                raise
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise _gone() from error
        return db

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            try:
                # psycopg's own: commit or roll back whatever was begun
                await self._db.__aexit__(kind, error, trace)
            finally:
                await self._pool.putconn(self._db)
        except psycopg.OperationalError as failure:
            raise _gone() from failure
        if isinstance(error, (psycopg.OperationalError, PoolTimeout)):
            raise _gone() from error

    async def _begin(self, db: _Session) -> None:
        """Nothing: what follows is its own transaction."""


class _Transaction(_Use):
    async def _begin(self, db: _Session) -> None:
        await db.execute(b"BEGIN")


def _gone() -> Unavailable:
    return Unavailable("The database cannot be reached right now.")


@lru_cache(maxsize=1024)
def _becoming(tenant: Tenant | None) -> bytes:
    account_id, mode = ("", "") if tenant is None else (tenant.account_id, tenant.mode.value)
    become = sql.SQL(
        "SELECT set_config('groundplane.account_id', {}, false),"
        " set_config('groundplane.mode', {}, false)"
    ).format(account_id, mode)
    return become.as_string().encode()


async def _refuse_closed(db: _Session) -> None:
    """The pool's check: an idle server says nothing, so whatever there is to read is its goodbye.

    Raises:
        OperationalError: the server closed the connection.
    """
    idle = select.poll()
    idle.register(db.fileno(), select.POLLIN)
    if idle.poll(0):
        # A notice may wait there too; the trip to the server tells the two apart.
        await AsyncConnectionPool.check_connection(db)


async def one(
    db: Connection, row_type: type[T], query: LiteralString, /, **params: object
) -> T | None:
    """The first row as `row_type`, whose fields are named like the columns."""
    async with db.cursor(row_factory=class_row(row_type)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchone()


async def many(
    db: Connection, row_type: type[T], query: LiteralString, /, **params: object
) -> list[T]:
    async with db.cursor(row_factory=class_row(row_type)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchall()


async def scalar(db: Connection, query: LiteralString, /, **params: object) -> Any:  # noqa: ANN401 - whatever type the column has
    """The first column of the first row, None when there is no row."""
    cursor = await db.execute(query, params)
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def execute(db: Connection, query: LiteralString, /, **params: object) -> int:
    """Run a statement; the number of rows it touched."""
    cursor = await db.execute(query, params)
    return cursor.rowcount
