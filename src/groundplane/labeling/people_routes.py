"""/app/people/…: how much everybody does, and letting people go."""

import msgspec

from groundplane.accounts import staff
from groundplane.labeling import people, people_queries
from groundplane.storage.database import Database, Tenant
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post, put
from groundplane.wire.values import timestamp


class PersonWork(msgspec.Struct):
    """`in_hand`: begun or given, and not handed in. `active_at`: the last sign of work, if any."""

    person_id: str
    in_hand: int
    done: int
    active_at: str | None


class TeamWork(msgspec.Struct):
    people: list[PersonWork]


class Disabled(msgspec.Struct):
    disabled: bool


class LetGo(msgspec.Struct):
    """How many tasks, of the live and the test half, are anybody's now."""

    given_back: int


@get("/app/team-work")
async def team_work(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> TeamWork:
    """Of everybody: how many tasks they have in hand and have handed in."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        rows = await people_queries.work_of_everybody(db, tenant)
    return TeamWork(
        [
            PersonWork(
                row.person_id,
                row.in_hand,
                row.done,
                None if row.active_at is None else timestamp(row.active_at),
            )
            for row in rows
        ]
    )


@put("/app/people/{person_id:str}/disabled")
async def disable_person(
    person_id: FromPath[str],
    data: JSONBody[Disabled],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> LetGo:
    """Let somebody in no more, or again; their place in projects and groups stays."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        if data.disabled:
            return LetGo(await people.disable(db, person, person_id, removed=False))
        await staff.enable(db, person, person_id)
    return LetGo(0)


@post("/app/people/{person_id:str}/remove")
async def remove_person(
    person_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> LetGo:
    """Disable somebody and take them off every list; their name stays with their work."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return LetGo(await people.disable(db, person, person_id, removed=True))


ROUTES = (team_work, disable_person, remove_person)
