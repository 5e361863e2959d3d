"""What `serve` tells a web process that it started early, while the process still imports.

On the wire: one message on a Unix socket, the child's standard input, which then ends; with it
comes the listening socket itself (SCM_RIGHTS, unix(7)).
"""

import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MOST_READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Orders:
    data: Path
    environment: Mapping[str, str]
    listening: socket.socket

    def send(self, line: socket.socket) -> None:
        """Raises BrokenPipeError when the reader has gone."""
        words = {"data": str(self.data), "environment": dict(self.environment)}
        socket.send_fds(line, [json.dumps(words).encode()], [self.listening.fileno()])

    @classmethod
    def taken(cls) -> Self:
        """Wait for them at standard input, and make the environment this process's own.

        Raises:
            EOFError: whoever would have given them has gone.
        """
        with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
            said, sockets, _flags, _address = socket.recv_fds(line, MOST_READ_BYTES, 1)
            while more := line.recv(MOST_READ_BYTES):
                said += more
        if not said:
            raise EOFError("Nobody is left to say what to serve.")
        words = json.loads(said)
        os.environ.update(words["environment"])
        return cls(Path(words["data"]), os.environ, socket.socket(fileno=sockets[0]))
