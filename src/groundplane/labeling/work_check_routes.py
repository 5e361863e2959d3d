"""/app/work-checks: what the editor's checks mean in a project, as its managers see it."""

import msgspec

from groundplane.errors import InvalidParameter, NotFound
from groundplane.labeling import work_checks
from groundplane.labeling.model import CheckName
from groundplane.labeling.work_checks import WorkCheckRule
from groundplane.storage.database import Database, Tenant
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import JSONBody, NamedDependency, get, put

# Too much stands about that nobody asked for.
NEVER_MUST_FIX: CheckName = "unlabeled"


class WorkCheckRules(msgspec.Struct):
    rules: list[WorkCheckRule]


@get("/app/work-checks")
async def read_work_checks(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> WorkCheckRules:
    """Of every project, and of the tasks without one: what each check means."""
    person.must_be(Role.REVIEWER)
    async with database.transaction(tenant) as db:
        return WorkCheckRules(await work_checks.rules(db, tenant))


@put("/app/work-checks")
async def set_work_checks(
    data: JSONBody[WorkCheckRule],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> WorkCheckRule:
    """For who opens a task of the project from now on."""
    person.must_be(Role.MANAGER)
    if data.checks.get(NEVER_MUST_FIX) == "must_fix":
        raise InvalidParameter(f"checks.{NEVER_MUST_FIX}", "can be a warning only, or off")
    async with database.transaction(tenant) as db:
        if not await work_checks.set_rule(db, tenant, data):
            raise NotFound("Project with that name")
    return WorkCheckRule(data.project, work_checks.complete(data.checks))


ROUTES = (read_work_checks, set_work_checks)
