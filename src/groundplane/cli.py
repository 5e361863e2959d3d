"""The command `groundplane`. Its words are a fixed surface: scripts and docs rely on them.

`serve` is here, and what the others import is not: a start takes as long as its imports.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from groundplane import serve as server
from groundplane.logs import configure_logs
from groundplane.processes import ProcessTree
from groundplane.settings import DEFAULT_HOST, listening_port, read_settings

DataFolder = Annotated[Path, Parameter(help="Folder of this instance.")]

COMMANDS = {
    "keys": "API keys.",
    "users": "People.",
    "worker": "Serve one class of work from any machine that reaches the database and the blobs.",
    "demo": "Add the project Demo with a scene to label; or write a scene to a folder.",
    "inspect": "Say what is in a scene or its annotations, and with --doctor what is wrong.",
    "convert": "Write a scene or annotations in another format, and say what that cannot hold.",
    "import-scale": "Take over projects, batches, tasks, responses and audits of an account.",
}


def command_line(tree: ProcessTree) -> App:
    """All commands. For `serve` the first web process of the tree has been started already."""
    app = App(name="groundplane", help="Label LiDAR, radar and camera scenes, on your own machine.")
    for word, said in COMMANDS.items():
        app.command(f"groundplane.commands:{word.replace('-', '_')}", name=word, help=said)
    app.command("groundplane.bucket_commands:buckets", name="buckets", help="Keys of buckets.")

    @app.command
    def serve(
        *,
        host: str = DEFAULT_HOST,
        port: int | None = None,
        data: DataFolder = Path("data"),
        workers: int = 1,
        demo: bool = False,
    ) -> None:
        """Start the product: database, web, API and workers in one.

        Args:
            host: address to listen on.
            port: port to listen on; otherwise that of GROUNDPLANE_PORT, or 8100.
            data: folder of this instance; made when missing.
            workers: how many web processes.
            demo: offer a scene of our own to label.
        """
        configure_logs("serve")
        port = listening_port() if port is None else port
        settings = read_settings(data, host=host, port=port)
        for _ in range(workers - len(tree.children)):
            tree.start_web()
        server.serve(tree, settings, (host, port), with_demo=demo, say=_say)

    return app


def _say(line: str) -> None:
    print(line, flush=True)
