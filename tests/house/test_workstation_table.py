"""What the workstation can do is listed with its key, its test and its journey."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_features_is_what_the_code_says() -> None:
    """It names only tests and journeys that there are; the compiler asks for a row per command."""
    made = subprocess.run(
        ["node", "scripts/workstation.mjs"],
        cwd=ROOT / "web",
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    kept = (ROOT / "docs/reference/workstation.md").read_text()
    assert made.stdout == kept, "run `node scripts/workstation.mjs` in web, into that file"
