"""What a user installs holds the built web app and the migrations."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_contains_the_built_web_app_and_the_migrations(tmp_path: Path) -> None:
    assert (ROOT / "src/groundplane/web/index.html").is_file(), "the web app has not been built"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "groundplane/web/index.html" in names
    assert any(name.startswith("groundplane/web/assets/") for name in names)
    assert "groundplane/migrations/0001_foundation.sql" in names
    assert "groundplane/labeling/routes.py" in names
