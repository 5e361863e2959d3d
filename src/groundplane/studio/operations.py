"""Verbs on assignments, groups and the order of batches. None commits.

Every project here is labeled by the account's own people, so every batch that is not complete is
one of Studio's.
"""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import UNSET

from groundplane.accounts import team
from groundplane.batches import operations as batches
from groundplane.errors import Conflict, InvalidParameter, InvalidRequest, NotFound
from groundplane.projects import operations as projects
from groundplane.projects.model import check_name
from groundplane.projects.queries import Project
from groundplane.storage.database import Connection, Tenant
from groundplane.studio import queries
from groundplane.studio.model import (
    CALIBRATION,
    PRODUCTION,
    Assignment,
    Group,
    GroupChange,
    NewGroup,
    StudioBatch,
    Worker,
)
from groundplane.studio.queries import GroupRow, StudioBatchRow
from groundplane.tasks import batch_work
from groundplane.wire.values import new_id

GROUP = "Group with that name"


async def assignments(
    db: Connection, tenant: Tenant, *, active_only: bool = False
) -> dict[str, list[str]]:
    """By e-mail address: the projects that people are assigned to.

    With `active_only` not of those who were invited and have not come in yet.
    """
    found: dict[str, list[str]] = {}
    for row in await queries.assignments(db, tenant):
        if active_only and not row.is_active:
            continue
        theirs = found.setdefault(row.email, [])
        if row.project is not None:
            theirs.append(row.project)
    return found


async def assign(
    db: Connection, tenant: Tenant, asked: Assignment, *, remove: bool
) -> dict[str, list[str]]:
    """Assign people to projects, or no more; then all assignments.

    Who leaves a project leaves its groups.

    Raises:
        NotFound: no such project or teammate.
    """
    people = await team.find(db, tenant.account_id, asked.emails)
    found = [await projects.get(db, tenant, name) for name in asked.projects]
    change = queries.unassign if remove else queries.assign
    await change(
        db,
        tenant,
        [project.project_id for project in found],
        [person.person_id for person in people],
    )
    return await assignments(db, tenant)


async def groups(db: Connection, tenant: Tenant, project_name: str) -> list[Group]:
    """Raises NotFound: no such project."""
    project = await projects.get(db, tenant, project_name)
    return await _groups(db, tenant, project.project_id)


async def create_group(db: Connection, tenant: Tenant, project_name: str, new: NewGroup) -> Group:
    """A group of people who are assigned to the project.

    Raises:
        NotFound: no such project or teammate.
        InvalidParameter: somebody is not assigned to the project, or the name cannot be.
        Conflict: the project has a group of that name.
    """
    check_name("name", new.name)
    project = await projects.get(db, tenant, project_name)
    person_ids = await _assigned(db, tenant, project, "emails", new.emails)
    row = GroupRow(new_id(), new.name, is_singleton=False)
    if not await queries.insert_group(db, tenant, project.project_id, row):
        raise Conflict(f"A group with the name {new.name} already exists.")
    await queries.join_group(db, tenant, project.project_id, row.group_id, person_ids)
    return await _group(db, tenant, project.project_id, new.name)


async def change_group(
    db: Connection, tenant: Tenant, project_name: str, name: str, change: GroupChange
) -> Group:
    """Raises NotFound and InvalidParameter as create_group, InvalidRequest: of a singleton."""
    project = await projects.get(db, tenant, project_name)
    group = await _group(db, tenant, project.project_id, name)
    if group.is_singleton:
        raise InvalidRequest(f"Group {name} stands for one person and cannot be changed.")
    joining = await _assigned(db, tenant, project, "add_emails", change.add_emails)
    leaving = [
        person.person_id for person in await team.find(db, tenant.account_id, change.remove_emails)
    ]
    await queries.leave_group(db, tenant, group.id, leaving)
    await queries.join_group(db, tenant, project.project_id, group.id, joining)
    return await _group(db, tenant, project.project_id, name)


async def pending_batches(db: Connection, tenant: Tenant) -> list[StudioBatch]:
    """In the order in which they are to be worked on."""
    return await _shown(db, tenant, await queries.pending_batches(db, tenant))


