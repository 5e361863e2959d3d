"""A start takes as long as the imports of the web process."""

import subprocess
import sys

HEAVY = (
    "numpy",
    "numba",
    "PIL",
    "cv2",
    "pydantic",
    "rich",
    "cryptography",
    "markdown_it",
    "cyclopts",
)


def test_the_web_process_starts_without_what_only_others_need() -> None:
    """Built as well as imported: frameworks look for plugins then."""
    code = (
        "import sys, groundplane.openapi; groundplane.openapi.main(); sys.stdout.flush();"
        f"sys.exit(' '.join(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stderr.strip() == ""
    assert '"openapi":' in done.stdout
