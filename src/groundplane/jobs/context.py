"""What a job may use. Made once per worker by worker.py; each run gets its own `job`."""

from dataclasses import dataclass

from groundplane.fetch.fetcher import Fetcher
from groundplane.fetch.mail import Mailer
from groundplane.jobs.child import ChildProcess
from groundplane.jobs.queue import Job, Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret


@dataclass(frozen=True, slots=True)
class Context:
    database: Database
    blobs: Blobs
    fetcher: Fetcher
    mailer: Mailer
    queue: Queue
    child: ChildProcess
    public_url: str
    secret: InstanceSecret
    job: Job | None = None  # for queue.fence; None outside of a job
