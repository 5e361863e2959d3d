"""What a process does not import, it does not pay for at each start."""

import subprocess
import sys


def test_workers_do_without_the_web_framework() -> None:
    asks = "import sys, groundplane.worker; sys.exit('litestar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], check=False)
    assert done.returncode == 0
