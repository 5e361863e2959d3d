"""What the editor's checks mean for a task."""

from groundplane.jobs.context import Context
from groundplane.labeling import work_checks
from groundplane.labeling.model import CHECKS
from groundplane.labeling.work_checks import WorkCheckRule
from groundplane.storage.database import Tenant


async def test_a_check_is_a_warning_until_the_project_says_otherwise(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    async with context.database.transaction(tenant) as db:
        assert await work_checks.of_task(db, tenant, task_id) == dict.fromkeys(CHECKS, "warning")
        rule = WorkCheckRule(None, {"cut": "off", "overlap": "must_fix", "no_points": "warning"})
        assert await work_checks.set_rule(db, tenant, rule)
        found = await work_checks.of_task(db, tenant, task_id)
    assert {name: said for name, said in found.items() if said != "warning"} == {
        "cut": "off",
        "overlap": "must_fix",
    }
