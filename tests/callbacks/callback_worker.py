"""A worker process of its own, to be killed: `python callback_worker.py DATABASE_URL FOLDER`.

A third argument is how many seconds a receiver has for its answer. It then serves callbacks alone,
as the product's own worker does, and says so on standard output when it begins.
"""

import asyncio
import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path

from callback_tasks import QUICK

from groundplane.callbacks import jobs
from groundplane.fetch.fetcher import Fetcher, Posted
from groundplane.jobs.running import Timing, run_worker
from job_contexts import context_for

CONCURRENCY = 16
# On a busy machine a worker that lives is heard of late, and must not be taken for dead.
PATIENT = Timing(
    heartbeat_s=0.5, stalled_after_s=2.5, reap_every_s=0.5, poll_every_s=0.1, grace_s=1
)


class ImpatientFetcher(Fetcher):
    """Waits for an answer as long as it is told and no longer."""

    patience_s: float = 15

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        connect_timeout_s: float = 3,
        total_timeout_s: float = 15,
    ) -> Posted:
        patience_s = min(total_timeout_s, self.patience_s)
        return await super().post(
            url, body, headers, connect_timeout_s=connect_timeout_s, total_timeout_s=patience_s
        )


async def main(url: str, folder: Path, patience_s: float | None) -> None:
    async with context_for(url, folder) as usual:
        fetcher = usual.fetcher
        if patience_s is not None:
            fetcher = ImpatientFetcher(allow=["127.0.0.1"], files_root=folder)
            fetcher.patience_s = patience_s
            print("begins", flush=True)  # noqa: T201 - to whom started it
        await run_worker(
            dataclasses.replace(usual, fetcher=fetcher),
            jobs.JOBS,
            jobs.PERIODIC,
            queues=["callbacks", "housekeeping"] if patience_s is None else ["callbacks"],
            concurrency=4 if patience_s is None else CONCURRENCY,
            stop=asyncio.Event(),
            timing=QUICK if patience_s is None else PATIENT,
        )


if __name__ == "__main__":
    patience = float(sys.argv[3]) if len(sys.argv) > 3 else None
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), patience))
