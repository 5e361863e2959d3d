"""The types of tasks on pictures, videos, documents and text: one table of what each takes.

There is no workstation for them yet. What Scale's docs, its clients' tests and recorded answers
tell of a type is in its line; the chat types and laneannotation are documented nowhere that we
could read, so they take any fields. A field that is not in a type's line is kept unread.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.tasks.model import check_attachments, check_url
from groundplane.tasks.types import checks, flat_answers
from groundplane.tasks.types.definitions import (
    AttributeDescription,
    BaseAnnotations,
    LabelDescription,
    read_attributes,
    read_labels,
)
from groundplane.tasks.types.geometries import (
    DEFAULTS,
    Geometry,
    Intrinsics,
    Links,
    Quaternion,
    check_geometries,
    check_links,
)
from groundplane.tasks.types.kind import Answer, AnyTaskType, SourceTask, TaskType
from groundplane.wire.values import JSON


class ContextAttachment(msgspec.Struct):
    attachment: str


class NamedLabel(msgspec.Struct):
    """A label of namedentityrecognition."""

    name: str
    description: str | None = None


class Question(msgspec.Struct):
    """A field of textcollection; what else it has depends on its type."""

    field_id: str
    type: str
    title: str | None = None


class Feature(msgspec.Struct):
    """What to find in a document."""

    type: str
    label: str


Number = float | str  # Scale's own client sends "30"
Tree = list[str | LabelDescription]

# One name means one thing in all types, but for those that a type spells its own way below.
FIELDS: Mapping[str, Any] = {
    "attachment": str,
    "attachments": list[str],
    "attachment_type": str,
    "context_attachments": list[ContextAttachment],
    "geometries": dict[str, Geometry],
    "objects_to_annotate": Tree,
    "labels": Tree,
    "instance_labels": Tree,
    "categories": Tree,
    "choices": Tree,
    "annotation_attributes": dict[str, AttributeDescription],
    "links": Links,
    "base_annotations": BaseAnnotations,
    "hypothesis": dict[str, object],
    "events_to_annotate": list[str],
    "fields": dict[str, str],
    "repeatable_fields": dict[str, str],
    "features": list[Feature],
    "category_ids": dict[str, str],
    "text": str,
    "language": str,
    "camera_intrinsics": Intrinsics,
    "camera_rotation_quaternion": Quaternion,
    "camera_height": float,
    "examples": list[object],
    **dict.fromkeys(
        ["min_width", "min_height", "min_vertices", "max_vertices"],
        Number,
    ),
    **dict.fromkeys(["padding", "paddingX", "paddingY"], int),
    **dict.fromkeys(["frame_rate", "duration_time", "start_time"], float),
    **dict.fromkeys(
        [
            *("with_labels", "can_rotate", "allow_multiple", "allow_unlabeled"),
            *("allow_parent_labels", "merge_newlines"),
            *("can_add_base_annotations", "can_edit_base_annotations"),
            *("can_edit_base_annotation_labels", "can_delete_base_annotations"),
        ],
        bool,
    ),
}
PICTURE = "attachment_type context_attachments"
SHAPED = (
    "annotation_attributes links base_annotations hypothesis padding paddingX paddingY "
    "can_add_base_annotations can_edit_base_annotations can_edit_base_annotation_labels "
    "can_delete_base_annotations"
)
VIDEO = f"attachment_type events_to_annotate frame_rate duration_time start_time {SHAPED}"
FILES = "attachment|attachments"


class Line(msgspec.Struct, frozen=True):
    """A type's line of the table; names are separated by spaces.

    Attributes:
        required: `a|b` is satisfied by either.
        optional: the others that are looked at.
        respond: a small answer for a test key.
        defaults: what is filled in.
        own: fields that this type spells its own way.
    """

    required: str
    optional: str
    respond: Callable[[Mapping[str, Any]], Answer]
    defaults: Mapping[str, JSON] = msgspec.field(default_factory=dict[str, JSON])
    own: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])


def _old(shape: str, more: str = "") -> Line:
    """The types of one shape that imageannotation has replaced."""
    return Line(
        "attachment objects_to_annotate",
        f"{PICTURE} annotation_attributes examples min_width min_height with_labels {more}",
        partial(flat_answers.shape, shape),
        {"with_labels": True},
    )


LINES: Mapping[str, Line] = {
    "annotation": _old("box", "can_rotate"),
    "polygonannotation": _old("polygon", "min_vertices max_vertices"),
    "lineannotation": _old("line", "min_vertices max_vertices"),
    "pointannotation": _old("point"),
    "cuboidannotation": _old(
        "cuboid", "camera_intrinsics camera_rotation_quaternion camera_height"
    ),
    "imageannotation": Line("attachment geometries", f"{PICTURE} {SHAPED}", flat_answers.shapes),
    "segmentannotation": Line(
        "attachment labels",
        f"{PICTURE} instance_labels allow_unlabeled allow_parent_labels annotation_attributes",
        flat_answers.segments,
        {"allow_unlabeled": False},
    ),
    "laneannotation": Line(FILES, "attachment_type", flat_answers.no_annotations),
    "videoannotation": Line(f"{FILES} geometries", VIDEO, flat_answers.video),
    "federal2dvideoannotation": Line(f"{FILES} geometries", VIDEO, flat_answers.video),
    "videoboxannotation": Line(
        f"{FILES} geometries|objects_to_annotate",
        f"{VIDEO} min_width min_height with_labels",
        flat_answers.video,
    ),
    "videocuboidannotation": Line(
        f"{FILES} geometries|objects_to_annotate", VIDEO, flat_answers.video
    ),
    "videoplaybackannotation": Line(f"{FILES} geometries", VIDEO, flat_answers.video_playback),
    "categorization": Line(
        f"{FILES} categories",
        "attachment_type category_ids allow_multiple",
        flat_answers.category,
        {"allow_multiple": False},
    ),
    "comparison": Line("attachments choices|fields", "attachment_type", flat_answers.choice),
    "transcription": Line(
        f"{FILES} fields|repeatable_fields", "attachment_type", flat_answers.texts
    ),
    "datacollection": Line("fields", f"attachment attachments {PICTURE}", flat_answers.texts),
    "documenttranscription": Line(
        f"{FILES} features", "attachment_type language", flat_answers.no_annotations
    ),
    "documentmodel": Line(FILES, "attachment_type features", flat_answers.no_annotations),
    "namedentityrecognition": Line(
        "text labels",
        "merge_newlines",
        flat_answers.entity,
        own={"labels": list[str | NamedLabel]},
    ),
    "textcollection": Line(
        "fields",
        "attachments",
        flat_answers.questions,
        own={"fields": list[Question], "attachments": list[str | dict[str, object]]},
    ),
    **dict.fromkeys(
        ["chat", "chatexperimental", "chatlite", "multichat"],
        Line("", "", flat_answers.no_annotations),
    ),
}


def _type(name: str, line: Line) -> AnyTaskType:
    types = {**FIELDS, **line.own}
    names = [*line.required.replace("|", " ").split(), *line.optional.split()]
    params = msgspec.defstruct(
        f"{name}Params",
        [
            (one, types[one] | None, msgspec.field(default=line.defaults.get(one)))
            for one in dict.fromkeys(names)
        ],
    )

    def fabricate(given: msgspec.Struct, found: SourceTask | None) -> Answer:
        del found
        return line.respond(msgspec.structs.asdict(given))

    return TaskType(
        name=name, params=params, check=partial(_check, line.required.split()), fabricate=fabricate
    )


def _check(required: list[str], given: msgspec.Struct) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    params: dict[str, Any] = msgspec.structs.asdict(given)
    for alternatives in required:
        names = alternatives.split("|")
        if all(params[name] in (None, "", [], {}) for name in names):
            if names[0] in ("attachment", "attachments"):
                raise InvalidRequest("Please include an attachment or attachments parameter.")
            raise InvalidParameter(names[0], "is required")
    _check_files(params)
    for name in ("objects_to_annotate", "labels", "instance_labels", "categories", "choices"):
        tree = params.get(name) or []
        if not any(isinstance(one, NamedLabel) for one in tree):
            read_labels(name, tree)
    check_geometries("geometries", params.get("geometries") or {}, tuple(DEFAULTS))
    read_attributes("annotation_attributes", params.get("annotation_attributes") or {})
    check_links("links", params.get("links") or {})
    checks.texts("events_to_annotate", params.get("events_to_annotate") or [])
    if "frame_rate" in params:
        _check_video(params)
    _check_numbers(params)


def _check_files(params: Mapping[str, Any]) -> None:
    """An attachment of type text is the text itself."""
    if params.get("attachment_type") == "text":
        return
    if params.get("attachment"):
        check_url("attachment", params["attachment"])
    addresses = [one for one in params.get("attachments") or [] if isinstance(one, str)]
    if addresses:
        check_attachments(addresses)
    for index, context in enumerate(params.get("context_attachments") or []):
        check_url(f"context_attachments.{index}.attachment", context.attachment)


def _check_video(params: Mapping[str, Any]) -> None:
    """A video is one file, or the pictures of its frames."""
    kind = params["attachment_type"]
    if kind is not None:
        checks.one_of("attachment_type", kind, ("image", "video"))
    if kind == "image":
        checks.required("attachments", params["attachments"])
    if kind == "video":
        checks.required("attachment", params["attachment"])
        if params["attachments"]:
            raise InvalidParameter("attachments", "is not allowed with attachment_type video")


def _check_numbers(params: Mapping[str, Any]) -> None:
    for name in ("min_width", "min_height", "min_vertices", "max_vertices"):
        value = params.get(name)
        try:
            number = None if value is None else float(value)
        except ValueError:
            raise InvalidParameter(name, "must be a number") from None
        checks.at_least(name, number, 0)
    for name in ("padding", "paddingX", "paddingY"):
        checks.at_least(name, params.get(name), 0)
    if (rate := params.get("frame_rate")) is not None and rate <= 0:
        raise InvalidParameter("frame_rate", "must be greater than 0")


FLAT_TYPES = tuple(_type(name, line) for name, line in LINES.items())
