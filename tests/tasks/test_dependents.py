"""Each dependent is made exactly once, whoever runs what how often, and whoever dies."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from dependent_tasks import (
    LINKING,
    SEGMENTATION,
    audit,
    children,
    complete,
    completed_root,
    make_all,
    new_root,
    ordered,
)
from killed_dependents import POINTS

from databases import Urls
from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.jobs.context import Context
from groundplane.projects import operations as projects
from groundplane.storage.database import Mode, Tenant, execute, scalar
from groundplane.tasks import dependent_jobs, dependent_queries, dependents, operations
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.making import Maker
from groundplane.wire.values import JSON


async def shown(context: Context, tenant: Tenant, task_id: str) -> dict[str, Any]:
    async with context.database.transaction(tenant) as db:
        row = await operations.get(db, tenant, task_id)
    return msgspec.json.decode(msgspec.json.encode(operations.public_task(row)))


async def problems(context: Context, tenant: Tenant, root: str) -> list[str | None]:
    async with context.database.transaction(tenant) as db:
        return [r.problem for r in await dependent_queries.dependent_tasks(db, tenant, root)]


async def force(context: Context, tenant: Tenant, root: str) -> None:
    """As the route does."""
    async with context.database.transaction(tenant) as db:
        positions = await dependents.order_now(db, context.queue, tenant, root)
    maker = Maker(context.blobs, context.queue, tenant, context.public_url)
    for position in positions:
        await dependent_jobs.make_one(context.database, maker, root, position)
    async with context.database.transaction(tenant) as db:
        await dependents.made(db, tenant, root)


async def test_nothing_is_made_before_the_root_is_completed(
    context: Context, tenant: Tenant
) -> None:
    root = await new_root(context, tenant, LINKING)
    assert await make_all(context) == 0
    assert (await shown(context, tenant, root))["dependents"]["task_ids"] == []
    await complete(context, tenant, root)
    assert await make_all(context) == 1
    (child,) = await children(context, tenant)
    assert (child.type, child.lidar_task) == ("lidarlinking", root)
    made = await shown(context, tenant, child.task_id)
    assert made["instruction"] == "Tighten the boxes."
    assert made["callback_url"] == "https://hooks.example/linked"
    assert made["metadata"] == {}
    assert made["status"] == "pending"
    told = (await shown(context, tenant, root))["dependents"]
    assert told == {"defs": [LINKING], "require_audit": False, "task_ids": [child.task_id]}


async def test_one_task_per_definition_however_often_and_concurrently_it_is_run(
    context: Context, tenant: Tenant
) -> None:
    root = await completed_root(context, tenant, LINKING, SEGMENTATION, LINKING)
    await asyncio.gather(*(dependent_jobs.read_events(context) for _ in range(4)))
    assert len(await ordered(context)) == 3
    await asyncio.gather(*(make_all(context) for _ in range(3)))
    made = await children(context, tenant)
    assert sorted(child.type for child in made) == [
        "lidarlinking",
        "lidarlinking",
        "lidarsegmentation",
    ]
    assert {child.lidar_task for child in made} == {root}
    told = (await shown(context, tenant, root))["dependents"]["task_ids"]
    types = {child.task_id: child.type for child in made}
    assert [types[task_id] for task_id in told] == [
        one["type"] for one in (LINKING, SEGMENTATION, LINKING)
    ]


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_between_the_acceptance_and_the_task_neither_loses_nor_doubles_it(
    point: str, context: Context, tenant: Tenant, database_urls: Urls, tmp_path: Path
) -> None:
    root = await completed_root(context, tenant, LINKING, SEGMENTATION, require_audit=True)
    await audit(context, tenant, root, "accepted")
    script = str(Path(__file__).with_name("killed_dependents.py"))
    tests = Path(__file__).parents[1]
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, script, database_urls.app, str(tmp_path), point),
        env={"PYTHONPATH": f"{tests.parent / 'src'}:{tests}"},
    )
    assert await killed.wait() == -signal.SIGKILL
    before = len(await children(context, tenant))
    assert before == (2 if point == "made" else 0)
    await make_all(context)
    await make_all(context)
    made = await children(context, tenant)
    assert sorted(child.type for child in made) == ["lidarlinking", "lidarsegmentation"]
    told = (await shown(context, tenant, root))["dependents"]["task_ids"]
    assert set(told) == {child.task_id for child in made}


async def test_with_require_audit_only_an_acceptance_or_a_fix_makes_them(
    context: Context, tenant: Tenant
) -> None:
    roots = [await completed_root(context, tenant, LINKING, require_audit=True) for _ in range(3)]
    assert await make_all(context) == 0
    for root, result in zip(roots, ("rejected", "accepted", "fixed"), strict=True):
        await audit(context, tenant, root, result)
    await make_all(context)
    assert {child.lidar_task for child in await children(context, tenant)} == set(roots[1:])
    await audit(context, tenant, roots[0], "accepted")
    await audit(context, tenant, roots[1], "accepted")
    await make_all(context)
    assert sorted(child.lidar_task for child in await children(context, tenant)) == sorted(roots)


async def test_a_root_that_was_recalled_before_it_was_noticed_waits_for_its_next_completion(
    context: Context, tenant: Tenant
) -> None:
    root = await completed_root(context, tenant, LINKING)
    async with context.database.transaction(tenant) as db:
        await operations.move(db, tenant, root, State.COMPLETED, Event.RECALLED)
    assert await make_all(context) == 0
    async with context.database.transaction(tenant) as db:
        await operations.move(db, tenant, root, State.IN_PROGRESS, Event.FINISHED)
    assert await make_all(context) == 1
    assert len(await children(context, tenant)) == 1


async def test_a_root_that_is_recalled_after_the_decision_keeps_its_dependents(
    context: Context, tenant: Tenant
) -> None:
    root = await completed_root(context, tenant, LINKING)
    await dependent_jobs.read_events(context)
    async with context.database.transaction(tenant) as db:
        await operations.move(db, tenant, root, State.COMPLETED, Event.RECALLED)
    await make_all(context)
    assert [child.lidar_task for child in await children(context, tenant)] == [root]


async def test_what_refuses_a_task_is_kept_and_forcing_tries_it_again(
    context: Context, tenant: Tenant
) -> None:
    taken = {**LINKING, "unique_id": "linked-7"}
    root = await completed_root(context, tenant, taken, SEGMENTATION)
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE task SET unique_id = 'linked-7' WHERE task_id = %(id)s", id=root)
    await make_all(context)
    assert [child.type for child in await children(context, tenant)] == ["lidarsegmentation"]
    sentence = f'The unique_id ("linked-7") is already used for a different task ({root}).'
    assert await problems(context, tenant, root) == [sentence, None]
    with pytest.raises(InvalidRequest, match=r"dependents\.defs\.0: The unique_id"):
        await force(context, tenant, root)
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE task SET unique_id = NULL WHERE task_id = %(id)s", id=root)
    await force(context, tenant, root)
    assert await problems(context, tenant, root) == [None, None]
    assert len(await children(context, tenant)) == 2
    with pytest.raises(InvalidRequest, match="exist already"):
        await force(context, tenant, root)


async def test_forcing_at_once_and_twice_makes_one_of_each(
    context: Context, tenant: Tenant
) -> None:
    root = await completed_root(context, tenant, LINKING, SEGMENTATION, require_audit=True)
    await asyncio.gather(
        *(force(context, tenant, root) for _ in range(3)),
        make_all(context),
        return_exceptions=True,
    )
    await audit(context, tenant, root, "accepted")
    await make_all(context)
    assert len(await children(context, tenant)) == 2


async def test_the_test_half_answers_its_dependents_at_once(
    context: Context, tenant: Tenant
) -> None:
    tests = Tenant(tenant.account_id, Mode.TEST)
    root = await completed_root(context, tests, SEGMENTATION)
    await make_all(context)
    (child,) = await children(context, tests)
    assert child.lidar_task == root
    made = await shown(context, tests, child.task_id)
    assert made["status"] == "completed"
    assert set(made["response"]) == {"point_segmentations", "annotations"}
    assert await children(context, tenant) == []


async def test_a_definition_has_from_its_project_what_it_lacks_when_it_is_made(
    context: Context, tenant: Tenant
) -> None:
    ground: dict[str, object] = {"type": "lidarsegmentation", "project": "ground"}
    async with context.database.transaction(tenant) as db:
        await projects.create(db, tenant, "ground", "lidarsegmentation")
        await projects.set_params(db, tenant, "ground", {"labels": ["Road"], "priority": 30})
    root = await new_root(context, tenant, {**ground, "instruction": "Paint."})
    async with context.database.transaction(tenant) as db:
        changed: dict[str, JSON] = {"labels": ["Kerb"], "instruction": "Mind the rain."}
        await projects.set_params(db, tenant, "ground", {**changed, "patch": True})
    await complete(context, tenant, root)
    await make_all(context)
    (child,) = await children(context, tenant)
    made = await shown(context, tenant, child.task_id)
    assert (made["project"], made["project_param_version"], made["priority"]) == ("ground", 2, 30)
    assert made["instruction"] == "Paint.\n\nMind the rain."
    assert made["params"]["labels"] == ["Kerb"]
    assert made["params"]["lidar_task"] == root
    async with context.database.transaction(tenant) as db:
        await projects.set_params(db, tenant, "ground", {"labels": []})
    with pytest.raises(InvalidParameter, match=r"dependents\.defs\.0\.labels"):
        await new_root(context, tenant, ground)


REFUSED: list[tuple[dict[str, object], str]] = [
    ({**SEGMENTATION, "lidar_task_frames": [0, 3]}, '"dependents.defs.0.lidar_task_frames.1" must'),
    ({**LINKING, "skip_labels": ["Bus"]}, '"dependents.defs.0.skip_labels'),
    ({**LINKING, "project": "nowhere"}, '"dependents.defs.0" cannot be made: Project'),
    (
        {**SEGMENTATION, "dependents": {"defs": [SEGMENTATION]}},
        '"dependents.defs.0.type" must be a type that can be made of a task of type lidarsegm',
    ),
]


@pytest.mark.parametrize(("definition", "sentence"), REFUSED)
async def test_a_definition_that_could_not_be_made_is_refused_with_its_root(
    definition: dict[str, object], sentence: str, context: Context, tenant: Tenant
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        await new_root(context, tenant, definition)
    assert sentence in str(refused.value)
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM task") == 0


async def test_a_tenant_reads_only_its_own_events(context: Context, tenant: Tenant) -> None:
    await completed_root(context, tenant, LINKING)
    async with context.database.transaction() as db:
        names = await dependent_queries.unread_events(db, 10)
    other = Tenant("f" * 24, Mode.LIVE)
    async with context.database.transaction(other) as db:
        assert await dependent_queries.take_events(db, other, names) == []
    assert await make_all(context) == 1
