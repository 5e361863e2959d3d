"""Groups as a manager changes them in the browser. None commits."""

from collections.abc import Sequence

from groundplane.accounts import team
from groundplane.errors import Conflict, InvalidParameter, InvalidRequest, NotFound
from groundplane.projects.model import check_name
from groundplane.storage.database import Connection, Tenant
from groundplane.studio import group_queries, queries
from groundplane.studio.group_queries import NamedGroupRow

GROUP = "Group with that ID"


async def rewrite(
    db: Connection, tenant: Tenant, group_id: str, name: str, emails: Sequence[str]
) -> None:
    """Give a group this name and these members.

    Raises:
        NotFound: no such group or teammate.
        InvalidParameter: somebody is not assigned to the project, or the name cannot be.
        InvalidRequest: the group stands for one person.
        Conflict: the project has another group of that name.
    """
    check_name("name", name)
    group = await _locked(db, tenant, group_id)
    people = [one.person_id for one in await team.find(db, tenant.account_id, emails)]
    if await queries.count_assigned(db, tenant, group.project_id, people) < len(people):
        raise InvalidParameter("emails", f"must be assigned to the project {group.project}")
    if not await group_queries.rename_group(db, tenant, group_id, name):
        raise Conflict(f"A group with the name {name} already exists.")
    await group_queries.set_members(db, tenant, group_id, group.project_id, people)


async def delete(db: Connection, tenant: Tenant, group_id: str) -> None:
    """Give a group up: batches that were kept for it alone are anybody's of the project.

    Raises:
        NotFound: no such group.
        InvalidRequest: the group stands for one person.
    """
    await _locked(db, tenant, group_id)
    await group_queries.delete_group(db, tenant, group_id)


async def _locked(db: Connection, tenant: Tenant, group_id: str) -> NamedGroupRow:
    group = await group_queries.lock_group(db, tenant, group_id)
    if group is None:
        raise NotFound(GROUP)
    if group.is_singleton:
        raise InvalidRequest(f"Group {group.name} stands for one person and cannot be changed.")
    return group
