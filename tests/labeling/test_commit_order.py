"""A save that dies anywhere is not there; sent again it is there once (reliability.md T56)."""

import uuid
from collections.abc import Awaitable, Callable

import pytest
from labeling_rig import ANNA, claimed, creating, key_of

from groundplane.annotations.document import Document, from_parts
from groundplane.annotations.edits import Transaction
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, documents, queries
from groundplane.labeling.model import LeaseKey, Received
from groundplane.storage.database import Tenant

STATEMENTS = ("append_log", "write_parts", "set_seq", "insert_snapshot")


class Died(Exception):
    """The process was gone at this point."""


@pytest.fixture
async def lease(context: Context, tenant: Tenant, task_id: str) -> LeaseKey:
    return key_of(await claimed(context.database, tenant, task_id))


async def send(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey, sent: list[Transaction]
) -> Received:
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, task_id, lease)
        return await documents.accept(db, tenant, task_id, stage, sent, actor=ANNA.person_id)


async def everything(context: Context, tenant: Tenant, task_id: str) -> tuple[int, Document, int]:
    """The version, the present, and how many transactions the log has."""
    async with context.database.transaction(tenant) as db:
        row = await queries.document(db, tenant, task_id)
        assert row is not None
        present = from_parts(await documents.parts_of(db, tenant, row.document_id))
        assert await documents.read_revision(db, tenant, row.document_id, row.seq) == present
        log = await documents.log_after(db, tenant, row, 0)
    return row.seq, present, len(log)


def dying(monkeypatch: pytest.MonkeyPatch, statement: str, *, after: bool, died: list[str]) -> None:
    real: Callable[..., Awaitable[object]] = getattr(queries, statement)

    async def die(*args: object, **named: object) -> None:
        if after:
            await real(*args, **named)
        died.append(statement)
        raise Died

    monkeypatch.setattr(queries, statement, die)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.soak)])
async def test_readers_see_the_old_or_the_new_and_a_retry_gives_the_same(
    context: Context,
    tenant: Tenant,
    task_id: str,
    lease: LeaseKey,
    statement: str,
    times: int,
    *,
    after: bool,
) -> None:
    with pytest.MonkeyPatch.context() as often:
        often.setattr(documents, "SNAPSHOT_EVERY", 2)  # every save makes one
        for _ in range(times):
            old = await everything(context, tenant, task_id)
            sent = [creating(str(uuid.uuid4())) for _ in range(2)]
            died: list[str] = []
            with pytest.MonkeyPatch.context() as monkeypatch:
                dying(monkeypatch, statement, after=after, died=died)
                with pytest.raises(Died):
                    await send(context, tenant, task_id, lease, sent)
            assert died == [statement]
            assert await everything(context, tenant, task_id) == old
            first = await send(context, tenant, task_id, lease, sent)
            new = await everything(context, tenant, task_id)
            assert (new[0], new[2]) == (old[0] + 2, old[2] + 2)
            assert await send(context, tenant, task_id, lease, sent) == first
            assert await everything(context, tenant, task_id) == new
