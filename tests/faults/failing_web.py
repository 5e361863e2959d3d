"""Points at which the creation of a task can be held, so that a test kills it right there.

A point is an advisory lock of PostgreSQL. Whoever comes by takes it shared, which is nothing until
the test holds it alone; then the process, or the statement, stands still and pg_locks shows it.

Started as a program, `failing_web.py DATA SOCKET_FD` imports the web process once and forks it for
every line it reads, so that a killed one is replaced in a tenth of the time. It answers with the
child's process id.
"""

import asyncio
import inspect
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
from litestar import Litestar
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOCKS = 808  # the class of our advisory locks; the product's have none


class Kept(Enum):
    """Whether the task is there after a kill at the point."""

    NO = "no"
    PERHAPS = "perhaps"  # the database goes on with a COMMIT whose client has died
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Point:
    """`trigger`: the rows before or after which the database stops; None: the web process does."""

    number: int
    name: str
    kept: Kept
    trigger: str | None

    def __str__(self) -> str:
        return self.name


FIRST_EVENT = " FOR EACH ROW WHEN (NEW.event = 'created')"  # not those of workers
ITS_JOB = " FOR EACH ROW WHEN (NEW.task_name = 'tasks.ingest')"
# One statement writes task, params, event and job. PostgreSQL fires what comes after a row when
# the statement has written all of them, so "after" is later than every "before" but the answer's.
POINTS = tuple(
    Point(number, name, kept, trigger)
    for number, (name, kept, trigger) in enumerate(
        (
            ("after the parse", Kept.NO, None),
            ("after the validation", Kept.NO, None),
            ("after the key is taken", Kept.NO, None),
            ("before the task", Kept.NO, "BEFORE INSERT ON task FOR EACH ROW"),
            ("before the params", Kept.NO, "BEFORE INSERT ON task_params FOR EACH ROW"),
            ("before the event", Kept.NO, "BEFORE INSERT ON task_event" + FIRST_EVENT),
            ("before the job", Kept.NO, "BEFORE INSERT ON procrastinate_jobs" + ITS_JOB),
            ("after the job", Kept.NO, "AFTER INSERT ON procrastinate_jobs" + ITS_JOB),
            ("after the task", Kept.NO, "AFTER INSERT ON task FOR EACH ROW"),
            ("after the event", Kept.NO, "AFTER INSERT ON task_event" + FIRST_EVENT),
            ("before the answer is kept", Kept.NO, "BEFORE INSERT ON idempotency_key FOR EACH ROW"),
            ("after the answer is kept", Kept.NO, "AFTER INSERT ON idempotency_key FOR EACH ROW"),
            ("before the commit", Kept.PERHAPS, "COMMIT"),
            ("after the commit", Kept.YES, None),
            ("before the first byte", Kept.YES, None),
            ("amid the body", Kept.YES, None),
            ("after the reply", Kept.YES, None),
        )
    )
)
NAMED = {point.name: point for point in POINTS}
AFTER_THE_REPLY = NAMED["after the reply"]


def come_by(point: Point) -> None:
    with suppress(psycopg.OperationalError):  # killed a moment before us: there is no gate left
        _gates().execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCKS, point.number])


@cache
def _gates() -> psycopg.Connection:
    return psycopg.connect(os.environ["GROUNDPLANE_DATABASE_URL"], autocommit=True)


def put_points_into_web() -> None:
    """Before groundplane.app is imported: it takes `build_app` by name."""
    from groundplane.tasks import creation_routes, idempotency, operations  # noqa: PLC0415 - as above
    from groundplane.wire import app_parts, bodies  # noqa: PLC0415 - as above

    _stop_after(bodies, "read_object", NAMED["after the parse"])
    _stop_after(operations, "read_order", NAMED["after the validation"])
    _stop_after(idempotency, "begin", NAMED["after the key is taken"])
    _stop_after(creation_routes, "_answer_once", NAMED["after the commit"])
    build_app = app_parts.build_app

    def build_stopping(*given: Any, **named: Any) -> ASGIApp:
        return StopsInReply(build_app(*given, **named))

    app_parts.build_app = build_stopping


def _stop_after(module: ModuleType, name: str, point: Point) -> None:
    original: Callable[..., Any] = getattr(module, name)

    @wraps(original)
    def then(*given: Any, **named: Any) -> Any:
        result = original(*given, **named)
        if inspect.isawaitable(result):
            return _awaited(result, point)
        come_by(point)
        return result

    setattr(module, name, then)


async def _awaited(result: Awaitable[object], point: Point) -> object:
    settled = await result
    come_by(point)
    return settled


@dataclass(frozen=True, slots=True)
class StopsInReply:
    """The app, whose answer to a creation can be held before its head and amid its body."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stopping(message: Message) -> None:
            if message["type"] == "http.response.start":
                come_by(NAMED["before the first byte"])
            elif message["type"] == "http.response.body" and (body := message["body"]):
                half = len(body) // 2
                await send({"type": "http.response.body", "body": body[:half], "more_body": True})
                # In a thread, so that the loop writes the half to the socket meanwhile.
                await asyncio.to_thread(come_by, NAMED["amid the body"])
                message = {**message, "body": body[half:]}
            await send(message)

        is_creation = scope["type"] == "http" and scope["path"].startswith("/v1/task/")
        await self.app(scope, receive, stopping if is_creation else send)


def fork_webs(data: Path, listening: socket.socket) -> None:
    put_points_into_web()
    import uvloop  # noqa: PLC0415 - after the points are put

    from groundplane import app  # noqa: PLC0415 - the same
    from groundplane.logs import configure_logs  # noqa: PLC0415 - the same
    from groundplane.settings import read_settings  # noqa: PLC0415 - the same

    configure_logs("web")
    Litestar()  # imports what the framework only looks for when an app is built: half a second
    settings = read_settings(data)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    child = 0
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            uvloop.run(app.run(settings, listening))
            return
        print(child, flush=True)  # noqa: T201 - the test reads it
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    fork_webs(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
