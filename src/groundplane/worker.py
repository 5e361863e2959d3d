"""One worker process: `python -m groundplane.worker DATA CLASS`.

Concurrency is per process, so each class of work has its own: a callback must not wait behind a
point cloud.
"""

import asyncio
import signal
import sys
from pathlib import Path

from groundplane.callbacks.jobs import JOBS as CALLBACK_JOBS
from groundplane.callbacks.jobs import PERIODIC as CALLBACK_PERIODIC
from groundplane.fetch.fetcher import Fetcher
from groundplane.fetch.mail import Mailer
from groundplane.files.jobs import PERIODIC as FILE_PERIODIC
from groundplane.jobs.child import ChildProcess
from groundplane.jobs.context import Context
from groundplane.jobs.queue import Queue
from groundplane.jobs.running import run_worker
from groundplane.labeling.jobs import JOBS as LABELING_JOBS
from groundplane.logs import configure_logs
from groundplane.settings import Settings, read_settings
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret
from groundplane.tasks.check_jobs import JOBS as CHECK_JOBS
from groundplane.tasks.dependent_jobs import JOBS as DEPENDENT_JOBS
from groundplane.tasks.dependent_jobs import PERIODIC as DEPENDENT_PERIODIC
from groundplane.tasks.idempotency_jobs import PERIODIC as IDEMPOTENCY_PERIODIC
from groundplane.tasks.instruction_jobs import JOBS as INSTRUCTION_JOBS
from groundplane.tasks.jobs import JOBS as TASK_JOBS
from groundplane.tasks.sweep_jobs import PERIODIC as SWEEP_PERIODIC
from groundplane.tasks.trial_jobs import JOBS as TRIAL_JOBS
from groundplane.tasks.trial_jobs import PERIODIC as TRIAL_PERIODIC
from groundplane.work_classes import WORK_CLASSES, WorkClass

JOBS = (
    *(*TASK_JOBS, *CHECK_JOBS, *TRIAL_JOBS, *INSTRUCTION_JOBS, *DEPENDENT_JOBS),
    *(*LABELING_JOBS, *CALLBACK_JOBS),
)
PERIODIC = (
    *CALLBACK_PERIODIC,
    *DEPENDENT_PERIODIC,
    *SWEEP_PERIODIC,
    *TRIAL_PERIODIC,
    *IDEMPOTENCY_PERIODIC,
    *FILE_PERIODIC,
)


async def run(settings: Settings, work: WorkClass) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for order in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(order, stop.set)
    assert settings.database_url is not None
    database = await Database.open(settings.database_url, most_connections=work.concurrency + 2)
    fetcher = Fetcher(allow=settings.fetch_allow, files_root=settings.files_root)
    try:
        async with ChildProcess() as child:
            context = Context(
                database=database,
                blobs=Blobs.open(settings.blobs),
                fetcher=fetcher,
                mailer=Mailer(
                    settings.mail_server,
                    settings.mail_from,
                    settings.outbox,
                    rules=settings.mail_rules,
                ),
                queue=Queue(settings.database_url),
                child=child,
                public_url=settings.public_url,
                secret=InstanceSecret.load_or_create(settings.data),
            )
            await run_worker(
                context,
                JOBS,
                PERIODIC,
                queues=work.queues,
                concurrency=work.concurrency,
                stop=stop,
            )
    finally:
        await fetcher.aclose()
        await database.close()


if __name__ == "__main__":
    configure_logs(f"worker {sys.argv[2]}")
    asyncio.run(run(read_settings(Path(sys.argv[1])), WORK_CLASSES[sys.argv[2]]))
