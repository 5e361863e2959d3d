"""Polygons beside the cuboids of lidarannotation: what may be said, the answer, and pre-labels."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orders import answered, ingested

from groundplane.annotations.checks import check_changes
from groundplane.annotations.document import EMPTY, Document, StoredPart, from_parts
from groundplane.annotations.edits import SentChange, read_changes
from groundplane.errors import InvalidParameter
from groundplane.scenes.model import Scene
from groundplane.tasks.types.lidarannotation import (
    LIDAR_ANNOTATION,
    Params,
    begin,
    fabricate,
    prepare,
    respond,
)
from groundplane.wire.values import JSON

OP = "00000000-0000-4000-8000-00000000000a"
AREA = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a21"
CORNERS = [f"7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2b0{n}" for n in range(4)]
PERSON: dict[str, JSON] = {"source": "person"}
FRAMES = 4


def scene(*, meters_per_unit: float = 1.0) -> Scene:
    return ingested([(0.0, 0.0, 0.0)] * FRAMES, meters_per_unit=meters_per_unit)


def order(**more: JSON) -> Params:
    urls: list[JSON] = [f"http://x/{index}" for index in range(FRAMES)]
    given: dict[str, JSON] = {"attachments": urls, "labels": ["Car"], "polygons_enabled": True}
    return LIDAR_ANNOTATION.read({**given, **more})


def part(object_id: str, name: str, value: dict[str, JSON]) -> StoredPart:
    return StoredPart(object_id, name, OP, {**value, "provenance": PERSON})


def vertex(index: int, **at_m: list[float]) -> list[StoredPart]:
    keys = [
        part(
            CORNERS[index],
            f"key/{name[1:]}",
            {"geometry": "point", "position_m": list[JSON](position), "camera_used": None},
        )
        for name, position in at_m.items()
    ]
    value: dict[str, JSON] = {"kind": "vertex", "space": "world", "stationary": False}
    return [part(CORNERS[index], "object", value), *keys]


def path(time_ns: int, *indices: int) -> StoredPart:
    ids = list[JSON](CORNERS[index] for index in indices)
    return part(AREA, f"key/{time_ns}", {"geometry": "path", "vertex_ids": ids})


def area(label: str = "Crossing") -> list[StoredPart]:
    """From the second frame on; one corner moves, and in the last frame there is a fourth."""
    value: dict[str, JSON] = {
        "kind": "polygon",
        "space": "world",
        "label": label,
        "parent_id": None,
        "stationary": False,
    }
    return [
        part(AREA, "object", value),
        path(100, 0, 1, 2),
        path(300, 0, 1, 3, 2),
        *vertex(0, t100=[2.0, 4.0, 0.5]),
        *vertex(1, t100=[6.0, 4.0, 0.5], t300=[10.0, 4.0, 0.5]),
        *vertex(2, t100=[2.0, 8.0, 1.0]),
        *vertex(3, t300=[10.0, 8.0, 0.75]),
        part(AREA, "attribute/painted/300", {"value": "yes"}),
    ]


def answer(params: Params, document: Document, *, unit_m: float = 1.0) -> list[dict[str, Any]]:
    answers = respond(params, scene(meters_per_unit=unit_m), document, {})
    return msgspec.json.decode(msgspec.json.encode(answers))


def at(x: float, y: float, z: float) -> dict[str, float]:
    return {"x": x, "y": y, "z": z}


PAINTED: dict[str, JSON] = {"painted": {"choices": ["yes", "no"]}}
NAMED: dict[str, JSON] = {"polygons_labels": ["Crossing"], "annotation_attributes": PAINTED}


def test_polygons_stand_beside_the_cuboids_in_the_units_of_the_attachments() -> None:
    frames = answer(order(**NAMED, meters_per_unit=2), from_parts(area()), unit_m=2.0)
    said = {"uuid": AREA, "label": "Crossing", "attributes": {}}
    assert frames == [
        {"cuboids": [], "polygons": []},
        {
            "cuboids": [],
            "polygons": [
                {**said, "vertices": [at(1, 2, 0.25), at(3, 2, 0.25), at(1, 4, 0.5)]},
            ],
        },
        {
            "cuboids": [],
            "polygons": [
                {**said, "vertices": [at(1, 2, 0.25), at(4, 2, 0.25), at(1, 4, 0.5)]},
            ],
        },
        {
            "cuboids": [],
            "polygons": [
                {
                    "uuid": AREA,
                    "label": "Crossing",
                    "vertices": [at(1, 2, 0.25), at(5, 2, 0.25), at(5, 4, 0.375), at(1, 4, 0.5)],
                    "attributes": {"painted": "yes"},
                }
            ],
        },
    ]


def test_frames_that_are_not_sampled_have_none_and_other_tasks_no_such_key() -> None:
    sampled = answer(order(**NAMED, labeling_sample_rate=3), from_parts(area()))
    assert [len(frame["polygons"]) for frame in sampled] == [0, 0, 0, 1]
    plain = answer(order(polygons_enabled=False), from_parts(area()))
    assert [set(frame) for frame in plain] == [{"cuboids"}] * FRAMES


def test_a_stage_grants_polygons_only_where_they_are_asked_for() -> None:
    (plain,) = prepare(order(polygons_enabled=False, polygons_labels=["Crossing"]), scene())
    assert (plain.kinds, [one.choice for one in plain.labels]) == (["cuboid"], ["Car"])
    (named,) = prepare(order(**NAMED), scene())
    assert [(grant.kind, grant.labels) for grant in named.grants] == [
        ("cuboid", ["Car"]),
        ("polygon", ["Crossing"]),
        ("vertex", None),
    ]
    assert [one.choice for one in named.labels] == ["Car", "Crossing"]
    (every,) = prepare(order(polygons_labels=["Car"]), scene())
    assert [(grant.kind, grant.labels) for grant in every.grants] == [
        ("cuboid", None),
        ("polygon", ["Car"]),
        ("vertex", None),
    ]


def change(params: Params, parts: list[StoredPart]) -> None:
    (config,) = prepare(params, scene())
    sent = [SentChange(one.object_id, one.part, None, None, one.value) for one in parts]
    check_changes(config, EMPTY, read_changes(sent))


def test_a_polygon_with_its_vertices_is_one_edit_and_has_a_label_of_polygons() -> None:
    change(order(**NAMED), area())
    with pytest.raises(InvalidParameter, match="not granted in this stage: create polygon Car"):
        change(order(**NAMED), area("Car"))
    with pytest.raises(InvalidParameter, match="not granted"):
        change(order(polygons_enabled=False), area("Car"))


numbers = st.floats(-100, 100)
corners = st.fixed_dictionaries({"x": numbers, "y": numbers, "z": numbers})
outlines = st.lists(corners, min_size=3, max_size=4)
painted = st.fixed_dictionaries({}, optional={"painted": st.sampled_from(["yes", "no"])})
tracks = st.lists(
    st.none() | st.fixed_dictionaries({"vertices": outlines, "attributes": painted}),
    min_size=FRAMES,
    max_size=FRAMES,
)


@given(tracks, st.sampled_from([1.0, 2.5]))
def test_untouched_pre_labels_are_the_answer(
    track: list[dict[str, Any] | None], unit_m: float
) -> None:
    name = {"uuid": AREA, "label": "Crossing"}
    given: Any = [
        {"cuboids": [], "polygons": [] if one is None else [{**name, **one}]} for one in track
    ]
    params = order(**NAMED, hypothesis={"annotations": given})
    document = from_parts(begin(params, scene(meters_per_unit=unit_m), given))
    told = answer(params, document, unit_m=unit_m)
    held: dict[str, str] = {}
    for before, after in zip(given, told, strict=True):
        for one in before["polygons"]:
            held = one["attributes"] or {}  # an answer that is left out says that there is none
            (other,) = after["polygons"]
            assert (other["uuid"], other["label"], other["attributes"]) == (AREA, "Crossing", held)
            for wanted, got in zip(one["vertices"], other["vertices"], strict=True):
                assert got == pytest.approx(wanted, abs=1e-5)
        assert len(before["polygons"]) == len(after["polygons"])


def test_a_polygon_that_stands_needs_one_key() -> None:
    outline: Any = [at(0, 0, 0), at(4, 0, 0), at(4, 4, 0)]
    given: Any = [
        {"cuboids": [], "polygons": [{"uuid": AREA, "label": "Crossing", "vertices": outline}]}
    ] * FRAMES
    parts = begin(order(**NAMED), scene(), given)
    assert sorted({one.part for one in parts}) == ["key/0", "object"]
    assert len(parts) == 2 * (1 + 3)


@pytest.mark.parametrize(
    ("polygon", "more", "where"),
    [
        ({"label": "Car"}, {}, r'polygons\.0\.label" must be one of the labels of polygons'),
        ({"vertices": []}, {}, r'polygons\.0\.vertices" must contain at least 3'),
        ({"attributes": {"wet": "yes"}}, {}, r'polygons\.0\.attributes\.wet" must be one of'),
        ({}, {"polygons_enabled": False}, r'polygons\.0" is not allowed without polygons_enabled'),
    ],
)
def test_pre_labels_that_do_not_fit_are_refused_by_name(
    polygon: dict[str, JSON], more: dict[str, JSON], where: str
) -> None:
    outline: Any = [at(0, 0, 0), at(4, 0, 0), at(4, 4, 0)]
    one: dict[str, JSON] = {"uuid": AREA, "label": "Crossing", "vertices": outline, **polygon}
    frames: Any = [{"cuboids": [], "polygons": [one]}] + [{"cuboids": []}] * (FRAMES - 1)
    with pytest.raises(InvalidParameter, match=where):
        LIDAR_ANNOTATION.check(order(**{**NAMED, **more}, hypothesis={"annotations": frames}))


def test_a_test_key_gets_one_plausible_polygon_in_every_labeled_frame() -> None:
    file = answered(fabricate(order(**NAMED, labeling_sample_rate=3), None), "annotations", "url")
    assert [[one["label"] for one in frame["polygons"]] for frame in file] == [
        ["Crossing"],
        [],
        [],
        ["Crossing"],
    ]
