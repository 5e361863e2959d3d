"""Every parameter of every task type: what it takes at its edge, and how the rest is refused."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec
import pytest
from msgspec import inspect

from groundplane.errors import InvalidParameter, InvalidRequest, NotFound
from groundplane.tasks.operations import Order, read_order
from groundplane.tasks.types import KNOWN_WORDS, TASK_TYPES, task_type
from groundplane.wire.values import JSON
from type_orders import FRAMES, HTTP, ORDERS

Changes = Mapping[str, object]
LABEL_TREE = [{"choice": "Vehicle", "subchoices": ["Van", "Bus"]}]
BOX = {"box": {"objects_to_annotate": ["Car"]}}
LINE = {"line": {"objects_to_annotate": ["Curb"]}}
ROI = {"position": {"x": 1, "y": 2}, "dimensions": {"x": 10, "y": 20}}
CUBOIDS = {"type": "cuboid", "labels": ["Car"]}
DEPENDENT = {"type": "lidarsegmentation", "labels": ["Road"]}
LINKED = {
    "type": "lidarlinking",
    "annotation_type": "imageannotation",
    "instruction": "Box.",
    "default_geometry": "box",
}


def read(name: str, changes: Changes) -> Order:
    given = cast("dict[str, JSON]", {**ORDERS[name], **changes})
    return read_order(task_type(name), given)


def refusal(name: str, changes: Changes) -> str:
    with pytest.raises((InvalidParameter, InvalidRequest)) as refused:
        read(name, changes)
    return str(refused.value).removeprefix("Parameter is invalid, reason: ")


KINDS: Mapping[type[inspect.Type], tuple[str, ...]] = {
    inspect.StrType: ("string",),
    inspect.IntType: ("integer",),
    inspect.FloatType: ("integer", "number"),
    inspect.BoolType: ("boolean",),
    inspect.ListType: ("array",),
    inspect.DictType: ("object",),
    inspect.StructType: ("object",),
    inspect.LiteralType: ("string",),
}
WRONG: Mapping[str, JSON] = {
    "string": "2",
    "integer": 2,
    "number": 2.5,
    "boolean": True,
    "array": [[]],
    "object": {"x": {}},
}


def accepted_kinds(of: inspect.Type) -> set[str]:
    if isinstance(of, inspect.UnionType):
        return {kind for one in of.types for kind in accepted_kinds(one)}
    return set(KINDS.get(type(of), ()))


FIELDS = [
    (kind.name, field.name, wrong)
    for kind in TASK_TYPES
    for field in cast("inspect.StructType", inspect.type_info(kind.params)).fields
    for wrong in sorted(set(WRONG) - accepted_kinds(field.type))
]


def test_no_field_takes_anything() -> None:
    assert len(FIELDS) > 600
    fields = {(name, field) for name, field, _ in FIELDS}
    assert len(fields) == sum(len(kind.params.__struct_fields__) for kind in TASK_TYPES)


@pytest.mark.parametrize(("name", "field", "wrong"), FIELDS)
def test_a_value_of_the_wrong_kind_is_refused_by_name(name: str, field: str, wrong: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read(name, {field: WRONG[wrong]})
    assert refused.value.path.partition(".")[0] == field


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_null_is_absent_everywhere(name: str) -> None:
    kind = task_type(name)
    optional = [f for f in kind.params.__struct_fields__ if f not in ORDERS[name]]
    plain, nulled = read(name, {}), read(name, dict.fromkeys(optional))
    assert nulled.own == plain.own
    assert nulled.params == plain.params


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_what_was_given_is_echoed_with_unknown_keys_and_reads_back_as_the_same(name: str) -> None:
    order = read(name, {"scale_internal": {"of": [1, None]}, "nothing": None})
    assert (order.params["scale_internal"], order.params["nothing"]) == ({"of": [1, None]}, None)
    again = read(name, order.params)
    assert (again.own, again.params) == (order.own, order.params)


def test_there_is_an_order_for_every_type() -> None:
    assert set(ORDERS) == KNOWN_WORDS
    with pytest.raises(NotFound):
        task_type("phonecall")


SEGMENTATION: list[tuple[Changes, str]] = [
    ({"attachments": None}, "Please include an attachment or attachments parameter."),
    ({"attachments": ["ftp://x"]}, '"attachments.0" must be an http'),
    ({"attachment_type": "xml"}, '"attachment_type" must be one of [json, protobuf]'),
    ({"labels": None}, '"labels" is required'),
    ({"labels": [f"l{n}" for n in range(51)]}, '"labels" must contain less than or equal to 50'),
    ({"labels": ["a", "a"]}, '"labels" contains the label a more than once'),
    ({"labels": [{"choice": "a", "instance_label": 1}]}, '"labels.0.instance_label" must be a b'),
    ({"lidar_task_frames": [0]}, '"lidar_task_frames" is not allowed without lidar_task'),
    ({"lidar_task": "t", "lidar_task_frames": []}, '"lidar_task_frames" must contain at least 1'),
    ({"lidar_task": "t", "lidar_task_frames": [-1]}, '"lidar_task_frames.0" must be greater'),
    ({"lidar_task": "t", "lidar_task_frames": [1, 0]}, '"lidar_task_frames" must be in ascending'),
    ({"lidar_task": "t", "lidar_task_frames": [1, 1]}, '"lidar_task_frames.1" is there more than'),
    ({"meters_per_unit": 0}, '"meters_per_unit" must be greater than 0'),
    ({"frames_per_second": 1e7}, '"frames_per_second" must be from'),
    ({"max_distance_meters": 0}, '"max_distance_meters" must be greater than 0'),
    ({"annotation_attributes": {"a": {"type": "x_line"}}}, '"annotation_attributes.a.type" must'),
    (
        {"annotation_attributes": {"a": {"type": "text"}, "speed": {"type": "colour"}}},
        '"annotation_attributes.speed.type" must be one of [category, number, ',
    ),
    ({"annotation_attributes": {"occ": "x"}}, '"annotation_attributes.occ" must be an object'),
    (
        {"dependents": {"defs": [{**LINKED, "geometries": {"polygon": []}}]}},
        '"dependents.defs.0.geometries.polygon" must be an object',
    ),
    (
        {"dependents": {"defs": [{**DEPENDENT, "unique_id": one} for one in ("7", "8", 7)]}},
        '"dependents.defs.2.unique_id" is there more than once',
    ),
    (
        {
            "dependents": {
                "defs": [
                    {**DEPENDENT, "dependents": {"defs": [{**LINKED, "unique_id": "u"}]}},
                    {**DEPENDENT, "unique_id": "u"},
                ]
            }
        },
        '"dependents.defs.1.unique_id" is there more than once',
    ),
    ({"callback_url": "mailto:a@b.example"}, '"callback_url" must include http:// or https://'),
    ({"callback_url": "https://h.example:99999/"}, '"callback_url" must have a host, and a port'),
    ({"callback_url": "https://h.example:0/"}, '"callback_url" must have a host, and a port'),
    ({"callback_url": "https://:80/"}, '"callback_url" must have a host, and a port'),
    ({"callback_url": "https://h/" + "x" * 8183}, '"callback_url" length must be less than or'),
    ({"dependents": {}}, '"dependents.defs" is required'),
    ({"dependents": {"defs": [{}]}}, '"dependents.defs.0.type" must be one of'),
    ({"dependents": {"defs": [{"type": "annotation"}]}}, '"dependents.defs.0.type" must be one'),
    (
        {"dependents": {"defs": [DEPENDENT, {**DEPENDENT, "labels": [""]}]}},
        '"dependents.defs.1.labels.0" is not allowed to be empty',
    ),
    (
        {"dependents": {"defs": [{**DEPENDENT, "lidar_task": "a" * 24}]}},
        '"dependents.defs.0.lidar_task" is not allowed',
    ),
    ({"dependents": {"defs": [{"type": "lidartopdown"}]}}, '"dependents.defs.0.region'),
]
LINKING: list[tuple[Changes, str]] = [
    ({"lidar_task": None}, '"lidar_task" is required'),
    ({"lidar_task": ""}, '"lidar_task" is required'),
    ({"instruction": None}, '"instruction" is required'),
    ({"annotation_type": None}, '"annotation_type" is required'),
    ({"annotation_type": "lineannotation"}, '"annotation_type" must be one of [imageannotation'),
    ({"geometries": [BOX["box"]]}, '"geometries" must be an object'),
    ({"geometries": {"circle": {}}}, '"geometries.circle" is not allowed; shapes are [box,'),
    ({"geometries": {"box": {"min_width": -1}}}, '"geometries.box.min_width" must be greater'),
    ({"geometries": {"line": {"min_vertices": 0}}}, '"geometries.line.min_vertices" must be'),
    (
        {"geometries": {"polygon": {"min_vertices": 3, "max_vertices": 2}}},
        '"geometries.polygon.max_vertices" must be greater than or equal to min_vertices',
    ),
    (
        {"geometries": {"point": {"connections": [{"pair": ["a"]}]}}},
        '"geometries.point.connections.0.pair" must contain 2 items',
    ),
    ({"default_geometry": "line"}, '"default_geometry" must be one of [box, cuboid, polygon]'),
    ({"camera_ids": []}, '"camera_ids" must contain at least 1 items'),
    ({"camera_ids": [0, -1]}, '"camera_ids.1" must be greater than or equal to 0'),
    ({"camera_ids": [1, 1]}, '"camera_ids.1" is there more than once'),
    ({"camera_ids": [0.5]}, '"camera_ids.0" must be an integer'),
    ({"events_to_annotate": [""]}, '"events_to_annotate.0" is not allowed to be empty'),
    ({"event_camera_ids": [{"camera_ids": [0]}]}, '"event_camera_ids.0.event" is required'),
    (
        {"event_camera_ids": [{"event": "brake", "camera_ids": [0]}]},
        '"event_camera_ids.0.event" must be one of events_to_annotate',
    ),
    (
        {
            "events_to_annotate": ["brake"],
            "event_camera_ids": [{"event": "brake", "camera_ids": [-1]}],
        },
        '"event_camera_ids.0.camera_ids.0" must be greater than or equal to 0',
    ),
    (
        {"can_edit_annotations": False, "can_delete_annotations": True},
        '"can_delete_annotations" must not be true when can_edit_annotations is false',
    ),
    (
        {"can_edit_annotations": False, "can_edit_annotation_positions": True},
        '"can_edit_annotation_positions" must not be true',
    ),
    ({"labeling_sample_rate": 0}, '"labeling_sample_rate" must be greater than or equal to 1'),
    ({"additional_labels": ["Sign"]}, '"additional_labels" is not allowed with imageannotation'),
    ({"skip_labels": [""]}, '"skip_labels.0" is not allowed to be empty'),
    ({"padding": -1}, '"padding" must be greater than or equal to 0'),
    ({"paddingX": -1}, '"paddingX" must be greater than or equal to 0'),
    ({"paddingY": -1}, '"paddingY" must be greater than or equal to 0'),
    ({"layers": [{"url": "x", "camera_id": 0}]}, '"layers.0.url" must be an http'),
    ({"layers": [{"url": HTTP}]}, '"layers.0.camera_id" is required'),
    ({"layers": [{"url": HTTP, "camera_id": -1}]}, '"layers.0.camera_id" must be greater'),
]
TOPDOWN: list[tuple[Changes, str]] = [
    ({"project": None}, '"project" is required'),
    ({"attachments": None}, "Please include an attachment or attachments parameter."),
    ({"attachments": [], "attachment": ""}, "Please include an attachment or attachments"),
    ({"attachment": HTTP}, '"attachments" is not allowed with attachment'),
    ({"attachments": [], "attachment": [HTTP, HTTP]}, '"attachment" must contain less than or'),
    ({"attachments": None, "attachment": "x"}, '"attachment" must be an http'),
    ({"context_attachments": ["x"]}, '"context_attachments.0" must be an http'),
    ({"context_attachments": [{"attachment": "x"}]}, '"context_attachments.0.attachment" must be'),
    ({"region_of_interest_3d": None}, '"region_of_interest_3d" is required'),
    (
        {"region_of_interest_3d": {"position": {"x": 1, "y": 2}}},
        '"region_of_interest_3d.dimensions" is required',
    ),
    (
        {"region_of_interest_3d": {**ROI, "dimensions": {"x": 0, "y": 1}}},
        '"region_of_interest_3d.dimensions.x" must be greater than 0',
    ),
    ({"geometries": None}, '"geometries" is required'),
    ({"geometries": {}}, '"geometries" is required'),
    ({"geometries": {"cuboid": {}}}, '"geometries.cuboid" is not allowed; shapes are [box, pol'),
    ({"directed_lines": ["Car"]}, '"directed_lines.0" must be one of the labels of line'),
    ({"geometries": LINE, "directed_lines": ["Curb", "Curb"]}, '"directed_lines.1" is there more'),
    ({"links": {"": []}}, '"links" is not allowed to have an empty name'),
    ({"links": {"tows": {"from_allowed_labels": [""]}}}, '"links.tows.0.from_allowed_labels.0"'),
    ({"base_annotations": {}}, '"base_annotations.annotations" is required'),
    ({"groups": [""]}, '"groups.0" is not allowed to be empty'),
    ({"deviceHeight": -0.1}, '"deviceHeight" must be greater than or equal to 0'),
]
SENSOR_FUSION: list[tuple[Changes, str]] = [
    ({"project": None}, '"project" is required'),
    ({"instruction": None}, '"instruction" is required'),
    ({"callback_url": None}, '"callback_url" is required'),
    ({"attachments": [HTTP, HTTP]}, '"attachments" must contain 1 items'),
    ({"attachments": []}, "Please include an attachment or attachments parameter."),
    ({"scene_format": None}, '"scene_format" is required'),
    ({"scene_format": "split_base64"}, '"scene_format" must be one of [sensor_fusion]'),
    ({"annotation_definition": None}, '"annotation_definition" is required'),
    ({"annotation_definition": []}, '"annotation_definition" is required'),
    ({"annotation_definition": [{"type": "cuboid"}]}, '"annotation_definition.0.labels" is requ'),
    (
        {"annotation_definition": [CUBOIDS, {**CUBOIDS, "type": "voxel"}]},
        '"annotation_definition.1.type" must be one of [cuboid, point_segmentation,',
    ),
    (
        {"annotation_definition": [{**CUBOIDS, "labels": ["a", "a"]}]},
        '"annotation_definition.0.labels" contains the label a more than once',
    ),
    ({"is_frameless": None}, '"is_frameless" is required'),
]
MULTISTAGE: list[tuple[Changes, str]] = [
    ({"project": None}, '"project" is required'),
    ({"attachments": None}, "Please include an attachment or attachments parameter."),
    ({"scene_format": None}, '"scene_format" is required'),
    ({"scene_format": "json"}, '"scene_format" must be one of [sensor_fusion, split_base64]'),
    (
        {"scene_format": "sensor_fusion", "attachments": FRAMES},
        '"attachments" must contain 1 items',
    ),
    ({"task_blueprint_id": ""}, '"task_blueprint_id" is not allowed to be empty'),
]
PICTURES: list[tuple[Changes, str]] = [
    ({"attachment": None}, "Please include an attachment or attachments parameter."),
    ({"attachment": "x.jpg"}, '"attachment" must be an http'),
    ({"geometries": None}, '"geometries" is required'),
    ({"geometries": {"box": {"objects_to_annotate": [""]}}}, '"geometries.box.objects_to_annota'),
    ({"annotation_attributes": {"a": {}}}, '"annotation_attributes.a.choices" is required'),
    ({"context_attachments": [{"attachment": "x"}]}, '"context_attachments.0.attachment" must'),
    ({"padding": -1}, '"padding" must be greater than or equal to 0'),
]
VIDEO: list[tuple[Changes, str]] = [
    ({"attachments": None}, "Please include an attachment or attachments parameter."),
    ({"attachment_type": "gif"}, '"attachment_type" must be one of [image, video]'),
    ({"attachment_type": "video"}, '"attachment" is required'),
    (
        {"attachment_type": "video", "attachment": HTTP},
        '"attachments" is not allowed with attachment_type video',
    ),
    ({"frame_rate": 0}, '"frame_rate" must be greater than 0'),
]
REFUSED = [
    *(("lidarsegmentation", *one) for one in SEGMENTATION),
    *(("lidarlinking", *one) for one in LINKING),
    *(("lidartopdown", *one) for one in TOPDOWN),
    *(("sensorfusion", *one) for one in SENSOR_FUSION),
    *(("multistage", *one) for one in MULTISTAGE),
    *(("imageannotation", *one) for one in PICTURES),
    *(("videoannotation", *one) for one in VIDEO),
    ("annotation", {"min_width": "wide"}, '"min_width" must be a number'),
    ("lidarannotation", {"polygons_labels": [""]}, '"polygons_labels.0" is not allowed to be'),
    ("lidarannotation", {"hypothesis": {}}, '"hypothesis.annotations" is required'),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), REFUSED)
def test_a_parameter_beyond_its_edge_is_refused_by_name(
    name: str, changes: Changes, sentence: str
) -> None:
    assert refusal(name, changes).startswith(sentence)


ACCEPTED: list[tuple[str, Changes]] = [
    ("lidarannotation", {"dependents": {"defs": [DEPENDENT], "require_audit": True}}),
    ("lidarsegmentation", {"labels": [f"l{n}" for n in range(50)], "attachment_type": "protobuf"}),
    ("lidarsegmentation", {"lidar_task": "t", "lidar_task_frames": [0, 2.0, 5]}),
    ("lidarsegmentation", {"lidar_task": "t", "attachments": None}),
    ("lidarsegmentation", {"labels": [{"choice": "a", "subchoices": None}]}),
    ("lidarlinking", {"geometries": None, "default_geometry": None}),
    ("lidarlinking", {"geometries": [], "camera_ids": [0, 1.0], "labeling_sample_rate": 3.0}),
    ("lidarlinking", {"geometries": {"line": {"min_vertices": 2.0, "max_vertices": 2}}}),
    ("lidarlinking", {"annotation_type": "annotation", "additional_labels": LABEL_TREE}),
    (
        "lidarlinking",
        {"annotation_type": "cuboidannotation", "geometries": None, "default_geometry": None},
    ),
    (
        "lidarlinking",
        {
            "events_to_annotate": ["brake"],
            "event_camera_ids": [{"event": "brake", "camera_ids": [0]}],
            "layers": [{"url": HTTP, "camera_id": 0}],
        },
    ),
    ("lidartopdown", {"attachments": [], "attachment": [HTTP], "region_of_interest_3d": None}),
    ("lidartopdown", {"attachments": None, "lidar_task": "t"}),
    ("lidartopdown", {"geometries": None, "taxonomy_srn": "", "directed_lines": ["Curb"]}),
    ("lidartopdown", {"project": None, "batch": "week 1", "deviceHeight": 0}),
    ("lidartopdown", {"geometries": LINE, "directed_lines": ["Curb"]}),
    ("sensorfusion", {"scene_format": '"sensor_fusion"', "is_frameless": False}),
    ("multistage", {"scene_format": "sensor_fusion", "attachments": [HTTP]}),
    ("multistage", {"project": None, "batch": "week 1", "task_blueprint_id": "b"}),
    ("annotation", {"min_width": "30", "min_height": 30}),
    ("categorization", {"attachment": "Is it raining?", "attachment_type": "text"}),
    ("videoannotation", {"attachments": None, "attachment_type": "video", "attachment": HTTP}),
]


@pytest.mark.parametrize(("name", "changes"), ACCEPTED)
def test_a_parameter_at_its_edge_is_taken(name: str, changes: Changes) -> None:
    assert read(name, changes).kind.name == name


def test_linking_shows_its_source_twice_and_what_follows_from_what_it_was_given() -> None:
    order = read("lidarlinking", {"padding": 7, "paddingY": 3, "can_edit_annotations": False})
    shown = dict(order.params)
    assert (shown["lidar_task"], shown["task_id"]) == ("c" * 24, "c" * 24)
    assert (shown["paddingX"], shown["paddingY"]) == (7, 3)
    assert (shown["can_delete_annotations"], shown["can_add_annotations"]) == (False, True)
    assert shown["labeling_sample_rate"] == 1
    assert read("lidarlinking", {"geometries": [], "task_id": None}).params["geometries"] == {}


def test_shapes_links_and_attributes_are_shown_with_their_defaults() -> None:
    order = read(
        "lidartopdown",
        {
            "geometries": {"box": {"objects_to_annotate": ["Car"], "min_width": 4, "mine": 1}},
            "links": {"tows": {"is_bidirectional": True}, "is part of": [{}]},
            "annotation_attributes": {"parked": {"choices": ["yes", "no"]}},
        },
    )
    assert order.params["geometries"] == {
        "box": {
            "objects_to_annotate": ["Car"],
            "min_width": 4,
            "min_height": 0,
            "can_rotate": False,
            "integer_pixels": False,
            "mine": 1,
        }
    }
    assert order.params["links"] == {"tows": [{"is_bidirectional": True}], "is part of": [{}]}
    attributes = cast("dict[str, dict[str, JSON]]", order.params["annotation_attributes"])
    assert attributes["parked"]["allow_multiple"] is False


def test_one_address_in_a_list_and_quotes_around_a_format_are_shown_as_understood() -> None:
    changes = {"attachments": None, "attachment": [HTTP]}
    assert read("lidartopdown", changes).params["attachment"] == HTTP
    quoted = read("sensorfusion", {"scene_format": '"sensor_fusion"'})
    assert quoted.params["scene_format"] == "sensor_fusion"


def test_a_number_that_is_whole_is_an_integer_wherever_it_is() -> None:
    geometries: dict[str, Any] = {"line": {"objects_to_annotate": ["a"], "min_vertices": 3.0}}
    order = read("lidarlinking", {"geometries": geometries, "padding": 2.0})
    assert msgspec.to_builtins(order.own)["geometries"]["line"]["min_vertices"] == 3


@pytest.mark.parametrize(
    "address",
    [
        *("https://h/" + "x" * 8182, "http://h.example:65535?q", "HTTPS://[::1]:80/x"),
        *("a.b+c@d.example", "ä'o@d.example"),
    ],
)
def test_a_callback_goes_to_any_url_and_any_address(address: str) -> None:
    assert read("lidarsegmentation", {"callback_url": address}).common.callback_url == address


def test_defaults_inside_of_definitions_are_shown() -> None:
    """As Scale's docs have them: of numbers the step, of polygons and lines no greatest number."""
    attributes: dict[str, dict[str, object]] = {
        "speed": {"type": "number"},
        "tilt": {"type": "number", "step": 0.5},
        "null": {"type": "number", "step": None},
        "note": {"type": "text"},
    }
    shown = cast("Any", read("lidarsegmentation", {"annotation_attributes": attributes}).params)
    steps = {name: one.get("step") for name, one in shown["annotation_attributes"].items()}
    assert steps == {"speed": 1, "tilt": 0.5, "null": 1, "note": None}
    assert "step" not in shown["annotation_attributes"]["note"]
    geometries: dict[str, object] = {"polygon": {}, "line": {"max_vertices": 7}, "box": {}}
    shown = cast("Any", read("lidarlinking", {"geometries": geometries}).params)["geometries"]
    assert shown["polygon"] == {"objects_to_annotate": [], "min_vertices": 1, "max_vertices": None}
    assert shown["line"]["max_vertices"] == 7
    assert "max_vertices" not in shown["box"]
