"""What is killed at a failpoint: the web process alone, or the product as `serve` runs it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from failing_web import LOCKS, POINTS, Point
from psycopg import sql

from databases import Urls
from groundplane.storage.embedded import running_urls
from serving import Product, wait_until

HERE = Path(__file__).parent


class Stage(Protocol):
    """A product that answers on `port`, and the database's address for looking."""

    @property
    def port(self) -> int: ...

    @property
    def owner_url(self) -> str: ...

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        ...

    def start(self) -> None: ...


class WebAlone:
    """The real web process, killed without its database and forked anew from a warm parent.

    As under `serve`, the socket stays open meanwhile, and who comes then waits in it.
    """

    def __init__(self, urls: Urls, folder: Path) -> None:
        self.owner_url = urls.owner
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        fd = self._listening.fileno()
        self._child = 0
        self._log = folder.joinpath("web.log").open("wb")
        self._parent = subprocess.Popen(
            [sys.executable, HERE / "failing_web.py", folder, str(fd)],
            env={**os.environ, "GROUNDPLANE_DATABASE_URL": urls.app},
            pass_fds=(fd,),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def start(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(b"\n")
        self._parent.stdin.flush()
        self._child = int(self._parent.stdout.readline())

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{self._child}").exists(), 5, "the web process is gone")

    def close(self) -> None:
        _, _ = self._parent.communicate()  # its end of file, upon which it ends the child
        self._log.close()
        self._listening.close()


class WholeTree:
    """`groundplane serve`; every second kill is of `serve` alone, whose tree the kernel ends."""

    def __init__(self, folder: Path) -> None:
        paths = (*(HERE / "failing_site", HERE), os.environ.get("PYTHONPATH"))
        path = os.pathsep.join(str(path) for path in paths if path is not None)
        self.product = Product(folder / "data", environment={"PYTHONPATH": path})
        self.port = self.product.port
        self._kills = 0

    @property
    def owner_url(self) -> str:
        urls = running_urls(self.product.data / "postgres")
        assert urls is not None
        return urls[0]

    def start(self) -> None:
        self.product.start()

    def kill(self) -> None:
        self._kills += 1
        (self.product.kill_alone if self._kills % 2 else self.product.kill_tree)()


def put_points_into_database(owner_url: str) -> None:
    """Triggers that come by the points, and a list of the jobs ever made, done or not."""
    with psycopg.connect(owner_url, autocommit=True) as db:
        db.execute(
            """
            CREATE FUNCTION come_by() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::integer, TG_ARGV[1]::integer);
                RETURN NEW;
            END $$;
            CREATE TABLE job_made (task_id text);
            CREATE FUNCTION list_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                INSERT INTO job_made
                SELECT NEW.args->>'task_id' WHERE NEW.task_name = 'tasks.ingest';
                RETURN NEW;
            END $$;
            CREATE TRIGGER list_job AFTER INSERT ON procrastinate_jobs
                FOR EACH ROW EXECUTE FUNCTION list_job()
            """
        )
        for point in POINTS:
            if point.trigger is not None:
                db.execute(_trigger(point, point.trigger))


def _trigger(point: Point, when: str) -> sql.Composed:
    shape = "CREATE TRIGGER {} " + when
    if when == "COMMIT":
        shape = (
            "CREATE CONSTRAINT TRIGGER {} AFTER INSERT ON idempotency_key"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        )
    shape += " EXECUTE FUNCTION come_by({}, {})"
    return sql.SQL(shape).format(  # pyright: ignore[reportArgumentType] - made of the constants above
        sql.Identifier(point.name), sql.Literal(LOCKS), sql.Literal(point.number)
    )


class Gate:
    """A point that the test holds: who comes by stands still there."""

    def __init__(self, db: psycopg.Connection, point: Point) -> None:
        self._db, self._point = db, point

    def wait_reached(self) -> None:
        wait_until(self._is_reached, 20, f"the creation stands {self._point}")

    def _is_reached(self) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND NOT granted AND database = (SELECT oid FROM pg_database"
            "                                 WHERE datname = current_database())",
            [LOCKS, self._point.number],
        )
        return found.fetchone() is not None


@contextmanager
def held(stage: Stage, point: Point) -> Generator[Gate]:
    """The lock ends with its connection, or with the database that was killed."""
    with ExitStack() as ending:
        db = psycopg.connect(stage.owner_url, autocommit=True)
        ending.callback(db.close)
        db.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, point.number])
        yield Gate(db, point)
