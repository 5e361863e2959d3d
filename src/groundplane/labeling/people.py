"""Who may not work here any more: their work goes to others. None commits."""

from groundplane.accounts import queries as accounts
from groundplane.accounts import staff
from groundplane.labeling import people_queries
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.studio import group_queries
from groundplane.wire.people import Person


async def disable(db: Connection, manager: Person, person_id: str, *, removed: bool) -> int:
    """Let somebody in no more, and others go on with their tasks; how many those are.

    Fixes of delivered work that they had open stay open: managers go on with them or discard
    them. With `removed` they leave every project and group too.

    Raises:
        NotFound, Forbidden, Conflict: as accounts.staff.disable.
    """
    await staff.disable(db, manager, person_id, removed=removed)
    given_back = 0
    for mode in Mode:  # people belong to both halves of an account, and work is of one
        world = Tenant(manager.account_id, mode)
        await accounts.enter_world(db, world)
        given_back += await people_queries.give_all_back(db, world, person_id)
        if removed:
            await group_queries.leave_all(db, world, person_id)
    return given_back
