"""The golden files are what their script writes with the OpenCV of today."""

import importlib.util
import json
from typing import Any

import numpy as np
import pytest

from geometry.golden import GOLDEN, golden


def fresh() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("write_geometry", GOLDEN / "write_geometry.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written: dict[str, Any] = json.loads(json.dumps(script.goldens()))
    return written


def flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for key, item in sorted(value.items()) for leaf in (key, *flat(item))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in flat(item)]
    return [value]


@pytest.mark.parametrize("name", ["lenses.json", "rotations.json", "cuboids.json"])
def test_a_golden_file_is_what_its_script_writes(name: str) -> None:
    kept, written = flat(golden(name)), flat(fresh()[name])
    assert [type(leaf) for leaf in kept] == [type(leaf) for leaf in written]
    numbers = [i for i, leaf in enumerate(kept) if isinstance(leaf, float)]
    np.testing.assert_allclose([kept[i] for i in numbers], [written[i] for i in numbers], atol=1e-6)
    others = [i for i, leaf in enumerate(kept) if not isinstance(leaf, float)]
    assert [kept[i] for i in others] == [written[i] for i in others]
