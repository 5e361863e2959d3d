"""Annotations of .sfa files, both ways: all types, and what is said of wrong ones."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest
from format_trees import as_described, described, expected
from hypothesis import given, settings
from hypothesis import strategies as st
from sfs_files import contained

from groundplane.scenes.formats.json_binary import open_container, read_container
from groundplane.scenes.formats.paths import CuboidPath, PosePath
from groundplane.scenes.formats.sfa_model import (
    Attributes,
    Cuboid,
    Event,
    LabeledPoints,
    Link,
    LocalizationAdjustment,
    ObjectGroup,
    Path,
    PointSegmentation,
    SfaFile,
    Shape,
    UnknownAnnotation,
)
from groundplane.scenes.formats.sfa_reader import examine_sfa, open_sfa, read_sfa
from groundplane.scenes.formats.sfa_writer import write_sfa
from groundplane.scenes.formats.unreadable import UnreadableFile
from shared_data import format_example

TIMES = np.array([0, 100_000])


def root_of(file: SfaFile) -> dict[str, Any]:
    out = io.BytesIO()
    assert write_sfa(file, out) == len(out.getvalue())
    return read_container(out.getvalue(), "x.sfa").root


@pytest.mark.parametrize("name", ["tiny.sfa", "tiny_model.sfa", "tiny_bs5.sfa"])
def test_the_reference_annotations_are_read_and_written_again(name: str) -> None:
    file = open_sfa(format_example(name))
    theirs = as_described(expected(name)["dict"])
    ours = described(root_of(file))
    for annotation in theirs["annotations"]:  # BS5's example leaves out what is null
        annotation.setdefault("parent_id", None)
    assert ours == theirs


def test_all_types_of_the_reference_file_are_known() -> None:
    found = examine_sfa(open_container(format_example("tiny.sfa")))
    assert [warning.place for warning in found.warnings] == []
    assert found.file is not None
    kinds = [type(annotation).__name__ for annotation in found.file.annotations]
    assert len(kinds) == 17
    assert set(kinds) == {
        *("ObjectGroup", "Cuboid", "Attributes", "Shape", "Link", "PointSegmentation"),
        *("LocalizationAdjustment", "Event"),
    }
    cuboid, segments = found.file.annotations[1], found.file.annotations[13]
    assert isinstance(cuboid, Cuboid)
    assert cuboid.path.values.shape == (3, 9)
    assert cuboid.activations is not None
    assert cuboid.activations[0].durations == (90000.0, 80000.5)
    assert cuboid.projections is not None
    assert cuboid.projections[0].boxes[1] is None
    assert isinstance(segments, PointSegmentation)
    assert segments.labeled_points[0].point_ids.shape == (67,)


def test_the_polyline_that_the_official_loader_cannot_read_is_read() -> None:
    (line,) = open_sfa(format_example("tiny_polyline2d.sfa")).annotations
    assert isinstance(line, Shape)
    assert line.path.row(0).shape == (6,)


def path(*rows: list[float]) -> Path:
    arrays = [np.array(row, float) for row in rows]
    return Path(TIMES[: len(rows)], np.concatenate(arrays), np.cumsum([len(row) for row in rows]))


def one_of_each() -> SfaFile:
    cuboids = CuboidPath(TIMES, np.arange(18, dtype=float).reshape(2, 9))
    poses = PosePath(TIMES, np.tile([0.0, 1, 2, 0, 0, 0, 1], (2, 1)))
    points = LabeledPoints("top", np.array([3, 1], np.uint32), 0)
    return SfaFile(
        [
            ObjectGroup("o", label="group"),
            Cuboid(1, cuboids, label="car", parent_id="o", extra={"cuboid_metadata": {}}),
            Attributes("a"),
            Shape("pl", "polyline", path([0, 0, 0, 1, 1, 1], [0, 0, 0]), is_closed=True),
            Shape("b", "box_2d", path([1, 2, 3, 4]), sensor_id="front"),
            Link("l", "o", 1, "tows", is_bidirectional=True),
            PointSegmentation("s", "road", [points], type="labeled_points"),
            LocalizationAdjustment("la", poses),
            Event("e", 5, label="cut in"),
            UnknownAnnotation("u", "spline", extra={"knots": [1, 2]}),
        ],
        time_offset=7,
        metadata={"by": "é/"},
    )


def test_what_is_written_is_read_and_written_the_same() -> None:
    root = root_of(one_of_each())
    again = read_sfa(contained(root))
    assert described(root_of(again)) == described(root)
    line = again.annotations[3]
    assert isinstance(line, Shape)
    assert [row.tolist() for row in line.path.rows] == [[0, 0, 0, 1, 1, 1], [0, 0, 0]]
    assert root["annotations"][9] == {
        "id": "u",
        "type": "spline",
        "parent_id": None,
        "knots": [1, 2],
    }


ERRORS: list[tuple[str, object, str]] = [
    ("1.path", ..., "annotations.1.path: is missing."),
    ("1.path.values.1", [1.0] * 8, "annotations.1.path.values.1: must hold 9 numbers, not 8."),
    ("1.path.timestamps", [0], "annotations.1.path.values: holds 2 rows for 1 timestamps."),
    ("1.path.timestamps", [0, 1.5], "annotations.1.path.timestamps: must be a list of whole"),
    ("1.activations", [{"sensor_id": 1}], "annotations.1.activations.0.timestamps: is missing."),
    ("1.id", 1.5, "annotations.1.id: must be a string or a whole number, not 1.5."),
    ("2.type", ..., "annotations.2.type: is missing."),
    ("3.path.values.0", [None], "annotations.3.path.values: must be a list of lists of numbers."),
    ("4.sensor_id", ..., "annotations.4.sensor_id: is missing."),
    ("3.type", "point_topdown", ""),
    ("5.label", None, "annotations.5.label: must be a string, not null."),
    ("6.labeled_points.0.point_ids", [1], "point_ids: must be an array, not a list."),
    ("6.labeled_points.0.point_ids", np.zeros(2), "point_ids: must be a list of whole numbers."),
    ("8.start", 1.0, "annotations.8.start: must be a whole number, not 1.0."),
]


def changed(where: str, value: object) -> dict[str, Any]:
    root = root_of(one_of_each())
    *above, last = [int(part) if part.isdigit() else part for part in where.split(".")]
    holder: Any = root["annotations"]
    for part in above:
        holder = holder[part]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return root


@pytest.mark.parametrize(("where", "value", "sentence"), ERRORS)
def test_a_wrong_annotation_is_named(where: str, value: object, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_sfa(contained(changed(where, value), "x.sfa"))
    assert str(caught.value).startswith("x.sfa: annotations.")
    assert sentence in str(caught.value)


def test_every_wrong_annotation_is_told() -> None:
    root = changed("8.start", None)
    root["annotations"][1]["label"] = 5
    found = examine_sfa(contained(root))
    assert [error.place for error in found.errors] == ["annotations.1.label", "annotations.8.start"]


@pytest.mark.parametrize(
    ("where", "value", "place"),
    [
        ("1.parent_id", "nobody", "annotations.1.parent_id"),
        ("5.to_id", 2, "annotations.5.to_id"),
        ("1.path.timestamps", [5, 5], "annotations.1.path.timestamps"),
        ("1.path.values.0", [1.0] * 8 + [350.0], "annotations.1.path.values"),
        ("4.path.values.0", [1.0] * 5, "annotations.4.path.values.0"),
        ("3.path.values.1", [1.0] * 5, "annotations.3.path.values.1"),
        ("9.type", "blob", "annotations.9.type"),
    ],
)
def test_what_is_odd_is_a_warning(where: str, value: object, place: str) -> None:
    found = examine_sfa(contained(changed(where, value)))
    assert found.errors == ()
    assert place in {warning.place for warning in found.warnings}


def test_angles_that_may_be_degrees_are_told_once() -> None:
    many = [Cuboid(k, CuboidPath(TIMES[:1], np.full((1, 9), 350.0))) for k in range(3)]
    found = examine_sfa(contained(root_of(SfaFile(many)), "x.sfa"))
    assert [(told.place, told.reason) for told in found.warnings] == [
        (
            "annotations.0.path.values",
            "hold angles beyond 2 pi, and those of 2 more cuboids: they may be degrees.",
        )
    ]


def test_a_number_that_json_has_not_is_not_written() -> None:
    file = SfaFile([Shape("p", "point", path([0.0, np.nan, 1.0]))])
    with pytest.raises(ValueError, match="not finite"):
        root_of(file)


NODES: list[Any] = [None, "", [], {}, -1, 1.5, True, [None], np.zeros(0, np.float32), [[1.5]]]


def places(node: Any, where: str = "") -> list[str]:
    inner = list(node.items()) if isinstance(node, dict) else []
    inner = list(enumerate(node)) if isinstance(node, list) else inner
    below = [place for key, value in inner for place in places(value, f"{where}.{key}")]
    return below + ([where.strip(".")] if where.count(".") > 1 else [])


PLACES = places(root_of(one_of_each())["annotations"])


def fuzz(data: st.DataObject) -> None:
    root = changed(data.draw(st.sampled_from(PLACES)), data.draw(st.sampled_from(NODES)))
    with contextlib.suppress(UnreadableFile):
        again = read_sfa(contained(root))
        assert len(root_of(again)["annotations"]) == len(again.annotations)


@settings(max_examples=100)
@given(st.data())
def test_any_node_anywhere_is_read_or_told(data: st.DataObject) -> None:
    fuzz(data)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(st.data())
def test_any_node_anywhere_in_full_formats_sfa(data: st.DataObject) -> None:
    fuzz(data)
