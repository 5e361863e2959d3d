import pytest

from groundplane.errors import InvalidRequest, NotFound
from groundplane.projects import operations
from groundplane.storage.database import Database, Mode, Tenant


async def test_a_project_is_made_once_and_keeps_its_type(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        first = await operations.create(db, tenant, "roads", "lidarannotation")
        again = await operations.create(db, tenant, "roads", "lidarlinking")
        assert first == again
        found = await operations.for_new_task(db, tenant, "roads", "lidarannotation")
        assert found == first
        with pytest.raises(InvalidRequest):
            await operations.for_new_task(db, tenant, "roads", "lidarlinking")


async def test_the_other_world_has_no_such_project(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant) as db:
        await operations.create(db, tenant, "roads", "lidarannotation")
    test_world = Tenant(tenant.account_id, Mode.TEST)
    async with database.transaction(test_world) as db:
        with pytest.raises(NotFound):
            await operations.for_new_task(db, test_world, "roads", "lidarannotation")
