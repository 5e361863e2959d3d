"""What is kept of idempotency keys goes after a day, of every tenant."""

from datetime import UTC, datetime, timedelta

import psycopg

from databases import Urls
from groundplane.jobs.context import Context
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.tasks import idempotency, idempotency_jobs
from groundplane.tasks.idempotency import Answer, Keyed


async def test_old_answers_are_deleted_and_young_ones_kept(
    context: Context, database: Database, database_urls: Urls, tenant: Tenant
) -> None:
    worlds = [tenant, Tenant(tenant.account_id, Mode.TEST)]
    for world in worlds:
        for key in ("old", "young"):
            async with database.transaction(world) as db:
                asked = Keyed(key, "k" * 24, b"digest")
                assert await idempotency.begin(db, world, asked) is None
                await idempotency.remember(db, world, asked, Answer(200, b"{}"))
    now = datetime.now(UTC)
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        for key, age in (("old", timedelta(hours=24, minutes=1)), ("young", timedelta(hours=23))):
            owner.execute(
                "UPDATE idempotency_key SET created_at = %s WHERE key = %s", [now - age, key]
            )
        await idempotency_jobs.forget_old(context)
        await idempotency_jobs.forget_old(context)
        left = owner.execute("SELECT mode, key FROM idempotency_key ORDER BY mode").fetchall()
    assert left == [("live", "young"), ("test", "young")]
    for world in worlds:
        async with database.transaction(world) as db:
            answer = await idempotency.answered(db, world, Keyed("young", "k" * 24, b"digest"))
        assert answer == Answer(200, b"{}")
