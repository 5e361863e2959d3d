"""A worker process of its own, to be killed: `python callback_worker.py DATABASE_URL FOLDER`."""

import asyncio
import sys
from pathlib import Path

from callback_tasks import QUICK

from groundplane.callbacks import jobs
from groundplane.jobs.running import run_worker
from job_contexts import context_for


async def main(url: str, folder: Path) -> None:
    async with context_for(url, folder) as context:
        await run_worker(
            context,
            jobs.JOBS,
            jobs.PERIODIC,
            queues=["callbacks", "housekeeping"],
            concurrency=4,
            stop=asyncio.Event(),
            timing=QUICK,
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
