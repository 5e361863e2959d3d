"""The product as a user starts it: `groundplane serve`, killed and started again at will."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil

from groundplane.work_classes import WORK_CLASSES

GROUNDPLANE = Path(sys.executable).with_name("groundplane")
READY_WITHIN_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_true: Callable[[], bool], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


def is_worker(process: psutil.Process) -> bool:
    try:
        return "groundplane.worker" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


@dataclass
class Product:
    """One instance: a data folder, a port, and the process tree while it runs."""

    data: Path
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.with_name(self.data.name + ".log")

    def start(self) -> float:
        """Seconds until /readyz said yes."""
        started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(GROUNDPLANE, "serve", "--port", str(self.port), "--data", str(self.data)),
                    *self.arguments,
                ],
                env={**os.environ, "GROUNDPLANE_FETCH_ALLOW": "127.0.0.1", **self.environment},
                stdout=log,
                stderr=log,
            )
        wait_until(self.is_ready, READY_WITHIN_S, f"ready; see {self.log}")
        return time.monotonic() - started

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        # A client of httpx, made for each question, would take the CPU of what it asks about.
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def tree(self) -> list[psutil.Process]:
        assert self.process is not None
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """All three; they start when web is ready."""
        wait_until(lambda: len(self._workers()) == len(WORK_CLASSES), 20, "three workers")
        return self._workers()

    def _workers(self) -> list[psutil.Process]:
        return [one for one in self.tree() if is_worker(one)]

    def kill_alone(self) -> float:
        """SIGKILL `serve` only; seconds until nothing of its tree was left."""
        return self._kill(self.tree()[:1])

    def kill_tree(self) -> float:
        """SIGKILL every process at once, PostgreSQL's too."""
        return self._kill(self.tree())

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(40)

    def _kill(self, targets: list[psutil.Process]) -> float:
        everybody = self.tree()
        killed_at = time.monotonic()
        for process in targets:
            with suppress(psutil.NoSuchProcess):  # a backend whose client was killed just now
                process.kill()
        assert self.process is not None
        self.process.wait()
        psutil.wait_procs(everybody, timeout=10)
        wait_until(lambda: not any(alive(p) for p in everybody), 5, "the whole tree is gone")
        return time.monotonic() - killed_at

    def command(self, *words: str) -> str:
        """What `groundplane WORDS --data …` says."""
        done = subprocess.run(
            [GROUNDPLANE, *words, "--data", self.data], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def key(self, mode: str = "live") -> str:
        return self.command("keys", "create", "--mode", mode)

    def sign_in_link(self, role: str = "manager", email: str = "ana@example.com") -> str:
        return self.command("users", "create", "--email", email, "--role", role)

    def signed_in(self, role: str = "manager", email: str = "ana@example.com") -> httpx.Client:
        token = self.sign_in_link(role, email).partition("token=")[2]
        client = httpx.Client(base_url=self.url, timeout=20)
        client.post("/app/sign-in", json={"token": token}).raise_for_status()
        return client


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def running(data: Path, *arguments: str, **environment: str) -> Generator[Product]:
    product = Product(data, arguments=arguments, environment=environment)
    try:
        product.start()
        yield product
    finally:
        product.stop()


@dataclass
class Heard:
    """One callback as the customer's service got it."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Customer:
    """A customer's bucket and callback service on loopback, in threads of ours."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    heard: list[Heard] = field(default_factory=list[Heard])
    slow_s: float = 0.0
    url: str = ""


@contextmanager
def customer() -> Generator[Customer]:
    """Serves `files` by path; collects what is POSTed anywhere; `slow_s` delays each answer."""
    shared = Customer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(shared.slow_s)
            content = shared.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(shared.slow_s)
            shared.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def handle(self) -> None:
            with suppress(ConnectionError):  # the server under test was killed
                super().handle()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # server_close waits for the handlers, so no socket stays open
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shared.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield shared
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
