"""Recorded scenes beside the project, for tests that want real data; never part of the project."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(name: str) -> Path:
    """The folder of a recorded scene, or a skip that says why."""
    folder = SHARED_DATA / name
    if not folder.is_dir():
        pytest.skip(f"recorded scene {name} is not beside this checkout")
    return folder
