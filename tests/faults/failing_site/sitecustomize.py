"""On the PYTHONPATH of the product under test: its web process can be held at every failpoint."""

import sys

if "groundplane.web_process" in sys.orig_argv:
    from failing_web import put_points_into_web

    put_points_into_web()
