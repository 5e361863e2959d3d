"""A process that is killed on its way from a completion to the tasks that are made of it.

python killed_dependents.py DATABASE_URL FOLDER POINT
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from groundplane.tasks import dependent_jobs, dependent_queries, dependents
from job_contexts import context_for

# Where it dies: what is written by then is in the open transaction only, or committed.
POINTS = ("event_taken", "rows_written", "ordered", "task_created", "made")


def dies_after(module: Any, name: str) -> None:
    """The process is killed as this function returns; its transaction is still open."""
    real = getattr(module, name)

    async def last(*args: Any, **kwargs: Any) -> None:
        await real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, last)


async def main(url: str, folder: Path, point: str) -> None:
    if point == "event_taken":
        dies_after(dependent_queries, "take_events")
    if point == "rows_written":
        dies_after(dependents, "_order_all")
    if point == "task_created":
        dies_after(dependent_queries, "settle_dependent_task")
    async with context_for(url, folder) as context:
        await dependent_jobs.read_events(context)
        if point == "ordered":
            os.kill(os.getpid(), signal.SIGKILL)
        for tenant, root, position in await ordered(context):
            await dependent_jobs.make_dependent(
                context,
                account_id=tenant.account_id,
                mode=tenant.mode.value,
                root_task_id=root,
                position=position,
            )
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from dependent_tasks import ordered

    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
