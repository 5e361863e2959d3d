from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fetch_rig import Rig, running_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with running_rig(tmp_path) as rig:
        yield rig
