"""A renamed field breaks the build, not the labeler: the browser's types are freshly generated."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_browsers_types_are_what_the_routes_say(tmp_path: Path) -> None:
    described = subprocess.run(
        [sys.executable, "-m", "groundplane.openapi"], capture_output=True, check=True
    ).stdout
    document, types = tmp_path / "openapi.json", tmp_path / "schema.gen.ts"
    document.write_bytes(described)
    subprocess.run(
        [
            *("npx", "openapi-typescript", document, "-o", types),
            *("--default-non-nullable=false", "--alphabetize"),
        ],
        cwd=ROOT / "web",
        check=True,
        capture_output=True,
    )
    committed = (ROOT / "web/src/api/schema.gen.ts").read_text()
    assert types.read_text() == committed, "run `make api`"