async def set_groups(
    db: Connection, tenant: Tenant, batch_name: str, names: Sequence[str]
) -> StudioBatch:
    """Who is to work on a batch, instead of who was; a person's address may stand for a group.

    Raises:
        NotFound: no such batch, or neither a group nor a teammate of that name.
        InvalidParameter: somebody is not assigned to the project.
    """
    batch = await batches.get_locked(db, tenant, batch_name)
    project = await projects.get(db, tenant, batch.project)
    ids = [await _group_or_singleton(db, tenant, project, name) for name in names]
    await queries.clear_groups_of_batch(db, tenant, batch.batch_id)
    await queries.add_groups_to_batch(db, tenant, batch.batch_id, ids)
    return (await _shown(db, tenant, await queries.batch(db, tenant, batch.batch_id)))[0]


async def set_priorities(db: Connection, tenant: Tenant, names: Sequence[str]) -> list[StudioBatch]:
    """Put all pending batches into this order.

    Raises:
        NotFound: no such batch.
        InvalidParameter: one is not pending, or a pending one is missing.
    """
    pending = {row.name: row.batch_id for row in await queries.pending_batches(db, tenant)}
    for index, name in enumerate(names):
        if name not in pending:
            await batches.get(db, tenant, name)
            raise InvalidParameter(f"batches.{index}.name", "must be a pending batch")
    if missing := pending.keys() - set(names):
        raise InvalidParameter("batches", f"must list all pending batches, {min(missing)} too")
    await queries.set_priorities(db, tenant, [pending[name] for name in names])
    return await pending_batches(db, tenant)


async def reset_priorities(db: Connection, tenant: Tenant) -> list[StudioBatch]:
    """Calibration batches first, then the oldest."""
    await queries.set_priorities(db, tenant, [])
    return await pending_batches(db, tenant)


async def _groups(db: Connection, tenant: Tenant, project_id: str) -> list[Group]:
    workers: dict[str, list[Worker]] = defaultdict(list)
    for row in await queries.workers(db, tenant, project_id):
        workers[row.group_id].append(Worker(row.person_id, row.email))
    return [
        Group(
            id=row.group_id,
            name=row.name,
            num_workers=len(workers[row.group_id]),
            is_singleton=row.is_singleton,
            workers=workers[row.group_id],
        )
        for row in await queries.groups(db, tenant, project_id)
    ]


async def _group(db: Connection, tenant: Tenant, project_id: str, name: str) -> Group:
    for group in await _groups(db, tenant, project_id):
        if group.name == name:
            return group
    raise NotFound(GROUP)


async def _assigned(
    db: Connection, tenant: Tenant, project: Project, path: str, emails: Sequence[str]
) -> list[str]:
    """The ids of people who are assigned to the project."""
    people = await team.find(db, tenant.account_id, emails)
    ids = [person.person_id for person in people]
    if await queries.count_assigned(db, tenant, project.project_id, ids) < len(ids):
        raise InvalidParameter(path, f"must be assigned to the project {project.name}")
    return ids


async def _group_or_singleton(db: Connection, tenant: Tenant, project: Project, name: str) -> str:
    known = {row.name: row for row in await queries.groups(db, tenant, project.project_id)}
    row = known.get(name)
    if row is not None and not row.is_singleton:
        return row.group_id
    if "@" not in name:
        raise NotFound(GROUP)
    (person,) = await team.find(db, tenant.account_id, [name])
    person_ids = await _assigned(db, tenant, project, "groups", [name])
    singleton = known.get(person.email)
    if singleton is None:
        singleton = GroupRow(new_id(), person.email, is_singleton=True)
        if not await queries.insert_group(db, tenant, project.project_id, singleton):
            raise Conflict(f"A group with the name {person.email} is being made.")
    await queries.join_group(db, tenant, project.project_id, singleton.group_id, person_ids)
    return singleton.group_id


async def _shown(
    db: Connection, tenant: Tenant, rows: Sequence[StudioBatchRow]
) -> list[StudioBatch]:
    ids = [row.batch_id for row in rows]
    counts = await batch_work.counts(db, tenant, ids)
    groups_of: dict[str, list[str]] = defaultdict(list)
    for found in await queries.groups_of_batches(db, tenant, ids):
        groups_of[found.batch_id].append(found.name)
    return [
        StudioBatch(
            id=row.batch_id,
            name=row.name,
            project_id=row.project_id,
            project_name=row.project,
            batch_type=CALIBRATION if row.calibration else PRODUCTION,
            studio_priority=UNSET if row.studio_priority is None else row.studio_priority,
            total=counts[row.batch_id].total(),
            completed=counts[row.batch_id]["completed"],
            groups=groups_of[row.batch_id],
        )
        for row in rows
    ]
