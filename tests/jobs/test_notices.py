"""Whom a new job wakes: notices keep commits apart, so one is given only where it is needed."""

import psycopg

from databases import Urls
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant


async def enqueue(context: Context, tenant: Tenant, queue: str, *, delay_s: float = 0) -> int:
    args = {"account_id": tenant.account_id, "mode": tenant.mode.value}
    async with context.database.transaction(tenant) as db:
        return await context.queue.defer(db, "test.job", args, queue=queue, delay_s=delay_s)


async def test_only_the_first_job_that_waits_in_a_queue_is_a_notice(
    context: Context, tenant: Tenant, database_urls: Urls
) -> None:
    listener = await psycopg.AsyncConnection.connect(database_urls.owner, autocommit=True)
    async with listener:
        await listener.execute('LISTEN "procrastinate_queue_v1#ingest"')

        async def noticed() -> int:
            return len([one async for one in listener.notifies(timeout=0.2)])

        await enqueue(context, tenant, "ingest", delay_s=3600)
        await enqueue(context, tenant, "callbacks")
        await noticed()
        await enqueue(context, tenant, "ingest")
        assert await noticed() == 1  # neither a later job nor another queue's was in the way
        await enqueue(context, tenant, "ingest")
        assert await noticed() == 0
        await listener.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'ingest'")
        await enqueue(context, tenant, "ingest")
        assert await noticed() == 1
