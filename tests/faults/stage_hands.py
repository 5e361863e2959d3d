"""What a robot in a browser asks for: cut my line, kill my server, tell me when it is up again."""

import random
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cut_line import Line

from serving import Product


@dataclass
class StageHands:
    product: Product
    line: Line
    url: str = ""
    kills: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(16))  # noqa: S311 - how to kill
    _is_up: threading.Event = field(default_factory=threading.Event)
    _restarts: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def cut(self, seconds: float) -> None:
        self.line.cut(seconds)

    def kill(self) -> None:
        """SIGKILL of `serve` or its whole tree; it is started again in the background."""
        if not self._is_up.is_set():
            return
        self._is_up.clear()
        self.kills += 1
        if self.chance.random() < 0.5:
            self.product.kill_tree()
        else:
            self.product.kill_alone()
        restart = threading.Thread(target=self._start)
        restart.start()
        self._restarts.append(restart)

    def wait_until_up(self) -> None:
        assert self._is_up.wait(120), f"see {self.product.log}"

    def finish(self) -> None:
        for restart in self._restarts:
            restart.join()

    def _start(self) -> None:
        self.product.start()
        self._is_up.set()

    def ready(self) -> None:
        self._is_up.set()


@contextmanager
def stage_hands(product: Product, line: Line) -> Generator[StageHands]:
    """`product` is running. POST /cut?seconds=, /kill, /up (answers when the server is up)."""
    hands = StageHands(product, line)
    hands.ready()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            address = urlsplit(self.path)
            match address.path:
                case "/cut":
                    hands.cut(float(parse_qs(address.query)["seconds"][0]))
                case "/kill":
                    hands.kill()
                case _:
                    hands.wait_until_up()
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hands.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hands
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        hands.finish()
