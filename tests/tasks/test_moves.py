import asyncio

import msgspec
import pytest
from orders import new_task

from groundplane.errors import Conflict, IllegalTransition, NotFound, UniqueIdTaken
from groundplane.storage.database import Database, Mode, Tenant, scalar
from groundplane.tasks import operations, queries
from groundplane.tasks.lifecycle import PUBLIC_STATUS, Event, State
from groundplane.tasks.queries import MadeRow
from groundplane.wire.values import JSON


async def test_the_second_of_two_racing_workers_is_refused(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant)
    both_have_read = asyncio.Barrier(2)

    async def worker() -> bool:
        async with database.transaction(tenant) as db:
            state = State((await operations.get(db, tenant, task.task_id)).state)
            await both_have_read.wait()
            try:
                await operations.move(db, tenant, task.task_id, state, Event.PLANNED)
            except Conflict:
                return False
            return True

    assert sorted(await asyncio.gather(worker(), worker())) == [False, True]
    async with database.transaction(tenant) as db:
        events = await queries.events(db, tenant, task.task_id)
    assert [(e.seq, e.event, e.from_state, e.to_state) for e in events] == [
        (1, "created", None, "created"),
        (2, "planned", "created", "ingesting"),
    ]


async def test_a_stale_state_changes_nothing(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant)
        with pytest.raises(Conflict):
            await operations.move(db, tenant, task.task_id, State.READY, Event.STARTED)
        with pytest.raises(IllegalTransition):
            await operations.move(db, tenant, task.task_id, State.CREATED, Event.FINISHED)
        after = await operations.get(db, tenant, task.task_id)
    assert after == task


async def test_a_move_says_when_how_and_what_came_of_it(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant, unique_id="u")
        path = [
            (State.CREATED, Event.PLANNED),
            (State.INGESTING, Event.INGESTED),
            (State.READY, Event.STARTED),
        ]
        for state, event in path:
            await operations.move(db, tenant, task.task_id, state, event)
        started = await operations.get(db, tenant, task.task_id)
        assert (started.work_started, started.completed_at, started.response) == (True, None, None)
        await operations.move(
            db,
            tenant,
            task.task_id,
            State.IN_PROGRESS,
            Event.FINISHED,
            response={"annotations": {"url": "http://x"}},
        )
        done = await operations.get(db, tenant, task.task_id)
        assert done.completed_at == done.updated_at > started.updated_at
        assert done.unique_id == "u"
        await operations.move(db, tenant, task.task_id, State.COMPLETED, Event.RECALLED)
        recalled = await operations.get(db, tenant, task.task_id)
    assert recalled.completed_at is None
    assert recalled.response is None
    assert recalled.prior_responses == '[{"annotations": {"url": "http://x"}}]'


async def test_the_unique_id_is_freed_in_the_move_that_asks_for_it(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant, unique_id="u")
        await operations.move(
            db, tenant, task.task_id, State.CREATED, Event.UNREADABLE, clear_unique_id=True
        )
        assert (await new_task(db, tenant, unique_id="u")).unique_id == "u"


async def test_of_two_who_take_a_unique_id_at_once_one_has_it(
    database: Database, tenant: Tenant
) -> None:
    async def take() -> str:
        async with database.transaction(tenant) as db:
            task = await new_task(db, tenant, unique_id="u")
            await asyncio.sleep(0.05)
            return task.task_id

    ends = await asyncio.gather(*(take() for _ in range(4)), return_exceptions=True)
    winners = [end for end in ends if isinstance(end, str)]
    losers = [end for end in ends if isinstance(end, UniqueIdTaken)]
    assert (len(winners), len(losers)) == (1, 3)
    assert {loser.task_id for loser in losers} == set(winners)


async def test_a_unique_id_that_is_let_go_while_we_look_is_ours(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        holder = await new_task(db, tenant, unique_id="u")

    async def let_go() -> None:
        async with database.transaction(tenant) as db:
            await operations.cancel(db, tenant, holder.task_id, clear_unique_id=True)

    async with database.transaction(tenant) as db:
        insert = queries.insert_task
        asked = 0

        async def insert_once_too_early(*args: object) -> MadeRow | None:
            nonlocal asked
            asked += 1
            made = await insert(*args)  # pyright: ignore[reportArgumentType]  # handed through
            if asked == 1:
                await let_go()
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(queries, "insert_task", insert_once_too_early)
            task = await new_task(db, tenant, unique_id="u")
    assert (asked, task.unique_id) == (2, "u")


async def test_another_account_or_world_sees_nothing(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant)
    for stranger in (Tenant(tenant.account_id, Mode.TEST), Tenant("f" * 24, Mode.LIVE)):
        async with database.transaction(stranger) as db:
            with pytest.raises(NotFound):
                await operations.get(db, stranger, task.task_id)
            with pytest.raises(NotFound):
                await operations.get(db, tenant, task.task_id)
            with pytest.raises(Conflict):
                await operations.move(db, tenant, task.task_id, State.CREATED, Event.PLANNED)


async def test_a_response_that_a_newer_one_replaces_is_kept(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        task = await new_task(db, tenant)
        steps: list[tuple[State, Event, dict[str, JSON] | None]] = [
            (State.CREATED, Event.PLANNED, None),
            (State.INGESTING, Event.INGESTED, None),
            (State.READY, Event.STARTED, None),
            (State.IN_PROGRESS, Event.FINISHED, {"n": 1}),
            (State.COMPLETED, Event.RECALLED, None),
            (State.IN_PROGRESS, Event.FINISHED, {"n": 2}),
        ]
        for state, event, response in steps:
            await operations.move(db, tenant, task.task_id, state, event, response=response)
        row = await operations.get(db, tenant, task.task_id)
    shown = msgspec.json.decode(msgspec.json.encode(operations.public_task(row)))
    assert (shown["response"], shown["prior_responses"]) == ({"n": 2}, [{"n": 1}])


async def test_the_database_calls_each_state_by_the_wires_word(
    database: Database, tenant: Tenant
) -> None:
    called: dict[State, str] = {}
    async with database.transaction(tenant) as db:
        await new_task(db, tenant)
        for state in State:
            called[state] = await scalar(
                db, "UPDATE task SET state = %(state)s RETURNING status", state=state.value
            )
    assert called == PUBLIC_STATUS
