"""Trees of JSON and arrays, as the reference files describe them and as any file may hold them."""

import hashlib
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import DTYPES
from groundplane.scenes.formats.json_binary_writer import write_container
from shared_data import format_example

Node = Any


def expected(name: str) -> Node:
    return json.loads(format_example(f"expected/{name}.json").read_text())


def example_bytes(name: str) -> bytes:
    return format_example(name).read_bytes()


def written(root: dict[str, Node], align: int = 4) -> bytes:
    out = io.BytesIO()
    size = write_container(root, out, align=align)
    assert size == len(out.getvalue())
    return out.getvalue()


def described(node: Node) -> Node:
    """The tree as the reference files put it: an array is what identifies it."""
    if isinstance(node, np.ndarray):
        digest = hashlib.sha256(node.tobytes()).hexdigest()
        return {"dtype": node.dtype.name, "shape": list(node.shape), "sha256": digest}
    if isinstance(node, dict):
        return {key: described(value) for key, value in node.items()}
    if isinstance(node, list):
        return [described(value) for value in node]
    if isinstance(node, float) and not math.isfinite(node):
        return repr(node)
    return node


def as_described(node: Node) -> Node:
    """An expected tree without the parts that are there for people."""
    if isinstance(node, dict):
        if "$array" in node:
            return {key: node["$array"][key] for key in ("dtype", "shape", "sha256")}
        return {key: as_described(value) for key, value in node.items()}
    return [as_described(value) for value in node] if isinstance(node, list) else node


def container(
    header: dict[str, Node] | str, body: bytes = b"", items: list[dict[str, Node]] | None = None
) -> bytes:
    """A container by hand: the header and what follows its 4 zero bytes."""
    if isinstance(header, dict):
        header = json.dumps(header if items is None else {**header, "$items": items})
    return header.encode() + bytes(4) + body


def example_names(suffixes: tuple[str, ...]) -> list[Path]:
    return [path for path in sorted(format_example().iterdir()) if path.suffix in suffixes]


texts = st.text(max_size=6)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(["/\\", "\x00\n", "é中😀", ""]),
)
arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: hnp.arrays(DTYPES[name], hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
)
trees = st.dictionaries(
    texts.filter(lambda key: key != "$items"),
    st.recursive(
        scalars | arrays,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def hold_facts(frame: FrameColumns, facts: Mapping[str, Any]) -> None:
    """The points are those that google's reader counted in a reference file."""
    assert frame.count == facts["n_points"]
    assert frame.intensity is not None
    sums = [*frame.xyz.sum(axis=0), frame.intensity.astype(np.float64).sum()]
    np.testing.assert_allclose(sums, facts["points_sum"], rtol=1e-12)
    assert frame.time is not None
    assert frame.time[[0, -1]].tolist() == facts["t_first_last"]
    assert frame.device is not None
    assert np.bincount(frame.device).tolist() == facts["d_counts"]
    assert frame.is_ground is not None
    assert int(frame.is_ground.sum()) == facts["ground"]
