"""Which worker processes there are; `serve` starts one of each without importing their work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkClass:
    """What one worker process serves, and how much of it at a time."""

    queues: tuple[str, ...]
    concurrency: int


WORK_CLASSES = {
    # Two frames at a time: one is fetched while the child decodes the other.
    "ingest": WorkClass(("ingest",), 2),
    "callbacks": WorkClass(("callbacks",), 16),
    "housekeeping": WorkClass(("housekeeping",), 4),
}
