"""Entry point of the command `groundplane`: what must not wait for anything else.

A start takes as long as the imports of the web process. So the first web process is started before
the command line is even read, and imports on another core meanwhile; when it turns out that nothing
is to be served, it dies with us.
"""

import os
import sys

from groundplane.errors import GroundplaneError
from groundplane.processes import ProcessTree


def main() -> None:
    """A failure that we know is one sentence, not a traceback."""
    tree = ProcessTree(os.environ)
    if sys.argv[1:2] == ["serve"]:
        tree.start_web()
    from groundplane.cli import command_line  # noqa: PLC0415 - see above

    try:
        command_line(tree)()
    except GroundplaneError as error:
        raise SystemExit(f"groundplane: {error}") from None
