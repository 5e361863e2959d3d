"""What is written as .sfs is what was read; where the official bytes are known, those bytes."""

import io
import json
from typing import Any

import numpy as np
import pytest
from format_trees import as_described, described, example_bytes, expected
from sfs_files import camera, cloud, contained, lidar, odometry, radar, scene

from groundplane.scenes.formats.json_binary import read_container
from groundplane.scenes.formats.sfs_reader import examine_sfs, read_sfs
from groundplane.scenes.formats.sfs_writer import write_sfs


def rewritten(content: bytes, align: int = 4) -> bytes:
    out = io.BytesIO()
    size = write_sfs(read_sfs(read_container(content, "x.sfs")), out, align=align)
    assert size == len(out.getvalue())
    return out.getvalue()


def test_the_reference_scene_is_written_member_by_member_and_byte_by_byte() -> None:
    """Only whole numbers become decimals: 41 is 41.0."""
    content = example_bytes("tiny.sfs")
    ours, theirs = halves(rewritten(content)), halves(content)
    assert ours == theirs


def halves(content: bytes) -> tuple[str, bytes]:
    """The header with all numbers as decimals, and what follows it."""
    end = content.index(0)
    return json.dumps(json.loads(content[:end], parse_int=float)), content[end:]


def test_the_whole_format_is_written_as_it_was() -> None:
    """Flat arrays become rows: their bytes are the same."""
    tree = read_container(rewritten(example_bytes("tiny_spec.sfs")), "x.sfs").root
    ours, theirs = described(tree), as_described(expected("tiny_spec.sfs")["dict"])
    assert without_shapes(ours) == without_shapes(theirs)


def without_shapes(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_shapes(value) for key, value in node.items() if key != "shape"}
    return [without_shapes(value) for value in node] if isinstance(node, list) else node


@pytest.mark.parametrize("unit", ["microseconds", "nanoseconds"])
def test_every_sensor_is_written_as_it_was_read(unit: str) -> None:
    video = {"timestamps": [0, 100_000], "content": np.arange(9, dtype=np.uint8), "fps": 10.0}
    raw = [{"timestamp": 0, "content": np.zeros((12, 16, 3), np.uint8)}]
    attribute = {"name": "a", "timestamps": [0], "values": ["b"], "sensor_id": None, "static": True}
    sensors = [
        lidar(frames=lidar()["frames"][:1], coordinates="ego", parent_id="ego"),
        radar(7, frames=radar()["frames"][:1]),
        camera(images=camera()["images"][:1]),
        camera("raw", images=raw),
        camera("video", images=None, video=video) if unit == "microseconds" else cloud("other"),
        odometry(),
        cloud(),
    ]
    root = scene(*sensors, time_unit=unit, attributes=[attribute], metadata={"é": [1.5]})
    container = contained(root)
    assert examine_sfs(container).errors == ()
    out = io.BytesIO()
    write_sfs(read_sfs(container), out, align=64)
    assert described(read_container(out.getvalue(), "x").root) == described(root)
