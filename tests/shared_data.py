"""Data beside the project, for tests that want files of others; never part of the project."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
SHARED_DATA = SHARED / "data"


def shared_data(name: str) -> Path:
    """The folder of a recorded scene, or a skip that says why."""
    folder = SHARED_DATA / name
    if not folder.is_dir():
        pytest.skip(f"recorded scene {name} is not beside this checkout")
    return folder


def format_example(name: str = "") -> Path:
    """A reference file of the 3D formats (or their folder), or a skip that says why."""
    path = SHARED / "spec" / "formats" / "examples" / name
    if not path.exists():
        pytest.skip(f"the reference files of the formats are not beside this checkout: {name}")
    return path
