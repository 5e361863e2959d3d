"""The whole answer of lidarannotation, held to tests/golden/response.json."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from groundplane.annotations.document import StoredPart, from_parts
from groundplane.scenes.model import BlobRef, Frame, PointChunk, Scene
from groundplane.tasks.types.lidarannotation import respond, shown_cuboids
from tasks.test_lidarannotation import OP, order

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "golden/response.json").read_text()
)


def scene(unit_m: float) -> Scene:
    blob = BlobRef("0" * 64, 1, "application/octet-stream", "zstd")
    zero = (0.0, 0.0, 0.0)
    chunk = PointChunk(blob, blob, 1, zero, zero, zero, zero, 0, has_intensity=False)
    frames = [
        Frame(at, at * GOLDEN["step_ns"], (x, y, z), None, chunk, [])
        for at, (x, y, z) in enumerate(GOLDEN["devices_m"])
    ]
    return Scene("0", "rate", zero, unit_m, [], frames)


def near(expected: Any) -> Any:
    """The same tree, its numbers approximate: pytest's own does not go into lists of objects."""
    if isinstance(expected, dict):
        return {name: near(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [near(value) for value in expected]
    return pytest.approx(expected, abs=1e-9) if isinstance(expected, float) else expected


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_the_answer_is_the_golden_one(case: dict[str, Any]) -> None:
    params = order(**case["params"], attachments=[f"http://x/{n}" for n in range(5)])
    document = from_parts(
        [StoredPart(uuid, name, OP, value) for uuid, name, value in case["parts"]]
    )
    there = scene(float(case["params"].get("meters_per_unit", 1)))
    counts = {
        (one.object_id, at): GOLDEN["points"]
        for at, frame in enumerate(shown_cuboids(params, there, document))
        for one in frame
    }
    answer = msgspec.json.decode(msgspec.json.encode(respond(params, there, document, counts)))
    assert [frame["cuboids"] for frame in answer] == near(case["frames"])
    polygons = [frame.get("polygons") for frame in answer]
    assert polygons == near(case.get("polygons", [None] * len(answer)))
