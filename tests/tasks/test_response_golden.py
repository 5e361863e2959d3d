"""The whole answer of lidarannotation, held to tests/golden/response.json."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from orders import ingested

from groundplane.annotations.document import StoredPart, from_parts
from groundplane.tasks.types.lidarannotation import respond, shown_cuboids
from tasks.test_lidarannotation import OP, order

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "golden/response.json").read_text()
)


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
    there = ingested(
        [(x, y, z) for x, y, z in GOLDEN["devices_m"]],
        step_ns=GOLDEN["step_ns"],
        meters_per_unit=float(case["params"].get("meters_per_unit", 1)),
    )
    counts = {
        (one.object_id, at): GOLDEN["points"]
        for at, frame in enumerate(shown_cuboids(params, there, document))
        for one in frame
    }
    answer = msgspec.json.decode(msgspec.json.encode(respond(params, there, document, counts)))
    assert [frame["cuboids"] for frame in answer] == near(case["frames"])
    polygons = [frame.get("polygons") for frame in answer]
    assert polygons == near(case.get("polygons", [None] * len(answer)))
